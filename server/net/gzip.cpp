#include "net/gzip.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>

#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

namespace weft::net {

namespace zlib = boost::beast::zlib;

namespace {

constexpr std::size_t kHeaderBytes = 10;
constexpr std::size_t kTrailerBytes = 8;  // CRC-32 and size, little-endian

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// Cuts off the part before the first `separator`.
std::string_view next_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// A weight of zero: "q=0", "q=0.", up to "q=0.000".
bool is_refusal(std::string_view parameter) {
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
  return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view entry = next_part(accept_encoding, ',');
    const std::string_view name = next_part(entry, ';');
    bool taken = true;
    while (!entry.empty()) taken = taken && !is_refusal(next_part(entry, ';'));
    if (boost::beast::iequals({name.data(), name.size()}, "gzip")) return taken;
    if (name == "*") any = taken;
  }
  return any;
}

Bytes gunzip(std::span<const unsigned char> gzip) {
  assert(gzip.size() > kHeaderBytes + kTrailerBytes && gzip[0] == 0x1F && gzip[1] == 0x8B &&
         gzip[3] == 0);
  std::uint32_t size = 0;
  for (const unsigned char byte : gzip.last(4)) size = size >> 8 | std::uint32_t{byte} << 24;
  Bytes plain(size);
  zlib::z_params step;
  step.next_in = gzip.data() + kHeaderBytes;
  step.avail_in = gzip.size() - kHeaderBytes - kTrailerBytes;
  step.next_out = plain.data();
  step.avail_out = plain.size();
  zlib::inflate_stream stream;
  boost::beast::error_code error;
  stream.write(step, zlib::Flush::finish, error);
  assert(error == zlib::error::end_of_stream && step.avail_out == 0);
  return plain;
}

}  // namespace weft::net
