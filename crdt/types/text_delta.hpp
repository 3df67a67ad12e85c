// A text read as a delta. Source: Yjs YText.toDelta.
//
// What is visible, and since when, is a View's say: the present here, two snapshots elsewhere.
#pragma once

#include <weft/content.hpp>

#include "document/formats.hpp"
#include "encoding/utf.hpp"
#include "types/sequence.hpp"

namespace weft::types {

using document::FormatMap;
using document::FormatRef;
using document::Formats;

/// How an item differs between the two states that a View compares.
enum class ItemChange : std::uint8_t { none, removed, added };

/// The text as it is. Every View has these members.
struct PresentView {
  /// Whether the item's content appears at all: visible in one of the states.
  bool shows(const Item& item) const { return !item.deleted(); }
  /// Whether a format is in force: visible in the newer state.
  bool in_force(const Item& item) const { return !item.deleted(); }
  ItemChange change(const Item&) const { return ItemChange::none; }
  /// What the attribute `ychange` says of an item that was added or removed.
  Value describe(const Item&, ItemChange) const { return {}; }
};

template <typename View>
class DeltaWalker {
 public:
  DeltaWalker(DocState& doc, View view)
      : doc_(doc),
        view_(std::move(view)),
        formats_(doc),
        current_(formats_.empty_map()),
        ychange_key_(doc.store.strings.intern("ychange")) {}

  Delta walk(TypeIx type) {
    const store::Store& store = doc_.store;
    for (Handle at = store.types.list(store.types[type].sequence).first; at != kNoHandle;
         at = store.items[at].right) {
      const Item& item = store.items[at];
      if (view_.shows(item)) add(at, item);
    }
    pack_text();
    return std::move(delta_);
  }

 private:
  void add(Handle handle, const Item& item) {
    switch (item.content()) {
      case Kind::string:
        mark_change(item);
        encoding::append_joining(text_, doc_.store.content(item));
        break;
      case Kind::type:
        pack_text();
        delta_.ops.push_back(DeltaInsert{SharedType(&doc_, item.data), attributes()});
        break;
      case Kind::embed: {
        pack_text();
        Element embed = element_of(doc_, handle, 0);
        delta_.ops.push_back(DeltaInsert{std::get<Value>(std::move(embed)), attributes()});
        break;
      }
      case Kind::format:
        if (!view_.in_force(item)) break;
        pack_text();
        formats_.update(current_, handle);
        break;
      default:
        break;
    }
  }

  void mark_change(const Item& item) {
    const FormatRef* marked = current_.find(ychange_key_);
    const ItemChange change = view_.change(item);
    if (change == ItemChange::none) {
      if (marked == nullptr) return;
      pack_text();
      current_.erase(ychange_key_);
    } else if (marked == nullptr || !goes_on(formats_.value(*marked), item, change)) {
      pack_text();
      ychange_ = view_.describe(item, change);
      current_.set(ychange_key_, {.given = &ychange_});
    }
  }

  // Whether the mark says the same of `item` as of the text before it.
  bool goes_on(const Value& mark, const Item& item, ItemChange change) const {
    const Value* user = mark.find("user");
    const Value* type = mark.find("type");
    return user != nullptr && type != nullptr &&
           *user == Value(static_cast<double>(doc_.store.clients[item.client].id)) &&
           *type == Value(change == ItemChange::added ? "added" : "removed");
  }

  Attributes attributes() const {
    Attributes attributes;
    formats_.in_key_order(current_).for_each([&](std::uint32_t key, FormatRef ref) {
      attributes.emplace_back(doc_.store.strings[key], formats_.value(ref));
    });
    return attributes;
  }

  void pack_text() {
    if (text_.empty()) return;
    std::string text;
    encoding::append_well_formed(text, text_);
    text_.clear();
    delta_.ops.push_back(DeltaInsert{std::move(text), attributes()});
  }

  DocState& doc_;
  View view_;
  Formats formats_;
  Delta delta_;
  std::string text_;
  FormatMap current_;
  std::uint32_t ychange_key_;
  Value ychange_;
};

}  // namespace weft::types
