#include "types/ydelta_check.hpp"

#include <algorithm>

#include <weft/limits.hpp>

#include "types/attributed_piece.hpp"
#include "types/keys.hpp"
#include "types/ytype_editor.hpp"

namespace weft::types {

namespace {

// A place that counts what attributions show, where YEditor would be.
class ShownWalk {
 public:
  ShownWalk(DocState& doc, TypeIx type, const AttributionManager& attributions)
      : doc_(doc),
        attributions_(attributions),
        item_(doc.store.types.list(doc.store.types[type].sequence).first) {}

  // False where there are fewer units.
  bool retain(std::uint32_t length) {
    while (length > 0 && item_ != kNoHandle) {
      const std::uint32_t left = shown_length(doc_, item_, attributions_) - passed_;
      if (length < left) {
        passed_ += length;
        return true;
      }
      length -= left;
      step();
    }
    return length == 0;
  }

  // What is shown of a deleted item is passed over as a whole.
  void remove(std::uint32_t length) {
    while (length > 0 && item_ != kNoHandle) {
      const std::uint32_t left = shown_length(doc_, item_, attributions_) - passed_;
      if (length < left && !doc_.store.items[item_].deleted()) {
        passed_ += length;
        return;
      }
      length -= std::min(length, left);
      step();
    }
  }

  // The next that is not deleted.
  Element element() const {
    Handle at = item_;
    while (at != kNoHandle && doc_.store.items[at].visible() == 0) at = doc_.store.items[at].right;
    return at == kNoHandle ? Element() : element_of(doc_, at, at == item_ ? passed_ : 0);
  }

 private:
  void step() {
    item_ = doc_.store.items[item_].right;
    passed_ = 0;
  }

  DocState& doc_;
  const AttributionManager& attributions_;
  Handle item_;
  std::uint32_t passed_ = 0;  // of what is shown of the item
};

}  // namespace

// The operations of one delta, and where each stands in the type as it was.
class YDeltaCheck::Walk {
 public:
  Walk(YDeltaCheck& check, TypeIx type, const AttributionManager* attributions, int depth)
      : check_(check), type_(type), depth_(depth), length_(length_of(check.doc_, type)) {
    if (attributions != nullptr) shown_.emplace(*check.doc_, type, *attributions);
  }

  void operator()(const YInsertText& op) {
    check_.add_format(op.format);
    check_.add_text(op.text);
  }
  void operator()(const YInsert& op) {
    // Each of them may stand alone, between formats of its own.
    for (const YContent& content : op.contents) {
      check_.add_format(op.format);
      check_.add_content(content, depth_);
    }
  }
  void operator()(const YRetain& op) {
    check_.add_format(op.format);
    go_on(op.length);
  }
  void operator()(const YRemove& op) {
    if (shown_) {
      shown_->remove(op.length);
    } else {
      at_ += std::min(op.length, length_ - at_);
    }
  }
  void operator()(const YModify& op) {
    if (op.change == nullptr || (!shown_ && at_ >= length_)) {
      return check_.fail(Errc::out_of_range);
    }
    const Element element = shown_ ? shown_->element() : element_at(*check_.doc_, type_, at_);
    const auto* const inside = std::get_if<SharedType>(&element);
    if (inside == nullptr) return check_.fail(Errc::wrong_type);
    check_.add_format(op.format);
    check_.add(*op.change, inside->type(), nullptr, depth_ + 1);
    go_on(1);
  }

  void attr(const std::string& key, const YAttr& attr) {
    check_.add_text(key);
    if (attr.action == YAttr::Action::set) return check_.add_content(attr.content, depth_);
    if (attr.action == YAttr::Action::remove) return;
    const auto* change = std::get_if<YDeltaPtr>(&attr.content);
    const Handle item = type_ == store::kNoIndex ? kNoHandle : key_item(*check_.doc_, type_, key);
    const bool is_type =
        item != kNoHandle && check_.doc_->store.items[item].content() == Kind::type;
    if (!is_type || change == nullptr || *change == nullptr) return check_.fail(Errc::wrong_type);
    check_.add(**change, check_.doc_->store.items[item].data, nullptr, depth_ + 1);
  }

 private:
  static std::uint32_t length_of(const DocState* doc, TypeIx type) {
    return type == store::kNoIndex ? 0 : doc->store.types[type].length;
  }

  void go_on(std::uint32_t length) {
    if (shown_) {
      if (!shown_->retain(length)) check_.fail(Errc::out_of_range);
      return;
    }
    if (length > length_ - at_) return check_.fail(Errc::out_of_range);
    at_ += length;
  }

  YDeltaCheck& check_;
  TypeIx type_;
  int depth_;
  std::uint32_t at_ = 0;
  std::uint32_t length_;
  std::optional<ShownWalk> shown_;
};

// Recursion is bounded by limits::depth_max.
void YDeltaCheck::add(const YDelta& delta, TypeIx type, const AttributionManager* attributions,
                      int depth) {
  if (depth > limits::depth_max) return fail(Errc::too_deep);
  Walk walk(*this, type, attributions, depth);
  for (const YDeltaOp& op : delta.children) {
    if (error()) return;
    std::visit(walk, op);
  }
  for (const auto& [key, attr] : delta.attrs) {
    if (error()) return;
    walk.attr(key, attr);
  }
}

void YDeltaCheck::add_contents(std::span<const Content> contents) {
  const auto measured = measure_contents(contents);
  if (!measured) return fail(measured.error().code);
  texts_.add_measured(measured->units, measured->bytes);
}

void YDeltaCheck::add_content(const YContent& content, int depth) {
  if (std::holds_alternative<Value>(content) || std::holds_alternative<SubDoc>(content)) {
    const Content alone = to_content(content);
    return add_contents(std::span(&alone, 1));
  }
  const auto* contents = std::get_if<YDeltaPtr>(&content);
  if (contents == nullptr || *contents == nullptr) return fail(Errc::wrong_type);
  texts_.add_measured(1, 16);
  if ((*contents)->name) add_text(*(*contents)->name);
  add(**contents, store::kNoIndex, nullptr, depth + 1);
}

}  // namespace weft::types
