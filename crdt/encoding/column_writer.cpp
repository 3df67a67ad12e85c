#include "encoding/column_writer.hpp"

namespace weft::encoding {

void StringWriter::finish(Writer& out) {
  std::string_view text = joined_;
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
