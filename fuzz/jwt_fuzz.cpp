// Arbitrary text as a JSON Web Token, as a token that somebody with the key signed, as a set of
// keys, as base64url, and as a token of y-sweet. No token is good whose signature nobody made; one
// that was signed is good only as it was signed, and only for as long as it says.
//
// Input: a byte that chooses, then the text. To be signed: a header and, behind a line feed, a
// payload.
//
// Reaches: server/access/jwt.cpp server/access/crypto.cpp server/access/y_sweet_token.cpp
#include <array>
#include <string>

#include <openssl/hmac.h>

#include <weft/bytes.hpp>

#include "access/gate.hpp"
#include "input.hpp"
#include "target.hpp"

namespace {

using namespace weft;
using namespace weft::access;

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr std::string_view kSecret = "nobody who sends a token knows this";

JwtRules rules(bool strict) {
  JwtRules rules;
  rules.keys.push_back({.id = "k", .key = Key::secret(std::string(kSecret)).value()});
  // RFC 8037 A.2
  const auto x = from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  WEFT_PROMISE(x.has_value());
  rules.keys.push_back({.id = {}, .key = Key::ed25519(*x).value()});
  if (strict) {
    rules.issuer = "us";
    rules.audience = "weft";
  } else {
    rules.documents = {"**"};
    rules.role = Role::read;
  }
  return rules;
}

const JwtRules& rules_of(std::uint32_t choice) {
  static const std::array kRules = {rules(false), rules(true)};
  return kRules[choice % kRules.size()];
}

// RFC 7515 with HS256.
std::string sign(std::string_view header, std::string_view payload) {
  std::string token = to_base64url(header) + "." + to_base64url(payload);
  std::array<unsigned char, 32> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()),
       reinterpret_cast<const unsigned char*>(token.data()), token.size(), mac.data(), &size);
  return token + "." + to_base64url(as_text({mac.data(), size}));
}

void unsigned_token(std::string_view text, std::uint32_t choice) {
  const auto claims = verify_jwt(rules_of(choice), text, kNow);
  WEFT_PROMISE(!claims && !claims.error().empty());
  if (looks_like_jwt(text)) WEFT_PROMISE(text.starts_with("eyJ"));
}

void signed_token(std::string_view text, std::uint32_t choice) {
  const std::size_t line = std::min(text.find('\n'), text.size());
  const auto payload = text.substr(std::min(line + 1, text.size()));
  std::string token = sign(text.substr(0, line), payload);
  const JwtRules& rules = rules_of(choice);
  const auto claims = verify_jwt(rules, token, kNow);
  if (!claims) {
    WEFT_PROMISE(!claims.error().empty());
    return;
  }
  if (claims->expires_ms) {
    WEFT_PROMISE(*claims->expires_ms > kNow);
    WEFT_PROMISE(!verify_jwt(rules, token, *claims->expires_ms));
  }
  // Another letter anywhere before the signature makes another token.
  char& changed = token[choice % token.rfind('.')];
  changed = changed == 'A' ? 'B' : 'A';
  const auto other = verify_jwt(rules, token, kNow);
  WEFT_PROMISE(!other);
}

void key_set(std::string_view text) {
  const auto keys = parse_jwks(text);
  if (!keys) WEFT_PROMISE(!keys.error().empty());
  if (!keys) return;
  WEFT_PROMISE(!keys->empty());
  JwtRules rules;
  rules.keys = *keys;
  rules.role = Role::write;
  for (const char* const algorithm : {"HS256", "RS256", "ES256", "EdDSA", "none"}) {
    const std::string header = R"({"alg":")" + std::string(algorithm) + "\"}";
    const std::string token = sign(header, "{}");
    static_cast<void>(verify_jwt(rules, token, kNow));  // the set may hold our secret
  }
}

// A token of y-sweet: nobody makes one without the key, and one that was made is good as it is.
void y_sweet_token(std::string_view text, std::uint32_t choice) {
  static const YSweetKey kKey =
      YSweetKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd").value();
  WEFT_PROMISE(!kKey.verify(text, kNow));
  WEFT_PROMISE(!kKey.verify(to_base64url(text), kNow));
  YSweetClaims claims;
  if (choice % 2 == 1) claims.document = text;
  if (choice % 4 > 1) claims.role = Role::read;
  if (choice % 8 > 3) claims.expires_ms = std::uint64_t{1} << (text.size() % 64);
  if (!claims.document) claims.role = Role::write;
  std::string token = kKey.sign(claims);
  const bool expired = claims.expires_ms && *claims.expires_ms < std::uint64_t{kNow};
  const auto read = kKey.verify(token, kNow);
  WEFT_PROMISE(read.has_value() == !expired);
  if (read) {
    WEFT_PROMISE(read->document == claims.document && read->role == claims.role);
    WEFT_PROMISE(read->expires_ms == claims.expires_ms);
  }
  char& changed = token[choice % token.size()];
  changed = changed == 'A' ? 'B' : 'A';
  WEFT_PROMISE(!kKey.verify(token, kNow));
}

void base64url(std::string_view text) {
  const std::string written = to_base64url(text);
  const auto read = from_base64url(written);
  WEFT_PROMISE(read && *read == text);
  for (const bool lenient : {false, true}) {
    const auto bytes = from_base64url(text, lenient);
    if (!bytes) continue;
    WEFT_PROMISE(bytes->size() <= text.size());
    WEFT_PROMISE(from_base64url(to_base64url(*bytes)) == bytes);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t choice = input.byte();
  const std::string_view text = as_text(input.rest());
  switch (choice % 5) {
    case 0:
      unsigned_token(text, choice / 5);
      break;
    case 1:
      signed_token(text, choice / 5);
      break;
    case 2:
      key_set(text);
      break;
    case 3:
      base64url(text);
      break;
    default:
      y_sweet_token(text, choice / 5);
  }
  return 0;
}
