// Deltas by hand and as JSON. Source: Quill's Delta.
#include <cmath>

#include <weft/content.hpp>
#include <weft/limits.hpp>

namespace weft {

namespace {

class ToValue {
 public:
  Value operator()(const DeltaInsert& op) const {
    return with_attributes({{"insert", std::visit(*this, op.content)}}, op.attributes);
  }
  Value operator()(const DeltaRetain& op) const {
    return with_attributes({{"retain", op.length}}, op.attributes);
  }
  Value operator()(const DeltaRemove& op) const { return ValueObject{{"delete", op.length}}; }

  Value operator()(const std::string& text) const { return text; }
  Value operator()(const Value& embed) const { return embed; }
  Value operator()(const SharedType& type) const { return type.to_json(); }
  Value operator()(const Prelim&) const { return Null{}; }

 private:
  static Value with_attributes(ValueObject op, const Attributes& attributes) {
    if (!attributes.empty()) op.emplace_back("attributes", attributes);
    return op;
  }
};

// What JavaScript reads from op[key]; null where that is undefined.
const Value* member(const Value& op, std::string_view key) {
  const Value* found = op.find(key);
  return found == nullptr || found->is<Undefined>() ? nullptr : found;
}

Result<std::uint32_t> length_of(const Value& value) {
  const auto* number = value.get_if<double>();
  if (number == nullptr) return std::unexpected(Error{Errc::wrong_type});
  if (!(*number >= 0) || *number > static_cast<double>(limits::clock_max) ||
      std::trunc(*number) != *number) {
    return std::unexpected(Error{Errc::out_of_range});
  }
  return static_cast<std::uint32_t>(*number);
}

Result<Attributes> attributes_of(const Value& op) {
  const Value* found = member(op, "attributes");
  if (found == nullptr || found->is<Null>()) return Attributes{};
  const auto* object = found->get_if<ValueObject>();
  if (object == nullptr) return std::unexpected(Error{Errc::wrong_type});
  return *object;
}

Result<void> add(Delta& delta, const Value& op) {
  if (!op.is<ValueObject>()) return std::unexpected(Error{Errc::wrong_type});
  auto attributes = attributes_of(op);
  if (!attributes) return std::unexpected(attributes.error());
  if (const Value* insert = member(op, "insert")) {
    if (const auto* text = insert->get_if<std::string>()) {
      delta.insert(*text, std::move(*attributes));
    } else {
      delta.insert_embed(*insert, std::move(*attributes));
    }
    return {};
  }
  const Value* retain = member(op, "retain");
  const Value* remove = member(op, "delete");
  if (retain == nullptr && remove == nullptr) return {};
  const auto length = length_of(retain != nullptr ? *retain : *remove);
  if (!length) return std::unexpected(length.error());
  if (retain != nullptr) {
    delta.retain(*length, std::move(*attributes));
  } else {
    delta.remove(*length);
  }
  return {};
}

}  // namespace

Delta& Delta::insert(std::string_view text, Attributes attributes) {
  ops.emplace_back(DeltaInsert{std::string(text), std::move(attributes)});
  return *this;
}

Delta& Delta::insert_embed(Value embed, Attributes attributes) {
  ops.emplace_back(DeltaInsert{std::move(embed), std::move(attributes)});
  return *this;
}

Delta& Delta::insert_type(Prelim type, Attributes attributes) {
  ops.emplace_back(DeltaInsert{std::move(type), std::move(attributes)});
  return *this;
}

Delta& Delta::retain(std::uint32_t length, Attributes attributes) {
  ops.emplace_back(DeltaRetain{length, std::move(attributes)});
  return *this;
}

Delta& Delta::remove(std::uint32_t length) {
  ops.emplace_back(DeltaRemove{length});
  return *this;
}

Value Delta::to_value() const {
  ValueArray values;
  values.reserve(ops.size());
  for (const DeltaOp& op : ops) values.push_back(std::visit(ToValue{}, op));
  return values;
}

Result<Delta> Delta::from_value(const Value& value) {
  const Value* ops = value.is<ValueObject>() ? value.find("ops") : &value;
  const auto* array = ops == nullptr ? nullptr : ops->get_if<ValueArray>();
  if (array == nullptr) return std::unexpected(Error{Errc::wrong_type});
  Delta delta;
  for (const Value& op : *array) {
    if (auto added = add(delta, op); !added) return std::unexpected(added.error());
  }
  return delta;
}

Result<Delta> Delta::from_json(std::string_view text) {
  const auto value = Value::from_json(text);
  if (!value) return std::unexpected(value.error());
  return from_value(*value);
}

}  // namespace weft
