// Where a walk over a value goes: JSON text, `any` bytes, or a Value.
//
// A walk calls undefined, null, boolean, number, big_int, string and bytes for leaves;
// begin_array .. end_array; and begin_object, then key and one value for each member, end_object.
// Every sink puts the members of an object in JavaScript's own-key order when the object ends, so
// what comes out is what JavaScript would write.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/value.hpp>

#include "encoding/key_order.hpp"
#include "encoding/writer.hpp"

namespace weft::encoding {

/// The members of the objects that are open, innermost last, each with what was written for it.
class MemberStack {
 public:
  struct Member {
    std::size_t key_begin;  // in keys_
    std::size_t key_size;
    std::size_t begin;  // in the sink's output
    std::size_t end;
    bool undefined;
  };

  void begin_object() { objects_.push_back(members_.size()); }
  void begin_member(std::string_view key, std::size_t at);
  void end_member(std::size_t at) { members_.back().end = at; }
  void set_undefined() { members_.back().undefined = true; }

  /// Members of the innermost object. Valid until the next call.
  std::span<const Member> members() const { return std::span(members_).subspan(objects_.back()); }
  std::vector<std::string_view> keys() const;
  void end_object();

 private:
  std::vector<std::size_t> objects_;
  std::vector<Member> members_;
  std::string keys_;
};

class JsonSink {
 public:
  explicit JsonSink(std::string& out) : out_(out) {}

  /// False once a number came that reads back as another value.
  bool is_lossless() const { return lossless_; }

  void undefined();
  void null() { leaf("null"); }
  void boolean(bool value) { leaf(value ? "true" : "false"); }
  void number(double value);
  void big_int(std::int64_t value);
  void string(std::string_view text);
  void bytes(ByteView bytes);
  void begin_array();
  void end_array();
  void begin_object();
  void key(std::string_view name);
  void end_object();

 private:
  struct Open {
    bool is_object;
    bool first;
    bool has_undefined;  // members that have to go
    std::size_t begin;
  };

  void leaf(std::string_view text);
  void before_value();
  void after_value();
  void quote(std::string_view text);

  std::string& out_;
  bool lossless_ = true;
  std::vector<Open> open_;
  MemberStack members_;
};

class AnySink {
 public:
  explicit AnySink(Writer& out) : out_(out) {}

  void undefined();
  void null();
  void boolean(bool value);
  void number(double value);
  void big_int(std::int64_t value);
  void string(std::string_view text);
  void bytes(ByteView bytes);
  void begin_array();
  void end_array();
  void begin_object();
  void key(std::string_view name);
  void end_object();

 private:
  struct Open {
    bool is_object;
    std::uint64_t count;
    std::size_t begin;  // where the count belongs
  };

  void after_value();
  void text(std::string_view text);

  Writer& out_;
  std::vector<Open> open_;
  MemberStack members_;
};

class ValueSink {
 public:
  void undefined() { add(Undefined{}); }
  void null() { add(Null{}); }
  void boolean(bool value) { add(value); }
  void number(double value) { add(value); }
  void big_int(std::int64_t value) { add(BigInt{value}); }
  void string(std::string_view text) { add(std::string(text)); }
  void bytes(ByteView bytes) { add(Bytes(bytes.begin(), bytes.end())); }
  void begin_array() { open_.emplace_back(ValueArray{}); }
  void end_array() { close(); }
  void begin_object();
  void key(std::string_view name) { keys_.emplace_back(name); }
  void end_object();

  Value take() { return std::move(result_); }

 private:
  void add(Value value);
  void close();

  std::vector<Value> open_;
  std::vector<std::string> keys_;  // of members whose value is awaited
  Value result_;
};

}  // namespace weft::encoding
