#include "update/struct_reader.hpp"

#include <cassert>

#include "encoding/any.hpp"
#include "encoding/any_walk.hpp"
#include "encoding/sinks.hpp"
#include "update/decoder_v1.hpp"
#include "update/decoder_v2.hpp"
#include "update/doc_options.hpp"
#include "update/weak_link.hpp"

namespace weft::update {

template <typename Decoder>
void StructReader<Decoder>::read_content(Struct& s) {
  s.length = 1;
  switch (s.kind) {
    case Kind::deleted:
      s.length = in_.len();
      break;
    case Kind::json:
      read_json_values(s);
      break;
    case Kind::binary:
      s.content.bytes = as_text(rest().varbytes());
      break;
    case Kind::embed:
      read_value(s);
      break;
    case Kind::format:
      s.content.key = in_.key();
      read_value(s);
      break;
    case Kind::type: {
      const std::uint64_t type_ref = in_.type_ref();
      if (!type_is_readable(type_ref)) return fail(Errc::invalid_content);
      s.content.type_ref = static_cast<std::uint32_t>(type_ref);
      s.content.key = type_has_key(s.content.type_ref) ? in_.key() : std::string_view{};
      s.content.bytes = {};
      if (type_ref == kWeakLink) {
        scratch_.clear();
        read_weak_link(in_, scratch_);
        s.content.key = as_text(scratch_.bytes());
      }
      break;
    }
    case Kind::any:
      read_any_values(s);
      break;
    case Kind::doc:
      read_doc(s);
      break;
    default:
      assert(false && "read_struct reads or refuses it");
  }
}

// The bytes of `count` any values, in canonical form.
template <typename Decoder>
std::string_view StructReader<Decoder>::scan_values(std::uint64_t count) {
  const std::size_t begin = offset();
  bool canonical = true;
  for (std::uint64_t i = 0; i < count && ok(); ++i) encoding::scan_any(rest(), canonical);
  if (!ok()) return {};
  const ByteView body = rest().between(begin, offset());
  if (canonical) return as_text(body);
  canonical_ = false;
  scratch_.clear();
  encoding::Reader values(body);
  for (std::uint64_t i = 0; i < count; ++i) {
    encoding::AnySink sink(scratch_);
    encoding::walk_any(values, sink);
  }
  return as_text(scratch_.bytes());
}

template <typename Decoder>
void StructReader<Decoder>::read_any_values(Struct& s) {
  s.length = in_.len();
  // Each value is at least one byte, so a count beyond the input ends at once.
  if (s.length > remaining()) return fail(Errc::unexpected_end);
  s.content.bytes = scan_values(s.length);
}

template <typename Decoder>
void StructReader<Decoder>::read_json_values(Struct& s) {
  s.length = in_.len();
  const std::size_t begin = offset();
  scratch_.clear();
  bool canonical = true;
  // Empty text is no value, so each takes at least a byte of the input.
  for (std::uint64_t i = 0; i < s.length && ok(); ++i) {
    const std::string_view text = in_.string().text;
    bool text_canonical = true;
    if (text != "undefined" && !encoding::scan_json(text, text_canonical)) {
      fail(Errc::invalid_json);
    } else if (text_canonical) {
      scratch_.varstring(text);
    } else {
      canonical = false;
      json_scratch_.clear();
      encoding::append_canonical_json(json_scratch_, text);
      scratch_.varstring(json_scratch_);
    }
  }
  if (!ok()) return;
  if (Decoder::kEncoding == Encoding::v1 && canonical && rest().minimal()) {
    s.content.bytes = as_text(rest().between(begin, offset()));
    return;
  }
  canonical_ = false;
  s.content.bytes = as_text(scratch_.bytes());
}

template <typename Decoder>
void StructReader<Decoder>::read_value(Struct& s) {
  s.content.is_json = Decoder::kEncoding == Encoding::v1;
  if constexpr (Decoder::kEncoding == Encoding::v2) {
    s.content.bytes = scan_values(1);
  } else {
    const std::string_view text = in_.string().text;
    bool canonical = true;
    if (ok() && !encoding::scan_json(text, canonical)) fail(Errc::invalid_json);
    s.content.bytes = text;
    if (!ok() || canonical) return;
    canonical_ = false;
    json_scratch_.clear();
    s.content.is_json = encoding::append_canonical_json(json_scratch_, text);
    s.content.bytes = json_scratch_;
    if (s.content.is_json) return;
    scratch_.clear();
    encoding::append_json_as_any(scratch_, text);
    s.content.bytes = as_text(scratch_.bytes());
  }
}

template <typename Decoder>
void StructReader<Decoder>::read_doc(Struct& s) {
  const std::string_view guid = in_.string().text;
  if (compat_ == Compat::v14) {  // keeps the options as they are
    s.content.key = guid;
    s.content.bytes = scan_values(1);
    return;
  }
  const std::size_t begin = offset();
  bool ignored = true;
  encoding::scan_any(rest(), ignored);
  if (!ok()) return;
  const ByteView body = rest().between(begin, offset());
  scratch_.clear();
  json_scratch_ = guid;
  if (!append_canonical_doc(scratch_, json_scratch_, body)) return fail(Errc::invalid_content);
  if (as_text(scratch_.bytes()) != as_text(body) || json_scratch_ != guid) canonical_ = false;
  s.content.key = json_scratch_;
  s.content.bytes = as_text(scratch_.bytes());
  s.content.should_load = asks_to_load(body);
}

template class StructReader<DecoderV1>;
template class StructReader<DecoderV2>;

}  // namespace weft::update
