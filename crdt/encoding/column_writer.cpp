#include "encoding/column_writer.hpp"

#include <string>

namespace weft::encoding {

void StringWriter::write(std::string_view text) {
  const auto scan = scan_utf8(text);
  lengths_.write(scan.ascii ? text.size() : utf16_length(text));
  const std::string_view before = as_text(joined_.bytes());
  constexpr std::size_t kHalf = 3;  // bytes
  if (scan.ascii || before.size() < kHalf || !has_surrogate(before.substr(before.size() - kHalf))) {
    joined_.raw(text);
    return;
  }
  std::string joint(before.substr(before.size() - kHalf));
  append_joining(joint, text);
  joined_.truncate(before.size() - kHalf);
  joined_.raw(joint);
}

void StringWriter::finish(Writer& out) {
  std::string_view text = as_text(joined_.bytes());
  std::string well_formed;
  if (has_surrogate(text)) {
    append_well_formed(well_formed, text);
    text = well_formed;
  }
  const ByteView lengths = lengths_.finish();
  out.varuint(varuint_size(text.size()) + text.size() + lengths.size());
  out.varstring(text);
  out.raw(lengths);
}

}  // namespace weft::encoding
