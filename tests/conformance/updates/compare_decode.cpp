#include "compare_decode.hpp"

#include <string>

#include <weft/inspect.hpp>

namespace {

using weft::Bytes;
using weft::ByteView;
using weft::Id;
using weft::UpdateStruct;

std::string hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const std::uint8_t byte : bytes) {
    digits.push_back(kDigits[byte >> 4]);
    digits.push_back(kDigits[byte & 15]);
  }
  return digits;
}

std::string text(const Id& id) {
  return std::to_string(id.client) + ":" + std::to_string(id.clock);
}

std::string text(const std::optional<Id>& id) { return id ? text(*id) : "-"; }

std::string parent_text(const UpdateStruct& s) {
  if (const auto* root = std::get_if<std::string>(&s.parent)) {
    return "root:" + hex(weft::as_bytes(*root));
  }
  const auto* id = std::get_if<Id>(&s.parent);
  return id == nullptr ? "-" : text(*id);
}

std::string describe(const UpdateStruct& s) {
  std::string line = std::string(s.kind) + " " + text(s.id) + " " + std::to_string(s.length);
  if (s.kind == "gc" || s.kind == "skip") return line;
  line += " " + text(s.origin) + " " + text(s.right_origin) + " " + parent_text(s) + " ";
  line += s.parent_sub ? "key:" + hex(weft::as_bytes(*s.parent_sub)) : "-";
  line += " [";
  for (std::size_t i = 0; i < s.values.size(); ++i) {
    line += (i > 0 ? "," : "") + hex(s.values[i].encode());
  }
  return line + "] " + hex(weft::as_bytes(s.text)) + " " + std::to_string(s.type_ref);
}

}  // namespace

weft::Result<Bytes> described_update(ByteView update, weft::Encoding encoding) {
  std::string lines;
  const auto deletes = weft::decode_update(
      update, encoding, [&](const UpdateStruct& s) { lines += describe(s) + "\n"; });
  if (!deletes) return std::unexpected(deletes.error());
  for (const auto& [client, ranges] : deletes->clients()) {
    for (const weft::ClockRange& range : ranges) {
      lines +=
          "delete " + text(Id{client, range.clock}) + " " + std::to_string(range.length) + "\n";
    }
  }
  return Bytes(lines.begin(), lines.end());
}
