// A type and all inside it as a JSON value. Source: Yjs toJSON of each type.
#include "types/sequence.hpp"

namespace weft {

using namespace types;

namespace {

bool reads_as_map(const DocState& doc, TypeIx type) {
  const std::uint8_t kind = doc.store.types[type].kind;
  return kind == static_cast<std::uint8_t>(TypeKind::map);
}

bool reads_as_text(const DocState& doc, TypeIx type) {
  const std::uint8_t kind = doc.store.types[type].kind;
  return kind == static_cast<std::uint8_t>(TypeKind::text) ||
         kind == static_cast<std::uint8_t>(TypeKind::xml_text);
}

}  // namespace

Value SharedType::to_json() const {
  // One frame for each type that is being read, so that nesting is bounded by memory.
  struct Frame {
    ValueArray array;
    ValueObject object;
    bool is_map;
    std::vector<std::pair<std::string, Element>> rest;  // in reverse order
  };
  std::vector<Frame> stack;
  const auto open = [this](TypeIx type) {
    Frame frame{.array = {}, .object = {}, .is_map = reads_as_map(*doc_, type), .rest = {}};
    if (frame.is_map) {
      const Map map(doc_, type);
      for (const std::string& key : map.keys()) frame.rest.emplace_back(key, map.get(key));
    } else {
      for (Element& element : Array(doc_, type).elements()) {
        frame.rest.emplace_back(std::string(), std::move(element));
      }
    }
    std::reverse(frame.rest.begin(), frame.rest.end());
    return frame;
  };
  const auto put = [&stack](std::string key, Value value) {
    Frame& frame = stack.back();
    if (frame.is_map) {
      frame.object.emplace_back(std::move(key), std::move(value));
    } else {
      frame.array.push_back(std::move(value));
    }
  };
  if (reads_as_text(*doc_, type_)) return Text(doc_, type_).to_string();
  std::vector<std::string> keys;  // under which each frame but the first will be put
  stack.push_back(open(type_));
  for (;;) {
    Frame& frame = stack.back();
    if (frame.rest.empty()) {
      Value value = frame.is_map ? Value(std::move(frame.object)) : Value(std::move(frame.array));
      stack.pop_back();
      if (stack.empty()) return value;
      put(std::move(keys.back()), std::move(value));
      keys.pop_back();
      continue;
    }
    auto [key, element] = std::move(frame.rest.back());
    frame.rest.pop_back();
    if (const SharedType* type = std::get_if<SharedType>(&element)) {
      if (reads_as_text(*doc_, type->type())) {
        put(std::move(key), Text(doc_, type->type()).to_string());
      } else {
        keys.push_back(std::move(key));
        stack.push_back(open(type->type()));
      }
    } else if (Value* value = std::get_if<Value>(&element)) {
      put(std::move(key), std::move(*value));
    } else {
      put(std::move(key), Undefined{});
    }
  }
}

}  // namespace weft
