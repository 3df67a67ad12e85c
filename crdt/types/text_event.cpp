// The delta of a text's changes. Source: Yjs YTextEvent.delta.
#include <weft/event.hpp>

#include "document/formats.hpp"
#include "encoding/utf.hpp"
#include "types/sequence.hpp"

namespace weft {

using namespace types;
using document::FormatMap;
using document::FormatRef;
using document::Formats;

namespace {

class TextDelta {
 public:
  TextDelta(DocState& doc, const document::TransactionState& txn)
      : doc_(doc),
        txn_(txn),
        formats_(doc),
        current_(formats_.empty_map()),
        old_(formats_.empty_map()),
        changes_(formats_.empty_map()) {}

  Delta walk(TypeIx type) {
    const store::Store& store = doc_.store;
    for (Handle at = store.types.list(store.types[type].sequence).first; at != kNoHandle;
         at = store.items[at].right) {
      switch (store.items[at].content()) {
        case Kind::type:
        case Kind::embed:
        case Kind::string:
          add_content(at, store.items[at]);
          break;
        case Kind::format:
          add_format(at, store.items[at]);
          break;
        default:
          break;
      }
    }
    finish();
    while (!delta_.ops.empty()) {
      const auto* retain = std::get_if<DeltaRetain>(&delta_.ops.back());
      if (retain == nullptr || !retain->attributes.empty()) break;
      delta_.ops.pop_back();
    }
    return std::move(delta_);
  }

 private:
  enum class Action : std::uint8_t { none, insert, retain, remove };

  void add_content(Handle handle, const Item& item) {
    if (txn_.adds(item)) {
      if (txn_.deletes_item(item)) return;
      if (item.content() == Kind::string) {
        start(Action::insert);
        encoding::append_joining(text_, doc_.store.content(item));
      } else {
        finish();
        add_embed(handle, item);
      }
    } else if (txn_.deletes_item(item)) {
      start(Action::remove);
      length_ += item.length;
    } else if (!item.deleted()) {
      start(Action::retain);
      length_ += item.length;
    }
  }

  // A value without a length, such as a number, is left out, as Yjs leaves it out.
  void add_embed(Handle handle, const Item& item) {
    if (item.content() == Kind::type) {
      delta_.ops.push_back(DeltaInsert{SharedType(&doc_, item.data), in_force()});
      return;
    }
    Value embed = std::get<Value>(element_of(doc_, handle, 0));
    const auto* text = embed.get_if<std::string>();
    if (text != nullptr ? text->empty()
                        : embed.is<double>() || embed.is<bool>() || embed.is<BigInt>() ||
                              embed.is<Undefined>()) {
      return;
    }
    delta_.ops.push_back(DeltaInsert{std::move(embed), in_force()});
  }

  void add_format(Handle handle, const Item& item) {
    const std::uint32_t key = formats_.key(handle);
    const FormatRef value{.item = handle};
    if (txn_.adds(item)) {
      if (!txn_.deletes_item(item)) add_new_format(handle, key, value);
    } else if (txn_.deletes_item(item)) {
      old_.set(key, value);
      const FormatRef now = formats_.get(current_, key);
      if (!formats_.equal(now, value)) {
        finish(Action::retain);
        changes_.set(key, now);
      }
    } else if (!item.deleted()) {
      add_old_format(handle, key, value);
    }
    if (doc_.store.items[handle].deleted()) return;
    finish(Action::insert);
    formats_.update(current_, handle);
  }

  void add_new_format(Handle handle, std::uint32_t key, FormatRef value) {
    if (formats_.equal(formats_.get(current_, key), value)) {
      if (!formats_.is_null(value)) doc_.remove(handle);
      return;
    }
    finish(Action::retain);
    if (formats_.equal(value, formats_.get(old_, key))) {
      changes_.erase(key);
    } else {
      changes_.set(key, value);
    }
  }

  void add_old_format(Handle handle, std::uint32_t key, FormatRef value) {
    old_.set(key, value);
    const FormatRef* change = changes_.find(key);
    if (change == nullptr) return;
    if (!formats_.equal(*change, value)) {
      finish(Action::retain);
      if (formats_.is_null(value)) {
        changes_.erase(key);
      } else {
        changes_.set(key, value);
      }
    } else if (!formats_.is_null(*change)) {
      doc_.remove(handle);
    }
  }

  void start(Action action) {
    if (action_ == action) return;
    finish();
    action_ = action;
  }

  void finish(Action action) {
    if (action_ == action) finish();
  }

  // Yjs addOp.
  void finish() {
    switch (std::exchange(action_, Action::none)) {
      case Action::insert: {
        std::string text;
        encoding::append_well_formed(text, text_);
        text_.clear();
        delta_.ops.push_back(DeltaInsert{std::move(text), in_force()});
        break;
      }
      case Action::retain:
        delta_.ops.push_back(DeltaRetain{length_, attributes(changes_, true)});
        break;
      case Action::remove:
        delta_.ops.push_back(DeltaRemove{length_});
        break;
      case Action::none:
        break;
    }
    length_ = 0;
  }

  Attributes in_force() const { return attributes(current_, false); }

  Attributes attributes(const FormatMap& map, bool with_null) const {
    Attributes attributes;
    formats_.in_key_order(map).for_each([&](std::uint32_t key, FormatRef ref) {
      if (with_null || !formats_.is_null(ref)) {
        attributes.emplace_back(doc_.store.strings[key], formats_.value(ref));
      }
    });
    return attributes;
  }

  DocState& doc_;
  const document::TransactionState& txn_;
  Formats formats_;
  FormatMap current_;  // in force
  FormatMap old_;      // in force before the transaction
  FormatMap changes_;  // what a retain says
  Delta delta_;
  Action action_ = Action::none;
  std::uint32_t length_ = 0;
  std::string text_;
};

}  // namespace

Delta Event::text_delta() const {
  doc_->begin(0, true);
  Delta delta = TextDelta(*doc_, *txn_).walk(target_);
  doc_->end();
  return delta;
}

}  // namespace weft
