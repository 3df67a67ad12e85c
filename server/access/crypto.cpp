#include "access/crypto.hpp"

#include <algorithm>
#include <utility>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

namespace weft::access {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free>>;
using BigNumPtr = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kSecretBytesMin = 32;
constexpr int kRsaBitsMin = 2048;

int value_of(char c, bool lenient) {
  if (lenient && c == '+') return 62;
  if (lenient && c == '/') return 63;
  const std::size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

BigNumPtr number(std::string_view bytes) {
  return BigNumPtr(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

EVP_PKEY* key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return key;
}

// OpenSSL reads ECDSA signatures in DER alone.
std::string der_of(std::string_view raw) {
  if (raw.size() != 64) return {};
  const SignaturePtr signature(ECDSA_SIG_new());
  if (!signature || ECDSA_SIG_set0(signature.get(), number(raw.substr(0, 32)).release(),
                                   number(raw.substr(32)).release()) != 1) {
    return {};
  }
  std::string der(80, '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  const int size = i2d_ECDSA_SIG(signature.get(), &out);
  der.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return der;
}

}  // namespace

Digest sha256(std::string_view text) {
  Digest digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

std::optional<std::string> from_base64url(std::string_view text, bool lenient) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int value = value_of(c, lenient);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 0xFF));
    }
  }
  // The bits that are left over have one form only, so that one token has one spelling.
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      text.push_back(kAlphabet[bits >> count & 0x3F]);
    }
  }
  if (count > 0) text.push_back(kAlphabet[bits << (6 - count) & 0x3F]);
  return text;
}

std::optional<Algorithm> algorithm_of(std::string_view name) {
  if (name == "HS256") return Algorithm::hs256;
  if (name == "RS256") return Algorithm::rs256;
  if (name == "ES256") return Algorithm::es256;
  if (name == "EdDSA") return Algorithm::eddsa;
  return std::nullopt;
}

std::expected<Key, std::string> Key::secret(std::string bytes) {
  if (bytes.size() < kSecretBytesMin) {
    return std::unexpected("a secret for HS256 has at least 32 bytes");
  }
  Key key;
  key.secret_ = std::move(bytes);
  return key;
}

std::expected<Key, std::string> Key::of(EVP_PKEY* raw) {
  if (raw == nullptr) return std::unexpected("not a public key that can be used");
  Key key;
  key.key_ = std::shared_ptr<EVP_PKEY>(raw, EVP_PKEY_free);
  if (EVP_PKEY_is_a(raw, "RSA") == 1) {
    if (EVP_PKEY_get_bits(raw) < kRsaBitsMin) {
      return std::unexpected("an RSA key has at least 2048 bits");
    }
    key.algorithm_ = Algorithm::rs256;
    return key;
  }
  if (EVP_PKEY_is_a(raw, "ED25519") == 1) {
    key.algorithm_ = Algorithm::eddsa;
    return key;
  }
  std::array<char, 32> group{};
  if (EVP_PKEY_is_a(raw, "EC") == 1 &&
      EVP_PKEY_get_group_name(raw, group.data(), group.size(), nullptr) == 1 &&
      std::string_view(group.data()) == "prime256v1") {
    key.algorithm_ = Algorithm::es256;
    return key;
  }
  return std::unexpected("neither an RSA, nor a P-256, nor an Ed25519 key");
}

std::expected<Key, std::string> Key::pem(std::string_view text) {
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  return of(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

std::expected<Key, std::string> Key::rsa(std::string_view modulus, std::string_view exponent) {
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  const BigNumPtr n = number(modulus);
  const BigNumPtr e = number(exponent);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return of(key_from("RSA", builder.get()));
}

std::expected<Key, std::string> Key::p256(std::string_view x, std::string_view y) {
  if (x.size() != 32 || y.size() != 32)
    return std::unexpected("a P-256 point has 32 bytes each way");
  const std::string point = "\x04" + std::string(x) + std::string(y);
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return of(key_from("EC", builder.get()));
}

std::expected<Key, std::string> Key::ed25519(std::string_view x) {
  return of(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()));
}

bool Key::verifies(std::string_view message, std::string_view signature) const {
  if (algorithm_ == Algorithm::hs256) {
    Digest digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), octets(message),
         message.size(), digest.data(), &size);
    return signature.size() == digest.size() &&
           CRYPTO_memcmp(signature.data(), digest.data(), digest.size()) == 0;
  }
  const std::string der =
      algorithm_ == Algorithm::es256 ? der_of(signature) : std::string(signature);
  const EVP_MD* digest = algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256();
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context && !der.empty() &&
         EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(der), der.size(), octets(message),
                          message.size()) == 1;
}

}  // namespace weft::access
