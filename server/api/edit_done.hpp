// What comes of an edit that a client asked for.
#pragma once

#include <expected>
#include <string>

#include <weft/error.hpp>

namespace weft::api {

/// Done, or a sentence for the client.
using EditDone = std::expected<void, std::string>;

inline EditDone edit_done(const Result<void>& done) {
  if (!done) return std::unexpected(message(done.error()));
  return {};
}

}  // namespace weft::api
