// suggestions.mjs does the same with @y/y 14, call by call.
#include "suggestions.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <weft/attribution_managers.hpp>
#include <weft/ytype.hpp>

#include "hash.hpp"
#include "prng.hpp"

namespace weft::conformance {

namespace {

constexpr int kSteps = 24;
constexpr std::array kRoots{"array", "map", "xml", "text"};

void require(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "a suggestion was refused: %s\n", message(result.error()).c_str());
  std::exit(2);
}

Doc doc_of(std::span<const Bytes> updates, ClientId client, bool gc) {
  Doc doc({.client_id = client, .gc = gc, .compat = Compat::v14});
  for (const Bytes& update : updates) require(doc.apply_update(update));
  for (const char* const name : kRoots) static_cast<void>(doc.get(name));
  return doc;
}

struct Length {
  std::uint32_t operator()(const YInsertText& op) const {
    std::uint32_t units = 0;
    for (const char byte : op.text) {
      const auto bits = static_cast<unsigned char>(byte);
      units += bits >= 0xF0 ? 2U : bits < 0x80 || bits >= 0xC0 ? 1U : 0U;
    }
    return units;
  }
  std::uint32_t operator()(const YInsert& op) const {
    return static_cast<std::uint32_t>(op.contents.size());
  }
  std::uint32_t operator()(const YRetain& op) const { return op.length; }
  std::uint32_t operator()(const YRemove&) const { return 0; }
  std::uint32_t operator()(const YModify&) const { return 1; }
};

std::uint32_t shown_length(const YType& type, const AttributionManager* attributions) {
  std::uint32_t length = 0;
  for (const YDeltaOp& op : type.to_delta(attributions).children)
    length += std::visit(Length{}, op);
  return length;
}

void random_edit(Doc& doc, YType type, const AttributionManager* attributions, Prng& gen) {
  static const std::array<Attributes, 6> kMarks{
      Attributes{},
      Attributes{{"bold", true}},
      Attributes{{"italic", true}},
      Attributes{{"bold", nullptr}},
      Attributes{{"link", ValueObject{{"to", "x"}, {"tags", ValueArray{"a"}}}}},
      Attributes{{"link", ValueObject{{"to", "y"}}}}};
  const std::uint32_t length = shown_length(type, attributions);
  const std::uint32_t at = gen.uint32(0, length);
  const std::uint32_t count = std::min(gen.uint32(0, 4), length - at);
  YDelta change;
  change.retain(at);
  const Attributes& format = gen.one_of(kMarks);
  switch (gen.int32(0, 4)) {
    case 0:
      change.insert(gen.word(1, 3), format);
      break;
    case 1:
      change.insert(std::vector<YContent>{Value(gen.int32(0, 9)), Value(nullptr)}, format);
      break;
    case 2:
      change.retain(count, format);
      break;
    case 3:
      change.remove(count).insert("d");
      break;
    default:
      change.remove(count);
  }
  Transaction txn = doc.transact();
  require(type.apply_delta(txn, change, attributions));
}

std::optional<Id> random_id(const Doc& doc, Prng& gen) {
  const StateVector state = doc.state_vector();
  std::vector<std::pair<ClientId, Clock>> clients(state.entries().begin(), state.entries().end());
  if (clients.empty()) return std::nullopt;
  std::sort(clients.begin(), clients.end());
  const auto [client, clock] = gen.one_of(clients);
  return Id{client, gen.uint53(0, static_cast<std::int64_t>(clock) - 1)};
}

void decide(Doc& next, DiffAttributionManager& attributions, Prng& gen) {
  const std::optional<Id> start = random_id(next, gen);
  const bool single = gen.boolean();
  const std::optional<Id> end = random_id(next, gen);
  const bool accepts = gen.boolean();
  if (!start || !next.find_item(*start) || !next.find_item(*end)) return;
  const std::optional<Id> until = single ? start : end;
  require(accepts ? attributions.accept_changes(*start, until)
                  : attributions.reject_changes(*start, until));
}

std::string hex(const Bytes& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string states(const Doc& previous, const Doc& next, bool texts) {
  std::string text;
  for (const Doc* const doc : {&previous, &next}) {
    const Bytes state = doc->encode_state_as_update();
    text += (texts ? hex(state) : Hash().add(state).text()) + ":";
  }
  return text;
}

}  // namespace

std::string suggestion_texts(std::span<const Bytes> updates, std::uint32_t seed, bool gc,
                             bool texts) {
  Prng gen(seed);
  Doc previous = doc_of(updates.first(updates.size() / 2), 1001, false);
  Doc next = doc_of(updates, 1002, gc);
  DiffAttributionManager attributions(previous, next);
  std::string told;
  const auto subscription = attributions.on_change([&](const AttributionChange& change) {
    told += hex(change.ids.encode(Encoding::v2)) + (change.local ? " " : " remote ");
  });
  bool suggests = true;
  std::string text;
  for (int step = 0; step < kSteps; ++step) {
    const char* const name = gen.one_of(kRoots);
    const int action = gen.int32(0, 9);
    if (action == 0) {
      suggests = !suggests;
      attributions.set_suggestion_mode(suggests);
    } else if (action == 1) {
      random_edit(previous, previous.get(name), nullptr, gen);
    } else if (action < 4) {
      decide(next, attributions, gen);
    } else {
      random_edit(next, next.get(name), &attributions, gen);
    }
    std::string shown;
    for (const char* const root : kRoots) {
      if (!shown.empty()) shown += "\n";
      shown += next.get(root).to_delta(&attributions, true).to_json();
    }
    shown += std::exchange(told, {});
    text += std::to_string(action) + ":" + states(previous, next, texts) +
            (texts ? "\n" + shown + "\n" : Hash().add(shown).text()) + " ";
  }
  require(gen.boolean() ? attributions.accept_all_changes() : attributions.reject_all_changes());
  text += states(previous, next, texts);
  text.pop_back();
  return text;
}

}  // namespace weft::conformance
