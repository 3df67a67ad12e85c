// Errors as values: everything that bytes from outside or a full disk can cause comes back as an
// Error; only a programmer's mistake asserts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>

namespace weft {

enum class Errc : std::uint8_t {
  unexpected_end,    // the input ended inside a value
  number_too_large,  // an integer above 2^53 - 1, or a clock that a document cannot hold (2^32 - 1)
  invalid_utf8,      // a string that is not well-formed UTF-8
  invalid_any,       // unknown tag of an `any` value
  invalid_json,      // text that is not JSON
  too_deep,          // values nested deeper than limits::depth_max
  invalid_content,   // unknown content kind or type reference
  invalid_struct,    // a struct that cannot exist: zero length, origin inside itself
  invalid_delete_set,  // a range of length 0 in V2, or one that ends above 2^53 - 1
  duplicate_client,    // one client in two sections of one update
  too_many_clients,    // more clients than a document can hold (2^24 - 2)
  too_large,           // content above the size that a document can hold (4 GiB)
  out_of_range,        // index or length beyond the end of a type
  wrong_type,          // the type's content is of another kind than asked for
  invalid_message,     // unknown or malformed protocol message
  collected,           // the document collects what is deleted: its past is gone
  trailing_bytes,      // bytes after the end, where the caller asked for strictness
};

/// What went wrong and, for a decoder, at which byte of its input.
struct Error {
  Errc code = Errc::unexpected_end;
  std::size_t offset = 0;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = std::expected<T, Error>;

/// One short English sentence without a full stop, for example "string is not well-formed UTF-8".
const char* message(Errc code);

/// The message and the offset, for example "string is not well-formed UTF-8 (at byte 12)".
std::string message(const Error& error);

}  // namespace weft
