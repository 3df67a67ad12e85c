// Deltas of @y/y 14, by hand and as JSON. Source: lib0 1.0 delta/delta.js.
#include <algorithm>

#include <weft/ydelta.hpp>
#include <weft/ytype.hpp>

#include "encoding/key_order.hpp"
#include "types/members.hpp"

namespace weft {

using namespace types;

namespace {

// The last operation where it is a T with the same format and attribution, or null.
template <typename T>
T* same_end(YDelta& delta, const Attributes& format, const Attribution& attribution) {
  T* const end = delta.children.empty() ? nullptr : std::get_if<T>(&delta.children.back());
  if (end == nullptr || !same_members(end->format, format)) return nullptr;
  if (end->attribution.has_value() != attribution.has_value()) return nullptr;
  return !attribution || same_members(*end->attribution, *attribution) ? end : nullptr;
}

class ToValue {
 public:
  Value operator()(const YInsertText& op) const {
    return with({{"type", "insert"}, {"insert", op.text}}, op);
  }
  Value operator()(const YInsert& op) const {
    ValueArray values;
    values.reserve(op.contents.size());
    for (const YContent& content : op.contents) values.push_back(std::visit(*this, content));
    return with({{"type", "insert"}, {"insert", std::move(values)}}, op);
  }
  Value operator()(const YRetain& op) const {
    return with({{"type", "retain"}, {"retain", op.length}}, op);
  }
  Value operator()(const YRemove& op) const { return ValueObject{{"delete", op.length}}; }
  Value operator()(const YModify& op) const {
    return with({{"type", "modify"}, {"value", op.change->to_value()}}, op);
  }
  Value operator()(const YAttr& attr) const {
    ValueObject object{{"type", attr.action == YAttr::Action::set      ? "insert"
                                : attr.action == YAttr::Action::remove ? "delete"
                                                                       : "modify"}};
    if (attr.action != YAttr::Action::remove) {
      object.emplace_back("value", std::visit(*this, attr.content));
    }
    if (attr.attribution) object.emplace_back("attribution", in_own_order(*attr.attribution));
    return object;
  }

  Value operator()(const Value& value) const { return value; }
  Value operator()(const SharedType& type) const {
    return YType(type.doc(), type.type()).to_json();
  }
  Value operator()(const SubDoc&) const { return ValueObject{}; }
  Value operator()(const YDeltaPtr& contents) const { return contents->to_value(); }

 private:
  template <typename Op>
  static Value with(ValueObject object, const Op& op) {
    if (!op.format.empty()) object.emplace_back("format", in_own_order(op.format));
    if (op.attribution) object.emplace_back("attribution", in_own_order(*op.attribution));
    return object;
  }
};

}  // namespace

YDelta& YDelta::insert(std::string_view text, Attributes format, Attribution attribution) {
  if (text.empty()) return *this;
  if (auto* end = same_end<YInsertText>(*this, format, attribution)) {
    end->text += text;
  } else {
    children.emplace_back(
        YInsertText{std::string(text), std::move(format), std::move(attribution)});
  }
  return *this;
}

YDelta& YDelta::insert(std::vector<YContent> contents, Attributes format, Attribution attribution) {
  if (contents.empty()) return *this;
  if (auto* end = same_end<YInsert>(*this, format, attribution)) {
    std::move(contents.begin(), contents.end(), std::back_inserter(end->contents));
  } else {
    children.emplace_back(YInsert{std::move(contents), std::move(format), std::move(attribution)});
  }
  return *this;
}

YDelta& YDelta::retain(std::uint32_t length, Attributes format, Attribution attribution) {
  if (length == 0) return *this;
  if (auto* end = same_end<YRetain>(*this, format, attribution)) {
    end->length += length;
  } else {
    children.emplace_back(YRetain{length, std::move(format), std::move(attribution)});
  }
  return *this;
}

YDelta& YDelta::remove(std::uint32_t length) {
  if (length == 0) return *this;
  auto* const end = children.empty() ? nullptr : std::get_if<YRemove>(&children.back());
  if (end != nullptr) {
    end->length += length;
  } else {
    children.emplace_back(YRemove{length});
  }
  return *this;
}

YDelta& YDelta::modify(YDelta change, Attributes format, Attribution attribution) {
  children.emplace_back(YModify{std::make_shared<const YDelta>(std::move(change)),
                                std::move(format), std::move(attribution)});
  return *this;
}

YAttr& YDelta::attr(std::string_view key) {
  const auto found = std::find_if(attrs.begin(), attrs.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found != attrs.end() ? found->second : attrs.emplace_back(key, YAttr{}).second;
}

YDelta& YDelta::set_attr(std::string_view key, YContent content, Attribution attribution) {
  attr(key) = {YAttr::Action::set, std::move(content), std::move(attribution)};
  return *this;
}

YDelta& YDelta::delete_attr(std::string_view key, Attribution attribution) {
  attr(key) = {YAttr::Action::remove, {}, std::move(attribution)};
  return *this;
}

YDelta& YDelta::modify_attr(std::string_view key, YDelta change) {
  attr(key) = {YAttr::Action::modify, std::make_shared<const YDelta>(std::move(change)), {}};
  return *this;
}

YDelta& YDelta::done() {
  while (!children.empty()) {
    const auto* retain = std::get_if<YRetain>(&children.back());
    if (retain == nullptr || !retain->format.empty() || retain->attribution) break;
    children.pop_back();
  }
  return *this;
}

Value YDelta::to_value() const {
  ValueObject object{{"type", "delta"}};
  if (name) object.emplace_back("name", *name);
  if (!attrs.empty()) {
    ValueObject values;
    for (const auto& [key, attr] : attrs) values.emplace_back(key, ToValue()(attr));
    object.emplace_back("attrs", in_own_order(std::move(values)));
  }
  if (!children.empty()) {
    ValueArray values;
    values.reserve(children.size());
    for (const YDeltaOp& op : children) values.push_back(std::visit(ToValue(), op));
    object.emplace_back("children", std::move(values));
  }
  return object;
}

}  // namespace weft
