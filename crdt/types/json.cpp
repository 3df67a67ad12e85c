// A type and all inside it as a JSON value. Source: Yjs toJSON of each type.
#include <algorithm>

#include <weft/limits.hpp>
#include <weft/types.hpp>

#include "types/keys.hpp"
#include "types/xml_string.hpp"

namespace weft {

using namespace types;

namespace {

// One type whose contents are being read.
struct Frame {
  bool is_map = false;
  ValueArray array;
  ValueObject object;
  std::vector<std::pair<std::string, Element>> rest;  // in reverse order

  void put(std::string key, Value value) {
    if (is_map) {
      object.emplace_back(std::move(key), std::move(value));
    } else {
      array.push_back(std::move(value));
    }
  }
  Value take() { return is_map ? Value(std::move(object)) : Value(std::move(array)); }
};

Frame open(const SharedType& type) {
  Frame frame;
  const auto kind = type.kind();
  frame.is_map = kind && Map::holds(*kind);
  if (frame.is_map) {
    frame.rest = object_entries_of(*type.doc(), type.type());
  } else {
    for (Element& element : elements_of(*type.doc(), type.type())) {
      frame.rest.emplace_back(std::string(), std::move(element));
    }
  }
  std::reverse(frame.rest.begin(), frame.rest.end());
  return frame;
}

// What reads as a string.
std::optional<Value> string_of(const SharedType& type) {
  DocState& doc = *type.doc();
  switch (type.kind().value_or(TypeKind::array)) {
    case TypeKind::text:
      return Text(&doc, type.type()).to_string();
    case TypeKind::xml_element:
      return element_string(doc, type.type());
    case TypeKind::xml_fragment:
      return fragment_string(doc, type.type());
    case TypeKind::xml_text:
      return text_string(doc, type.type());
    default:
      return std::nullopt;
  }
}

}  // namespace

Value SharedType::to_json() const {
  if (is_unified()) return YType(*this).to_json();
  if (auto string = string_of(*this)) return std::move(*string);
  std::vector<Frame> stack;
  std::vector<std::string> keys;  // under which each frame but the first will be put
  stack.push_back(open(*this));
  for (;;) {
    Frame& frame = stack.back();
    if (frame.rest.empty()) {
      Value value = frame.take();
      stack.pop_back();
      if (stack.empty()) return value;
      stack.back().put(std::move(keys.back()), std::move(value));
      keys.pop_back();
      continue;
    }
    auto [key, element] = std::move(frame.rest.back());
    frame.rest.pop_back();
    if (const auto* type = std::get_if<SharedType>(&element)) {
      if (auto string = string_of(*type)) {
        frame.put(std::move(key), std::move(*string));
      } else if (stack.size() == limits::depth_max) {
        frame.put(std::move(key), Null{});
      } else {
        keys.push_back(std::move(key));
        stack.push_back(open(*type));
      }
    } else if (auto* value = std::get_if<Value>(&element)) {
      frame.put(std::move(key), std::move(*value));
    } else {
      frame.put(std::move(key), ValueObject{});  // a subdocument's contents are not here
    }
  }
}

Value Doc::to_json() const {
  ValueObject roots;
  for (const TypeIx root : state_->store.types.roots()) {
    const SharedType type(state_.get(), root);
    if (!type.kind()) continue;
    roots.emplace_back(state_->store.strings[state_->store.types[root].name], type.to_json());
  }
  return roots;
}

}  // namespace weft
