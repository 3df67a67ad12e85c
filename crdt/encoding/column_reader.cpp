#include "encoding/column_reader.hpp"

#include <algorithm>

namespace weft::encoding {

namespace {

void append_surrogate(std::string& out, std::string_view pair, bool high) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(pair[i]) & 0x3FU; };
  const std::uint32_t code_point = ((static_cast<std::uint8_t>(pair[0]) & 0x07U) << 18 |
                                    byte(1) << 12 | byte(2) << 6 | byte(3)) -
                                   0x10000;
  append_code_point(out, high ? 0xD800 + (code_point >> 10) : 0xDC00 + (code_point & 0x3FF));
}

}  // namespace

void IntDiffOptRleReader::too_large(Reader& owner) {
  owner.fail_at(Errc::number_too_large, static_cast<std::size_t>(in_.position() - owner.begin()));
  value_ = 0;
}

StringReader::StringReader(ByteView column, Reader& owner) : lengths_(ByteView{}) {
  Reader in(column);
  rest_ = as_text(in.varbytes());
  const auto scan = scan_utf8(rest_);
  if (in.ok() && !scan.valid) in.fail(Errc::invalid_utf8);
  detail::pass_error(in, owner);
  if (!in.ok()) {
    rest_ = {};
    return;
  }
  units_left_ = scan.length_utf16;
  ascii_ = scan.ascii;
  lengths_ = UintOptRleReader(column.subspan(in.offset()));
}

ColumnText StringReader::cut(std::uint64_t length) {
  if (length == 0) return {{}, 0, true};
  const auto end = find_utf16(rest_, length + (inside_pair_ ? 1 : 0));
  const std::string_view whole = rest_.substr(0, end.byte);
  const bool begins_inside = inside_pair_;
  rest_.remove_prefix(end.byte);
  inside_pair_ = end.inside_pair;
  if (!begins_inside && !end.inside_pair) return {whole, length, whole.size() == length};
  std::string& text = cut_.emplace_front();
  std::string_view middle = whole;
  if (begins_inside) {
    append_surrogate(text, whole, false);
    middle.remove_prefix(4);
  }
  text.append(middle);
  if (end.inside_pair) append_surrogate(text, rest_, true);
  return {text, length, false};
}

}  // namespace weft::encoding
