// Percent-encoding of URLs (RFC 3986 2.1).
#pragma once

#include <string>
#include <string_view>

namespace weft::api {

/// What is malformed stays as it is. `plus_is_space`: as in queries.
std::string percent_decoded(std::string_view text, bool plus_is_space = false);

}  // namespace weft::api
