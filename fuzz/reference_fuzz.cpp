// The engine beside the slow reference engine (tests/reference): three replicas of one document,
// each held by both, edit and exchange updates as the input says; raw bytes of the input come among
// them as updates of a hostile peer. After every step both hold and emitted the same bytes.
//
// Input: a byte of choices (bit 0: keep what is deleted; bit 1: no hostile peer), then steps: a
// byte for the kind and the replica, then its arguments.
//
// Reaches: crdt/document/integrate.cpp crdt/document/commit.cpp crdt/document/remove.cpp
// Reaches: tests/reference/apply.cpp tests/reference/integrate.cpp tests/reference/store.cpp
#include <array>
#include <string>
#include <vector>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "contents.hpp"
#include "input.hpp"
#include "reference/doc.hpp"
#include "target.hpp"

namespace {

using namespace weft;

constexpr std::size_t kReplicas = 3;
constexpr std::size_t kStepsMax = 300;   // the reference engine is slow
constexpr std::size_t kUpdatesMax = 63;  // it sorts fewer than 64 readers as V8 does
constexpr std::uint32_t kEditMax = 8;    // code units or elements in one edit

/// A type in both engines.
struct Place {
  SharedType fast;
  reference::Type* slow;
  TypeKind kind;

  Text text() const { return {fast.doc(), fast.type()}; }
  Array array() const { return {fast.doc(), fast.type()}; }
  Map map() const { return {fast.doc(), fast.type()}; }
};

const char* key_of(std::uint32_t number) {
  static constexpr std::array kKeys = {"k", "l", "", "7"};
  return kKeys[number % kKeys.size()];
}

Value value_of(std::uint32_t number) {
  switch (number % 6) {
    case 0:
      return nullptr;
    case 1:
      return number;
    case 2:
      return "\xF0\x9F\x98\x80";
    case 3:
      return Bytes{1, 2, 3};
    case 4:
      return ValueArray{true, 0.5};
    default:
      return ValueObject{{"a", "b"}};
  }
}

std::string text_of(std::uint32_t number) {
  static constexpr std::array kTexts = {"a", "bc", "\xC3\xA4", "\xF0\x9F\x98\x80", "d\xE6\xBC\xA2"};
  return kTexts[number % kTexts.size()];
}

class Replica {
 public:
  Replica(ClientId client, bool gc) : fast_({.client_id = client, .gc = gc}), slow_(client, gc) {
    subscription_ = fast_.on_update([this](const UpdateEvent& event) {
      emitted_.emplace_back(event.update.begin(), event.update.end());
    });
  }

  /// One local transaction. Returns what it emitted, or nothing.
  Bytes edit(Input& input) {
    emitted_.clear();
    Transaction txn = fast_.transact();
    slow_.transact([&] {
      for (std::uint32_t edits = 1 + input.up_to(2); edits > 0; --edits) edit_one(txn, input);
      txn.commit();
    });
    compare_emitted();
    return emitted_.empty() ? Bytes() : emitted_.front();
  }

  void apply(ByteView update) {
    emitted_.clear();
    const bool taken = fast_.apply_update(update).has_value();
    WEFT_PROMISE(slow_.apply_update(update).has_value() == taken);
    if (taken) compare_emitted();
    slow_.set_client(fast_.client_id());
    check(fast_);
    const Bytes state = fast_.encode_state_as_update();
    WEFT_PROMISE(state == slow_.encode_state_as_update());
    WEFT_PROMISE(fast_.has_pending() == slow_.has_pending());
  }

  /// What a replica at `since` lacks, as both engines see it.
  Bytes state(const StateVector& since) const {
    Bytes bytes = fast_.encode_state_as_update(since);
    WEFT_PROMISE(bytes == slow_.encode_state_as_update(since));
    return bytes;
  }

  StateVector state_vector() const {
    WEFT_PROMISE(fast_.state_vector() == slow_.state_vector());
    WEFT_PROMISE(fast_.delete_set() == slow_.delete_set());
    return fast_.state_vector();
  }

  void compare_contents() {
    for (const TypeKind kind : {TypeKind::text, TypeKind::array, TypeKind::map}) {
      const Place place = root(kind);
      const Value fast =
          kind == TypeKind::text ? Value(place.text().to_string()) : place.fast.to_json();
      const std::string slow = reference::Doc::to_json(place.slow, kind).to_json();
      if (fast.to_json() != slow) {
        std::fprintf(stderr, "%s\n%s\n", fast.to_json().c_str(), slow.c_str());
      }
      WEFT_PROMISE(fast.to_json() == slow);
    }
  }

 private:
  Place root(TypeKind kind) {
    switch (kind) {
      case TypeKind::array:
        return {fast_.array("a"), slow_.root("a"), kind};
      case TypeKind::map:
        return {fast_.map("m"), slow_.root("m"), kind};
      default:
        return {fast_.text("t"), slow_.root("t"), TypeKind::text};
    }
  }

  /// Goes into the type at some place of `place`, if there is one that edits can reach.
  static void descend(Place& place, Input& input) {
    Element element;
    reference::Type* slow = nullptr;
    if (place.kind == TypeKind::array) {
      const std::uint32_t index = input.up_to(3);
      element = place.array().get(index);
      slow = reference::Doc::child(place.slow, index);
    } else {
      const std::string key = key_of(input.byte());
      element = place.map().get(key);
      slow = reference::Doc::child(place.slow, key);
    }
    const auto* fast = std::get_if<SharedType>(&element);
    WEFT_PROMISE((fast != nullptr) == (slow != nullptr));
    if (slow == nullptr || slow->item->content.type_ref > 2) return;
    place = {*fast, slow, static_cast<TypeKind>(slow->item->content.type_ref)};
  }

  void edit_one(Transaction& txn, Input& input) {
    const std::uint32_t choice = input.byte();
    Place place = root(static_cast<TypeKind>(choice % 3));
    for (std::uint32_t depth = choice / 64; depth > 0 && place.kind != TypeKind::text; --depth) {
      descend(place, input);
    }
    switch (place.kind) {
      case TypeKind::array:
        return edit_array(txn, place, input);
      case TypeKind::map:
        return edit_map(txn, place, input);
      default:
        return edit_text(txn, place, input);
    }
  }

  void edit_text(Transaction& txn, const Place& place, Input& input) {
    const std::uint32_t length = place.text().length();
    WEFT_PROMISE(length == place.slow->length);
    const std::uint32_t index = input.up_to(std::min(length, 250U));
    const std::uint32_t choice = input.byte();
    if (choice % 2 == 0 || index == length) {
      WEFT_PROMISE(place.text().insert(txn, index, text_of(choice / 2)).has_value());
      slow_.text_insert(place.slow, index, text_of(choice / 2));
    } else {
      const std::uint32_t count = 1 + (choice / 2) % std::min(length - index, kEditMax);
      WEFT_PROMISE(place.text().remove(txn, index, count).has_value());
      slow_.text_remove(place.slow, index, count);
    }
  }

  void edit_array(Transaction& txn, const Place& place, Input& input) {
    const std::uint32_t length = place.array().length();
    WEFT_PROMISE(length == place.slow->length);
    const std::uint32_t index = input.up_to(std::min(length, 250U));
    const std::uint32_t choice = input.byte();
    const std::vector<Value> values{value_of(choice / 4), value_of(choice / 32)};
    if (choice % 4 == 0) {
      const auto kind = static_cast<TypeKind>(choice / 4 % 3);
      WEFT_PROMISE(place.array().insert_type(txn, index, kind).has_value());
      slow_.array_insert_type(place.slow, index, kind);
    } else if (choice % 4 == 1) {
      WEFT_PROMISE(place.array().push(txn, values).has_value());
      slow_.array_push(place.slow, values);
    } else if (choice % 4 == 2 || index == length) {
      WEFT_PROMISE(place.array().insert(txn, index, values).has_value());
      slow_.array_insert(place.slow, index, values);
    } else {
      const std::uint32_t count = 1 + (choice / 4) % std::min(length - index, kEditMax);
      WEFT_PROMISE(place.array().remove(txn, index, count).has_value());
      slow_.array_remove(place.slow, index, count);
    }
  }

  void edit_map(Transaction& txn, const Place& place, Input& input) {
    const std::string key = key_of(input.byte());
    const std::uint32_t choice = input.byte();
    if (choice % 4 == 0) {
      const auto kind = static_cast<TypeKind>(choice / 4 % 3);
      WEFT_PROMISE(place.map().set_type(txn, key, kind).has_value());
      slow_.map_set_type(place.slow, key, kind);
    } else if (choice % 4 == 1) {
      WEFT_PROMISE(place.map().remove(txn, key).has_value());
      slow_.map_remove(place.slow, key);
    } else {
      WEFT_PROMISE(place.map().set(txn, key, value_of(choice / 4)).has_value());
      slow_.map_set(place.slow, key, value_of(choice / 4));
    }
  }

  void compare_emitted() const {
    const auto& slow = slow_.emitted();
    WEFT_PROMISE(emitted_.size() == (slow ? 1U : 0U));
    if (slow) WEFT_PROMISE(emitted_.front() == *slow);
  }

  Doc fast_;
  reference::Doc slow_;
  Subscription subscription_;
  std::vector<Bytes> emitted_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t choices = input.byte();
  const bool gc = (choices & 1) == 0;
  const bool hostile = (choices & 2) == 0;
  Replica replicas[kReplicas] = {{0, gc}, {200, gc}, {70'000, gc}};
  std::vector<Bytes> updates;
  for (std::size_t steps = 0; steps < kStepsMax && !input.empty(); ++steps) {
    const std::uint32_t step = input.byte();
    Replica& replica = replicas[step / 8 % kReplicas];
    switch (step % 8) {
      case 0:
        if (hostile) replica.apply(input.bytes(input.byte()));
        break;
      case 1: {
        const Replica& other = replicas[input.up_to(kReplicas - 1)];
        replica.apply(other.state(replica.state_vector()));
        break;
      }
      case 2:
        if (!updates.empty()) {
          const std::vector<ByteView> views(updates.begin(), updates.end());
          const auto merged = merge_updates(views);
          WEFT_PROMISE(merged.has_value());
          WEFT_PROMISE(*merged == reference::merge_updates(updates));
          replica.apply(*merged);
        }
        break;
      case 3:
      case 4:
        if (!updates.empty()) replica.apply(updates[input.byte() % updates.size()]);
        break;
      default:
        if (Bytes update = replica.edit(input); !update.empty() && updates.size() < kUpdatesMax) {
          updates.push_back(std::move(update));
        }
    }
  }
  for (Replica& replica : replicas) {
    replica.state({});
    replica.state_vector();
    replica.compare_contents();
  }
  return 0;
}
