// What happened to one shared type in one transaction. Source: Yjs YEvent.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <weft/content.hpp>
#include <weft/shared_type.hpp>
#include <weft/ytype.hpp>

namespace weft {

namespace document {
struct TransactionState;
}

/// One step from a type to one inside it: a map key, or a place in a sequence.
using PathStep = std::variant<std::string, std::uint32_t>;
using Path = std::vector<PathStep>;

/// What became of one key of a map, or of one attribute.
struct KeyChange {
  enum class Action : std::uint8_t { add, update, remove };
  std::string key;
  Action action;
  Element old_value;  // nothing for `add`
};

/// One step along a sequence: keep `length`, delete `length`, or insert `inserted`.
struct SequenceChange {
  enum class Action : std::uint8_t { retain, insert, remove };
  Action action;
  std::uint32_t length;  // for `insert`: how many elements
  std::vector<Element> inserted;
};

/// The changes of one type. Valid during the observer's call only, as is all that it hands out
/// besides values; an observer that changes the document reads the event first. An observer must
/// not throw.
class Event {
 public:
  Event(document::DocState* doc, const document::TransactionState* txn,
        std::span<const std::uint32_t> lists, std::uint32_t target, std::uint32_t current)
      : doc_(doc), txn_(txn), lists_(lists), target_(target), current_(current) {}

  /// The type that changed.
  SharedType target() const { return {doc_, target_}; }
  /// The type whose observer is called: the target, or what it is in.
  SharedType current_target() const { return {doc_, current_}; }
  /// As given to transact or apply_update.
  std::uint64_t origin() const;
  bool local() const;

  /// From current_target to target. O(depth * log items).
  Path path() const;
  /// The sequence changed: elements, text or children.
  bool children_changed() const;
  /// Keys or attributes that were written, whatever came of it (Yjs keysChanged,
  /// attributesChanged).
  std::vector<std::string> keys_changed() const;
  /// What became of them, without those that are as before. O(keys changed * their history).
  std::vector<KeyChange> keys() const;
  /// How the sequence changed; a trailing retain is left out (Yjs changes.delta of an Array or
  /// XmlFragment). O(items).
  std::vector<SequenceChange> delta() const;
  /// How a Text changed, with formats; what only goes on at the end is left out (Yjs
  /// YTextEvent.delta). As in Yjs the reading tidies up: formats that changes of several users have
  /// made redundant are deleted, in a transaction of its own. O(items).
  Delta text_delta() const;

  /// How current_target changed, in the words of @y/y 14; `deep`: with all inside it that changed.
  /// Where nothing but what is inside it changed and `deep` is not asked for, that are its
  /// attributes as they are (@y/y 14 YEvent.getDelta). O(contents).
  YDelta get_delta(const AttributionManager* attributions = nullptr, bool deep = false) const;

  /// For the engine's own rooms.
  std::uint32_t depth() const;  // of the target below the current target
  Event seen_from(std::uint32_t type) const {
    Event event = *this;
    event.current_ = type;
    return event;
  }

 private:
  document::DocState* doc_;
  const document::TransactionState* txn_;
  std::span<const std::uint32_t> lists_;  // ListIx of what changed
  std::uint32_t target_;
  std::uint32_t current_;
};

}  // namespace weft
