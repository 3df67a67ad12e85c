// The page's files are kept compressed; this is for the few clients that do not take gzip.
#pragma once

#include <span>
#include <string_view>

#include <weft/bytes.hpp>

namespace weft::net {

/// Whether a client that sent this Accept-Encoding header takes gzip (RFC 9110 12.5.3): it is
/// named, or `*` is, with another weight than 0.
bool accepts_gzip(std::string_view accept_encoding);

/// The contents of a file that embed.mjs compressed: one member, a header of ten bytes. It is part
/// of the program, so that another is an error of ours.
Bytes gunzip(std::span<const unsigned char> gzip);

}  // namespace weft::net
