// What changed, told by path and key.
#include <iostream>

#include <weft/doc.hpp>
#include <weft/event.hpp>

namespace {

void print(const weft::Event& event) {
  std::cout << "at";
  for (const weft::PathStep& step : event.path()) {
    std::cout << " /";
    std::visit([](const auto& key_or_index) { std::cout << key_or_index; }, step);
  }
  std::cout << ":";
  for (const weft::KeyChange& change : event.keys()) {
    const char* const names[] = {"added", "updated", "removed"};
    std::cout << " " << change.key << " " << names[static_cast<int>(change.action)];
  }
  for (const weft::SequenceChange& change : event.delta()) {
    const char* const names[] = {"keeps", "inserts", "removes"};
    std::cout << " " << names[static_cast<int>(change.action)] << " " << change.length;
  }
  std::cout << "\n";
}

}  // namespace

int main() {
  weft::Doc doc({.client_id = 1});
  weft::Map settings = doc.map("settings");
  const weft::Subscription subscription =
      settings.observe_deep([](std::span<const weft::Event> events) {
        for (const weft::Event& event : events) print(event);
      });

  weft::Transaction txn = doc.transact();
  if (!settings.set(txn, "theme", "dark")) return 1;
  auto tags = settings.set_type<weft::Array>(txn, "tags");
  if (!tags) return 1;
  txn.commit();

  weft::Transaction next = doc.transact();
  if (!tags->push(next, {"draft", "shared"})) return 1;
  if (!settings.set(next, "theme", "light")) return 1;
}
