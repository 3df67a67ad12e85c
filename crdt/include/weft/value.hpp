// A JavaScript value as Yjs stores it (lib0 "any"): what maps, arrays and embeds hold.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>

namespace weft {

class Value;
struct Undefined {
  friend bool operator==(Undefined, Undefined) = default;
};
struct Null {
  friend bool operator==(Null, Null) = default;
};
/// A 64-bit integer that JavaScript holds as BigInt; plain numbers are doubles.
struct BigInt {
  std::int64_t value = 0;
  friend bool operator==(BigInt, BigInt) = default;
};
using ValueArray = std::vector<Value>;
/// Members in JavaScript's own-key order is the writer's duty; a reader gets them in that order.
using ValueObject = std::vector<std::pair<std::string, Value>>;

/// What a JavaScript number can be made of.
template <typename T>
concept Number = std::is_arithmetic_v<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                 !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                 !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

/// One of: undefined, null, boolean, number, BigInt, string (UTF-8), bytes, array, object.
class Value {
 public:
  using Variant = std::variant<Undefined, Null, bool, double, BigInt, std::string, Bytes,
                               ValueArray, ValueObject>;

  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): a value converts from what it holds: set("key", 5)
  Value(Undefined) {}
  Value(Null v) : v_(v) {}
  Value(std::nullptr_t) : v_(Null{}) {}
  // Of templates, so that no pointer passes for a boolean and no character for a number.
  template <std::same_as<bool> T>
  Value(T v) : v_(v) {}
  /// Becomes the nearest double: whole numbers beyond 2^53 are not all there, as in JavaScript.
  template <Number T>
  Value(T v) : v_(static_cast<double>(v)) {}
  Value(BigInt v) : v_(v) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(std::string_view v) : v_(std::string(v)) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(Bytes v) : v_(std::move(v)) {}
  Value(ValueArray v) : v_(std::move(v)) {}
  Value(ValueObject v) : v_(std::move(v)) {}
  // NOLINTEND(google-explicit-constructor): as above

  template <typename T>
  bool is() const {
    return std::holds_alternative<T>(v_);
  }
  /// The content as T, or null when it is of another kind.
  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&v_);
  }
  const Variant& variant() const { return v_; }
  Variant& variant() { return v_; }

  /// The member `key` of an object, or null. O(members).
  const Value* find(std::string_view key) const;

  /// ES JSON.stringify to the byte, with one difference: undefined at the top gives "null".
  /// BigInt, which JavaScript refuses, is written as its decimal digits.
  std::string to_json() const;

  /// JSON.parse. Errors: invalid_json, invalid_utf8, too_deep (limits::depth_max).
  static Result<Value> from_json(std::string_view text);

  /// lib0 any encoding, numbers as lib0 chooses their form.
  Bytes encode() const;
  /// Errors: unexpected_end, invalid_any, invalid_utf8, number_too_large, too_deep.
  static Result<Value> decode(ByteView bytes);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Variant v_;
};

}  // namespace weft
