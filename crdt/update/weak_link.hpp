// The body of typeRef 7, a weak link of yrs: what it links to. Kept and written again as it was;
// nothing here follows it. Source: y-crdt yrs/src/types/mod.rs, TypeRef::encode_weak_link.
//
// link := u8 flags, start, end
//   start := root name | id            the name where 0x08 and 0x20 are set
//   end   := nothing | root name | id  nothing for a link to one element: neither 0x01 nor 0x10
#pragma once

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft::update {

namespace detail {

inline constexpr unsigned kLinkQuote = 0x01;           // to a range, not to one element
inline constexpr unsigned kLinkStartUnbounded = 0x08;  // from the beginning of the parent
inline constexpr unsigned kLinkEndUnbounded = 0x10;
inline constexpr unsigned kLinkRoot = 0x20;  // the parent is a root

/// Calls name() or id() for each end that is written.
template <typename Name, typename Id>
void for_each_link_end(unsigned flags, Name name, Id id) {
  const auto end = [&](bool unbounded) {
    if (unbounded && (flags & kLinkRoot) != 0) return name();
    id();
  };
  end((flags & kLinkStartUnbounded) != 0);
  const bool end_unbounded = (flags & kLinkEndUnbounded) != 0;
  if (end_unbounded || (flags & kLinkQuote) != 0) end(end_unbounded);
}

}  // namespace detail

/// Appends a link in V1 form. Errors, in the decoder's reader: those of its integers and strings.
template <typename Decoder>
void read_weak_link(Decoder& in, encoding::Writer& out) {
  const std::uint8_t flags = in.rest().u8();
  out.u8(flags);
  detail::for_each_link_end(
      flags, [&] { out.varstring(in.string().text); },
      [&] {
        out.varuint(in.rest().varuint());
        out.varuint(in.rest().varuint());
      });
}

/// REQUIRES: `link` came from read_weak_link.
template <typename Encoder>
void write_weak_link(Encoder& encoder, std::string_view link) {
  encoding::Reader in(as_bytes(link));
  const std::uint8_t flags = in.u8();
  encoder.write_rest(ByteView(&flags, 1));
  detail::for_each_link_end(
      flags, [&] { encoder.write_string(as_text(in.varbytes())); },
      [&] {
        encoder.write_rest_varuint(in.varuint());
        encoder.write_rest_varuint(in.varuint());
      });
}

}  // namespace weft::update
