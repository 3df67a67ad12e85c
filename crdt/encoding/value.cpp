// weft::Value: reading and writing it as any bytes and as JSON text.
#include <algorithm>

#include <weft/value.hpp>

#include "encoding/any.hpp"
#include "encoding/any_walk.hpp"
#include "encoding/json_parser.hpp"
#include "encoding/sinks.hpp"
#include "encoding/utf.hpp"

namespace weft {

namespace {

// Recursion as deep as the value, which its maker bounds.
template <typename Sink>
class ValueWalk {
 public:
  explicit ValueWalk(Sink& sink) : sink_(sink) {}

  void operator()(Undefined) { sink_.undefined(); }
  void operator()(Null) { sink_.null(); }
  void operator()(bool value) { sink_.boolean(value); }
  void operator()(double value) { sink_.number(value); }
  void operator()(BigInt value) { sink_.big_int(value.value); }
  void operator()(const std::string& value) { sink_.string(value); }
  void operator()(const Bytes& value) { sink_.bytes(value); }
  void operator()(const ValueArray& values) {
    sink_.begin_array();
    for (const Value& value : values) std::visit(*this, value.variant());
    sink_.end_array();
  }
  void operator()(const ValueObject& members) {
    sink_.begin_object();
    for (const auto& [key, value] : members) {
      sink_.key(key);
      std::visit(*this, value.variant());
    }
    sink_.end_object();
  }

 private:
  Sink& sink_;
};

}  // namespace

const Value* Value::find(std::string_view key) const {
  const auto* object = get_if<ValueObject>();
  if (object == nullptr) return nullptr;
  const auto found = std::find_if(object->begin(), object->end(),
                                  [&](const auto& member) { return member.first == key; });
  return found == object->end() ? nullptr : &found->second;
}

std::string Value::to_json() const {
  std::string out;
  encoding::JsonSink sink(out);
  std::visit(ValueWalk(sink), v_);
  return out;
}

Result<Value> Value::from_json(std::string_view text) {
  if (!encoding::scan_utf8(text).valid) return std::unexpected(Error{Errc::invalid_utf8});
  encoding::ValueSink sink;
  encoding::JsonParser parser(text, sink);
  if (!parser.parse()) return std::unexpected(parser.error());
  return sink.take();
}

Bytes Value::encode() const {
  encoding::Writer out;
  encoding::AnySink sink(out);
  std::visit(ValueWalk(sink), v_);
  return out.take();
}

Result<Value> Value::decode(ByteView bytes) {
  encoding::Reader reader(bytes);
  bool canonical = true;
  encoding::scan_any(reader, canonical);
  if (!reader.ok()) return std::unexpected(reader.error());
  encoding::Reader checked(bytes);
  encoding::ValueSink sink;
  encoding::walk_any(checked, sink);
  return sink.take();
}

}  // namespace weft
