// Deltas of @y/y 14 from JSON. Source: lib0 1.0 delta/delta.js, DeltaJSON.
#include <cmath>

#include <weft/limits.hpp>
#include <weft/ydelta.hpp>

namespace weft {

namespace {

template <typename T>
Result<T> fail(Errc code) {
  return std::unexpected(Error{code});
}

// What JavaScript reads from value[key]; null where that is undefined or null.
const Value* member(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found == nullptr || found->is<Undefined>() || found->is<Null>() ? nullptr : found;
}

bool is_of_type(const Value& value, std::string_view name) {
  const Value* found = member(value, "type");
  const auto* text = found == nullptr ? nullptr : found->get_if<std::string>();
  return text != nullptr && *text == name;
}

// Recursion is bounded by limits::depth_max.
class Reader {
 public:
  Result<YDelta> delta(const Value& value, int depth) {
    if (depth > limits::depth_max) return fail<YDelta>(Errc::too_deep);
    if (!value.is<ValueObject>() || !is_of_type(value, "delta")) {
      return fail<YDelta>(Errc::wrong_type);
    }
    YDelta made;
    if (const Value* name = member(value, "name")) {
      const auto* text = name->get_if<std::string>();
      if (text == nullptr) return fail<YDelta>(Errc::wrong_type);
      made.name = *text;
    }
    if (auto added = add_attrs(made, value, depth); !added) return std::unexpected(added.error());
    if (const Value* children = member(value, "children")) {
      const auto* array = children->get_if<ValueArray>();
      if (array == nullptr) return fail<YDelta>(Errc::wrong_type);
      for (const Value& op : *array) {
        if (auto added = add_child(made, op, depth); !added) return std::unexpected(added.error());
      }
    }
    return made;
  }

 private:
  Result<void> add_attrs(YDelta& made, const Value& value, int depth) {
    const Value* attrs = member(value, "attrs");
    if (attrs == nullptr) return {};
    const auto* object = attrs->get_if<ValueObject>();
    if (object == nullptr) return fail<void>(Errc::wrong_type);
    for (const auto& [key, attr] : *object) {
      const auto attribution = members(attr, "attribution");
      if (!attribution) return std::unexpected(attribution.error());
      const Value* content = attr.find("value");
      if (is_of_type(attr, "delete")) {
        made.delete_attr(key, *attribution);
      } else if (is_of_type(attr, "insert")) {
        auto read = this->content(content == nullptr ? Value(Undefined{}) : *content, depth);
        if (!read) return std::unexpected(read.error());
        made.set_attr(key, std::move(*read), *attribution);
      } else if (is_of_type(attr, "modify") && content != nullptr) {
        auto change = delta(*content, depth + 1);
        if (!change) return std::unexpected(change.error());
        made.modify_attr(key, std::move(*change));
      } else {
        return fail<void>(Errc::wrong_type);
      }
    }
    return {};
  }

  Result<void> add_child(YDelta& made, const Value& op, int depth) {
    if (!op.is<ValueObject>()) return fail<void>(Errc::wrong_type);
    if (const Value* removed = member(op, "delete")) {
      const auto length = length_of(*removed);
      if (!length) return std::unexpected(length.error());
      made.remove(*length);
      return {};
    }
    auto given = members(op, "format");
    auto attribution = members(op, "attribution");
    if (!given || !attribution) return fail<void>(Errc::wrong_type);
    Attributes format = given->value_or(Attributes{});
    if (const Value* retained = member(op, "retain")) {
      const auto length = length_of(*retained);
      if (!length) return std::unexpected(length.error());
      made.retain(*length, std::move(format), std::move(*attribution));
      return {};
    }
    if (const Value* inserted = member(op, "insert")) {
      return add_insert(made, *inserted, std::move(format), std::move(*attribution), depth);
    }
    const Value* change = is_of_type(op, "modify") ? member(op, "value") : nullptr;
    if (change == nullptr) return fail<void>(Errc::wrong_type);
    auto read = delta(*change, depth + 1);
    if (!read) return std::unexpected(read.error());
    made.modify(std::move(*read), std::move(format), std::move(*attribution));
    return {};
  }

  Result<void> add_insert(YDelta& made, const Value& inserted, Attributes format,
                          Attribution attribution, int depth) {
    if (const auto* text = inserted.get_if<std::string>()) {
      made.insert(*text, std::move(format), std::move(attribution));
      return {};
    }
    const auto* array = inserted.get_if<ValueArray>();
    if (array == nullptr) return fail<void>(Errc::wrong_type);
    std::vector<YContent> contents;
    contents.reserve(array->size());
    for (const Value& value : *array) {
      auto read = content(value, depth);
      if (!read) return std::unexpected(read.error());
      contents.push_back(std::move(*read));
    }
    made.insert(std::move(contents), std::move(format), std::move(attribution));
    return {};
  }

  Result<YContent> content(const Value& value, int depth) {
    if (!value.is<ValueObject>() || !is_of_type(value, "delta")) return YContent(value);
    auto read = delta(value, depth + 1);
    if (!read) return std::unexpected(read.error());
    return YContent(std::make_shared<const YDelta>(std::move(*read)));
  }

  static Result<std::uint32_t> length_of(const Value& value) {
    const auto* number = value.get_if<double>();
    if (number == nullptr) return fail<std::uint32_t>(Errc::wrong_type);
    if (!(*number >= 0) || *number > static_cast<double>(limits::clock_max) ||
        std::trunc(*number) != *number) {
      return fail<std::uint32_t>(Errc::out_of_range);
    }
    return static_cast<std::uint32_t>(*number);
  }

  // An object, or nothing.
  static Result<std::optional<ValueObject>> members(const Value& of, std::string_view key) {
    const Value* found = member(of, key);
    if (found == nullptr) return std::optional<ValueObject>();
    const auto* object = found->get_if<ValueObject>();
    if (object == nullptr) return fail<std::optional<ValueObject>>(Errc::wrong_type);
    return std::optional<ValueObject>(*object);
  }
};

}  // namespace

Result<YDelta> YDelta::from_value(const Value& value) { return Reader().delta(value, 1); }

Result<YDelta> YDelta::from_json(std::string_view text) {
  const auto value = Value::from_json(text);
  if (!value) return std::unexpected(value.error());
  return from_value(*value);
}

}  // namespace weft
