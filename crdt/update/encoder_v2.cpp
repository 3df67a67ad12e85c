#include "update/encoder_v2.hpp"

namespace weft::update {

Bytes EncoderV2::finish() {
  const ByteView left_clocks = left_clocks_.finish();
  const ByteView right_clocks = right_clocks_.finish();
  // The other columns are short.
  const std::size_t size =
      rest_.size() + strings_.size() + left_clocks.size() + right_clocks.size();
  encoding::Writer out(size + size / 8 + 256);
  out.varuint(0);  // feature flag
  out.varbytes(key_clocks_.finish());
  out.varbytes(clients_.finish());
  out.varbytes(left_clocks);
  out.varbytes(right_clocks);
  out.varbytes(infos_.finish());
  strings_.finish(out);
  out.varbytes(parent_infos_.finish());
  out.varbytes(type_refs_.finish());
  out.varbytes(lens_.finish());
  out.raw(rest_.bytes());
  return out.take();
}

}  // namespace weft::update
