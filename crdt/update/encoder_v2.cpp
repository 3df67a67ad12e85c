#include "update/encoder_v2.hpp"

namespace weft::update {

Bytes EncoderV2::finish() {
  encoding::Writer out(rest_.size() + 256);
  out.varuint(0);  // feature flag
  out.varbytes(key_clocks_.finish());
  out.varbytes(clients_.finish());
  out.varbytes(left_clocks_.finish());
  out.varbytes(right_clocks_.finish());
  out.varbytes(infos_.finish());
  strings_.finish(out);
  out.varbytes(parent_infos_.finish());
  out.varbytes(type_refs_.finish());
  out.varbytes(lens_.finish());
  out.raw(rest_.bytes());
  return out.take();
}

}  // namespace weft::update
