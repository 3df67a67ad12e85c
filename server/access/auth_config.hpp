// The file that `weft serve --auth` names: who may do what, as JSON.
//
//   {
//     "anonymous": "none",                      // or "read", "write": those without a token
//     "admin": [{"token": "..."}],              // may do everything, with every document
//     "tokens": [
//       {"token": "...", "user": "ada", "documents": ["notes/*"], "role": "write"},
//       {"sha256": "<hex>", "role": "read"}     // documents: all, where none are named
//     ],
//     "jwt": {
//       "keys": [{"secret": "..."}, {"secret_base64": "..."}, {"pem_file": "key.pem", "id": "k1"}],
//       "jwks_file": "jwks.json",
//       "issuer": "...", "audience": "...", "leeway_seconds": 10,
//       "user_claim": "sub", "documents_claim": "documents", "role_claim": "role",
//       "documents": ["**"], "role": "read"     // for tokens that do not say
//     },
//     "y_sweet": {"private_key": "...", "key_id": "k1"}    // as `weft gen-auth` makes them
//   }
//
// A name that is not known here is an error: a misspelt rule must not be no rule.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "access/gate.hpp"

namespace weft::access {

/// Reads a file that the configuration names. Errors: a sentence without a full stop.
using ReadFile = std::function<std::expected<std::string, std::string>(std::string_view path)>;

/// Errors: a sentence without a full stop that names the place in the file.
std::expected<Rules, std::string> parse_auth_config(std::string_view text,
                                                    const ReadFile& read_file);

}  // namespace weft::access
