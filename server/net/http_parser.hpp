// The head of an HTTP request out of bytes, by Beast's parser.
#pragma once

#include <optional>

#include <weft/bytes.hpp>

#include "api/http.hpp"

namespace weft::net {

/// What `head`, which ends with its empty line, asks; nullopt if that is not HTTP/1. O(bytes).
std::optional<api::HttpRequest> parse_http_head(ByteView head);

}  // namespace weft::net
