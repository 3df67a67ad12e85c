#include "net/gzip.hpp"

#include <cassert>
#include <cstdint>

#include <boost/beast/core/error.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

#include "api/http.hpp"

namespace weft::net {

namespace zlib = boost::beast::zlib;

namespace {

constexpr std::size_t kHeaderBytes = 10;
constexpr std::size_t kTrailerBytes = 8;  // CRC-32 and size, little-endian

// A weight of zero: "q=0", "q=0.", up to "q=0.000".
bool is_refusal(std::string_view parameter) {
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
  return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view entry = api::next_part(accept_encoding, ',');
    const std::string_view name = api::next_part(entry, ';');
    bool taken = true;
    while (!entry.empty()) taken = taken && !is_refusal(api::next_part(entry, ';'));
    if (api::same_word(name, "gzip")) return taken;
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
