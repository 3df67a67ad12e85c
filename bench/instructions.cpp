// Fixed work for `instructions.mjs`, which counts what it costs in instructions: `instructions
// NAME`. Only what `measured` does is counted, so preparing may take what it likes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <weft/doc.hpp>
#include <weft/text.hpp>
#include <weft/update.hpp>

namespace {

using namespace weft;

constexpr std::uint32_t kSeed = 42;
constexpr std::uint32_t kEdits = 4'000;

/// One writes words here and there and deletes some; gives the log of updates.
std::vector<Bytes> write(Doc& doc) {
  std::vector<Bytes> log;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    log.emplace_back(event.update.begin(), event.update.end());
  });
  Text text = doc.text("text");
  std::mt19937 random(kSeed);
  std::uint32_t cursor = 0;
  for (std::uint32_t i = 0; i < kEdits; ++i) {
    Transaction txn = doc.transact();
    if (random() % 20 == 0) cursor = static_cast<std::uint32_t>(random() % (text.length() + 1));
    if (random() % 6 == 0 && cursor > 0) {
      static_cast<void>(text.remove(txn, --cursor, 1));
    } else {
      static_cast<void>(text.insert(txn, cursor++, "x"));
    }
  }
  return log;
}

/// valgrind begins to count here (--toggle-collect).
[[gnu::noinline]] void measured(const std::function<bool()>& work) {
  if (!work()) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  Doc author({.client_id = 7});
  const std::vector<Bytes> log = write(author);
  const std::vector<ByteView> views(log.begin(), log.end());
  const Bytes state = author.encode_state_as_update();
  const Bytes state_v2 = author.encode_state_as_update({}, Encoding::v2);
  Doc doc({.client_id = 7});
  const std::map<std::string, std::function<bool()>> workloads{
      {"apply",
       [&] {
         for (const Bytes& update : log) {
           if (!doc.apply_update(update)) return false;
         }
         return true;
       }},
      {"load_v1", [&] { return doc.apply_update(state).has_value(); }},
      {"load_v2", [&] { return doc.apply_update(state_v2, Encoding::v2).has_value(); }},
      {"encode_v1", [&] { return author.encode_state_as_update() == state; }},
      {"encode_v2", [&] { return author.encode_state_as_update({}, Encoding::v2) == state_v2; }},
      {"merge", [&] { return merge_updates(views).has_value(); }},
      {"type", [&] { return write(doc).size() == log.size(); }},
  };
  const auto found = workloads.find(argc == 2 ? argv[1] : "");
  if (found == workloads.end()) {
    for (const auto& [name, work] : workloads) std::puts(name.c_str());
    return argc == 1 ? 0 : 1;
  }
  measured(found->second);
}
