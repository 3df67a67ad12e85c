#include "encoding/sinks.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "encoding/any_tag.hpp"
#include "encoding/number.hpp"
#include "encoding/utf.hpp"

namespace weft::encoding {

// --- MemberStack ---------------------------------------------------------------------------------

void MemberStack::begin_member(std::string_view key, std::size_t at) {
  members_.push_back({keys_.size(), key.size(), at, at, false});
  keys_.append(key);
}

std::vector<std::string_view> MemberStack::keys() const {
  std::vector<std::string_view> result;
  result.reserve(members().size());
  for (const Member& member : members()) {
    result.push_back(std::string_view(keys_).substr(member.key_begin, member.key_size));
  }
  return result;
}

void MemberStack::end_object() {
  const std::size_t begin = objects_.back();
  if (begin < members_.size()) keys_.resize(members_[begin].key_begin);
  members_.resize(begin);
  objects_.pop_back();
}

// --- JsonSink ------------------------------------------------------------------------------------

void JsonSink::before_value() {
  if (open_.empty() || open_.back().is_object) return;
  if (!open_.back().first) out_.push_back(',');
  open_.back().first = false;
}

void JsonSink::after_value() {
  if (!open_.empty() && open_.back().is_object) members_.end_member(out_.size());
}

void JsonSink::leaf(std::string_view text) {
  before_value();
  out_.append(text);
  after_value();
}

void JsonSink::undefined() {
  if (!open_.empty() && open_.back().is_object) {
    open_.back().has_undefined = true;
    members_.set_undefined();
  }
  leaf("null");
}

void JsonSink::number(double value) {
  if (!std::isfinite(value) || (value == 0 && std::signbit(value))) lossless_ = false;
  before_value();
  append_json_number(out_, value);
  after_value();
}

void JsonSink::big_int(std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  leaf({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
}

void JsonSink::string(std::string_view text) {
  before_value();
  quote(text);
  after_value();
}

// A Uint8Array is an object whose keys are its indices.
void JsonSink::bytes(ByteView bytes) {
  before_value();
  out_.push_back('{');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0) out_.push_back(',');
    out_.push_back('"');
    out_.append(std::to_string(i));
    out_.append("\":");
    out_.append(std::to_string(bytes[i]));
  }
  out_.push_back('}');
  after_value();
}

void JsonSink::begin_array() {
  before_value();
  open_.push_back(
      {.is_object = false, .first = true, .has_undefined = false, .begin = out_.size()});
  out_.push_back('[');
}

void JsonSink::end_array() {
  open_.pop_back();
  out_.push_back(']');
  after_value();
}

void JsonSink::begin_object() {
  before_value();
  open_.push_back({.is_object = true, .first = true, .has_undefined = false, .begin = out_.size()});
  members_.begin_object();
  out_.push_back('{');
}

void JsonSink::key(std::string_view name) {
  members_.begin_member(name, out_.size());
  if (members_.members().size() > 1) out_.push_back(',');
  quote(name);
  out_.push_back(':');
}

void JsonSink::end_object() {
  const auto keys = members_.keys();
  if (open_.back().has_undefined || !in_own_key_order(keys)) {
    const std::size_t begin = open_.back().begin + 1;
    const std::string written = out_.substr(begin);
    out_.resize(begin);
    for (const OwnKey& own : own_key_order(keys)) {
      const auto& member = members_.members()[own.last];
      if (member.undefined) continue;
      const std::size_t comma = own.last == 0 ? 0 : 1;
      if (out_.size() > begin) out_.push_back(',');
      out_.append(written, member.begin - begin + comma, member.end - member.begin - comma);
    }
  }
  members_.end_object();
  open_.pop_back();
  out_.push_back('}');
  after_value();
}

// ES QuoteJSONString.
void JsonSink::quote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr char kShort[] = "btn\0fr";  // 08 to 0D; 0B has none, and would end a string_view
  out_.push_back('"');
  std::size_t copied = 0;
  const auto flush = [&](std::size_t at) { out_.append(text, copied, at - copied); };
  const auto escape_unit = [&](std::uint32_t unit) {
    out_.append("\\u");
    for (unsigned shift = 16; shift != 0;) out_.push_back(kHex[unit >> (shift -= 4) & 0xF]);
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<std::uint8_t>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0xED) continue;
    if (byte == 0xED) {
      if (text.size() - at < 3 || static_cast<std::uint8_t>(text[at + 1]) < 0xA0) continue;
      flush(at);
      escape_unit(decode_three(text, at));
      at += 2;
    } else {
      flush(at);
      if (byte == '"' || byte == '\\') {
        out_.push_back('\\');
        out_.push_back(static_cast<char>(byte));
      } else if (byte >= 0x08 && byte <= 0x0D && byte != 0x0B) {
        out_.push_back('\\');
        out_.push_back(kShort[byte - 0x08U]);
      } else {
        escape_unit(byte);
      }
    }
    copied = at + 1;
  }
  flush(text.size());
  out_.push_back('"');
}

// --- AnySink -------------------------------------------------------------------------------------

void AnySink::after_value() {
  if (open_.empty()) return;
  if (open_.back().is_object) {
    members_.end_member(out_.size());
  } else {
    ++open_.back().count;
  }
}

void AnySink::text(std::string_view text) {
  if (!has_surrogate(text)) return out_.varstring(text);
  std::string well_formed;
  append_well_formed(well_formed, text);
  out_.varstring(well_formed);
}

void AnySink::undefined() {
  out_.u8(any_tag::kUndefined);
  after_value();
}

void AnySink::null() {
  out_.u8(any_tag::kNull);
  after_value();
}

void AnySink::boolean(bool value) {
  out_.u8(value ? any_tag::kTrue : any_tag::kFalse);
  after_value();
}

void AnySink::number(double value) {
  write_any_number(out_, value);
  after_value();
}

void AnySink::big_int(std::int64_t value) {
  out_.u8(any_tag::kBigInt);
  out_.u64_be(static_cast<std::uint64_t>(value));
  after_value();
}

void AnySink::string(std::string_view value) {
  out_.u8(any_tag::kString);
  text(value);
  after_value();
}

void AnySink::bytes(ByteView bytes) {
  out_.u8(any_tag::kBytes);
  out_.varbytes(bytes);
  after_value();
}

void AnySink::begin_array() {
  out_.u8(any_tag::kArray);
  open_.push_back({.is_object = false, .count = 0, .begin = out_.size()});
}

void AnySink::end_array() {
  out_.insert_varuint(open_.back().begin, open_.back().count);
  open_.pop_back();
  after_value();
}

void AnySink::begin_object() {
  out_.u8(any_tag::kObject);
  open_.push_back({.is_object = true, .count = 0, .begin = out_.size()});
  members_.begin_object();
}

void AnySink::key(std::string_view name) {
  members_.begin_member(name, out_.size());
  text(name);
}

void AnySink::end_object() {
  const auto keys = members_.keys();
  const std::size_t begin = open_.back().begin;
  std::size_t count = keys.size();
  if (!in_own_key_order(keys)) {
    const Bytes written(out_.bytes().begin() + static_cast<std::ptrdiff_t>(begin),
                        out_.bytes().end());
    const auto order = own_key_order(keys);
    out_.truncate(begin);
    for (const OwnKey& own : order) {
      const auto& member = members_.members()[own.last];
      out_.raw(ByteView(written).subspan(member.begin - begin, member.end - member.begin));
    }
    count = order.size();
  }
  members_.end_object();
  out_.insert_varuint(begin, count);
  open_.pop_back();
  after_value();
}

// --- ValueSink -----------------------------------------------------------------------------------

void ValueSink::add(Value value) {
  if (open_.empty()) {
    result_ = std::move(value);
  } else if (auto* array = std::get_if<ValueArray>(&open_.back().variant())) {
    array->push_back(std::move(value));
  } else {
    auto& object = std::get<ValueObject>(open_.back().variant());
    object.emplace_back(std::move(keys_.back()), std::move(value));
    keys_.pop_back();
  }
}

void ValueSink::close() {
  Value value = std::move(open_.back());
  open_.pop_back();
  add(std::move(value));
}

void ValueSink::begin_object() { open_.emplace_back(ValueObject{}); }

void ValueSink::end_object() {
  auto& object = std::get<ValueObject>(open_.back().variant());
  std::vector<std::string_view> keys;
  keys.reserve(object.size());
  for (const auto& [key, value] : object) keys.emplace_back(key);
  if (!in_own_key_order(keys)) {
    ValueObject ordered;
    for (const OwnKey& own : own_key_order(keys)) ordered.push_back(std::move(object[own.last]));
    object = std::move(ordered);
  }
  close();
}

}  // namespace weft::encoding
