#include "access/jwt.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace weft::access {

namespace json = boost::json;

namespace {

constexpr std::size_t kTokenBytesMax = std::size_t{16} * 1024;
constexpr std::size_t kDocumentsMax = 1000;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 8;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

const json::value* find(const json::object& object, std::string_view name) {
  return object.if_contains(json::string_view(name.data(), name.size()));
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = find(object, name);
  return value != nullptr && value->is_string() ? view(value->get_string()) : std::string_view();
}

std::string bytes_of(const json::object& object, std::string_view name) {
  return from_base64url(text_of(object, name)).value_or("");
}

// Seconds since 1970, in milliseconds.
std::optional<std::int64_t> time_of(const json::value& value) {
  double seconds = NAN;
  if (value.is_int64()) seconds = static_cast<double>(value.get_int64());
  if (value.is_uint64()) seconds = static_cast<double>(value.get_uint64());
  if (value.is_double()) seconds = value.get_double();
  if (!(seconds >= 0 && seconds < 1e12)) return std::nullopt;
  return static_cast<std::int64_t>(seconds * 1000);
}

std::expected<Key, std::string> key_of(const json::object& jwk) {
  const std::string_view type = text_of(jwk, "kty");
  if (type == "oct") return Key::secret(bytes_of(jwk, "k"));
  if (type == "RSA") return Key::rsa(bytes_of(jwk, "n"), bytes_of(jwk, "e"));
  if (type == "EC" && text_of(jwk, "crv") == "P-256") {
    return Key::p256(bytes_of(jwk, "x"), bytes_of(jwk, "y"));
  }
  if (type == "OKP" && text_of(jwk, "crv") == "Ed25519") return Key::ed25519(bytes_of(jwk, "x"));
  return std::unexpected("a key of another kind");
}

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != token.npos) {
    return std::nullopt;
  }
  return Parts{.header = token.substr(0, first),
               .payload = token.substr(first + 1, second - first - 1),
               .signature = token.substr(second + 1),
               .signed_text = token.substr(0, second)};
}

bool signature_holds(const JwtRules& rules, const Parts& parts, const json::object& header) {
  const auto algorithm = algorithm_of(text_of(header, "alg"));
  const auto signature = from_base64url(parts.signature);
  // "crit" names rules that we do not know and must not ignore (RFC 7515 4.1.11).
  if (!algorithm || !signature || find(header, "crit") != nullptr) return false;
  const std::string_view id = text_of(header, "kid");
  const bool known =
      !id.empty() && std::ranges::find(rules.keys, id, &JwtKey::id) != rules.keys.end();
  return std::ranges::any_of(rules.keys, [&](const JwtKey& each) {
    return each.key.algorithm() == *algorithm && (!known || each.id == id) &&
           each.key.verifies(parts.signed_text, *signature);
  });
}

bool is_for(const json::value* audience, std::string_view wanted) {
  if (audience == nullptr) return false;
  if (audience->is_string()) return view(audience->get_string()) == wanted;
  return audience->is_array() && std::ranges::any_of(audience->get_array(), [&](const auto& each) {
           return each.is_string() && view(each.get_string()) == wanted;
         });
}

std::expected<Claims, std::string> check_times(const JwtRules& rules, const json::object& payload,
                                               std::int64_t unix_ms) {
  Claims claims;
  if (const json::value* value = find(payload, "exp")) {
    claims.expires_ms = time_of(*value);
    if (!claims.expires_ms) return std::unexpected("malformed token");
    *claims.expires_ms += rules.leeway_ms;
    if (unix_ms >= *claims.expires_ms) return std::unexpected("the token has expired");
  }
  if (const json::value* value = find(payload, "iat")) {
    claims.issued_ms = time_of(*value);
    if (!claims.issued_ms) return std::unexpected("malformed token");
  }
  if (const json::value* value = find(payload, "nbf")) {
    const auto begins = time_of(*value);
    if (!begins) return std::unexpected("malformed token");
    if (unix_ms + rules.leeway_ms < *begins) return std::unexpected("the token is not yet valid");
  }
  return claims;
}

std::expected<std::vector<std::string>, std::string> documents_of(const JwtRules& rules,
                                                                  const json::object& payload) {
  const json::value* value = find(payload, rules.documents_claim);
  if (value == nullptr) return rules.documents;
  std::vector<std::string> documents;
  if (value->is_string()) documents.emplace_back(view(value->get_string()));
  if (value->is_array() && value->get_array().size() <= kDocumentsMax) {
    for (const json::value& each : value->get_array()) {
      if (!each.is_string()) return std::unexpected("malformed token");
      documents.emplace_back(view(each.get_string()));
    }
  }
  if (documents.empty()) return std::unexpected("the token is for no document");
  return documents;
}

}  // namespace

std::optional<Role> role_of(std::string_view name) {
  for (const std::string_view each : {"write", "read-write", "full", "rw", "editor"}) {
    if (name == each) return Role::write;
  }
  for (const std::string_view each : {"read", "read-only", "readonly", "r", "viewer"}) {
    if (name == each) return Role::read;
  }
  if (name == "none") return Role::none;
  return std::nullopt;
}

bool looks_like_jwt(std::string_view token) {
  const auto parts = split(token);
  return parts && parts->header.starts_with("eyJ");
}

std::expected<std::vector<JwtKey>, std::string> parse_jwks(std::string_view text) {
  const auto set = parse_object(text);
  const json::value* list = set ? find(*set, "keys") : nullptr;
  if (list == nullptr || !list->is_array()) {
    return std::unexpected("not a JWK set: an object with an array \"keys\"");
  }
  std::vector<JwtKey> keys;
  for (const json::value& each : list->get_array()) {
    if (!each.is_object()) continue;
    const json::object& jwk = each.get_object();
    const std::string_view use = text_of(jwk, "use");
    if (!use.empty() && use != "sig") continue;
    auto key = key_of(jwk);
    if (!key) continue;
    const std::string_view algorithm = text_of(jwk, "alg");
    if (!algorithm.empty() && algorithm_of(algorithm) != key->algorithm()) continue;
    keys.push_back({.id = std::string(text_of(jwk, "kid")), .key = std::move(*key)});
  }
  if (keys.empty()) return std::unexpected("no key of this JWK set can be used");
  return keys;
}

std::expected<Claims, std::string> verify_jwt(const JwtRules& rules, std::string_view token,
                                              std::int64_t unix_ms) {
  const auto malformed = [] { return std::unexpected("malformed token"); };
  if (token.size() > kTokenBytesMax) return malformed();
  const auto parts = split(token);
  if (!parts) return malformed();
  const auto header_text = from_base64url(parts->header);
  const auto header = header_text ? parse_object(*header_text) : std::nullopt;
  if (!header) return malformed();
  if (!signature_holds(rules, *parts, *header)) {
    return std::unexpected("the token's signature does not hold");
  }
  const auto payload_text = from_base64url(parts->payload);
  const auto payload = payload_text ? parse_object(*payload_text) : std::nullopt;
  if (!payload) return malformed();
  if (!rules.issuer.empty() && text_of(*payload, "iss") != rules.issuer) {
    return std::unexpected("the token comes from another issuer");
  }
  if (!rules.audience.empty() && !is_for(find(*payload, "aud"), rules.audience)) {
    return std::unexpected("the token is for another audience");
  }
  auto claims = check_times(rules, *payload, unix_ms);
  if (!claims) return claims;
  claims->user = text_of(*payload, rules.user_claim);
  auto documents = documents_of(rules, *payload);
  if (!documents) return std::unexpected(documents.error());
  claims->documents = std::move(*documents);
  claims->role = rules.role;
  if (find(*payload, rules.role_claim) != nullptr) {
    const auto role = role_of(text_of(*payload, rules.role_claim));
    if (!role) return std::unexpected("the token's role is unknown here");
    claims->role = *role;
  }
  return claims;
}

}  // namespace weft::access
