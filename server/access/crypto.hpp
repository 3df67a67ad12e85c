// Digests and signatures, by OpenSSL; and base64url.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace weft::access {

using Digest = std::array<std::uint8_t, 32>;
Digest sha256(std::string_view text);

/// RFC 4648 5; padding is allowed, and where `lenient` also the alphabet of plain base64.
/// Nothing: malformed.
std::optional<std::string> from_base64url(std::string_view text, bool lenient = false);
std::string to_base64url(std::string_view bytes);

enum class Algorithm : std::uint8_t { hs256, rs256, es256, eddsa };
std::optional<Algorithm> algorithm_of(std::string_view name);

/// What verifies signatures of one algorithm.
class Key {
 public:
  /// HMAC; at least 32 bytes, as RFC 7518 3.2 asks. Errors: a sentence without a full stop; so in
  /// all of these.
  static std::expected<Key, std::string> secret(std::string bytes);
  /// A public key in PEM: RSA from 2048 bits, P-256 or Ed25519.
  static std::expected<Key, std::string> pem(std::string_view text);
  static std::expected<Key, std::string> rsa(std::string_view modulus, std::string_view exponent);
  static std::expected<Key, std::string> p256(std::string_view x, std::string_view y);
  static std::expected<Key, std::string> ed25519(std::string_view x);

  Algorithm algorithm() const { return algorithm_; }
  /// `signature` in the form of JWS (RFC 7518): for ES256 r and s, 32 bytes each.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  static std::expected<Key, std::string> of(evp_pkey_st* key);

  Algorithm algorithm_ = Algorithm::hs256;
  std::string secret_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace weft::access
