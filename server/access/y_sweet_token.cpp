#include "access/y_sweet_token.hpp"

#include <algorithm>
#include <limits>

#include "access/crypto.hpp"

namespace weft::access {

namespace {

constexpr std::size_t kSecretBytesMin = 16;
constexpr std::size_t kDigestBytes = 32;
// bincode's first bytes of numbers that do not fit into one.
constexpr std::uint8_t kU16 = 0xFB;
constexpr std::uint8_t kU64 = 0xFD;

// bincode 1, DefaultOptions: numbers as short as they can be.
class Writer {
 public:
  void number(std::uint64_t value) {
    if (value < kU16) return put(value, 1);
    const int bytes = value <= 0xFFFF ? 2 : value <= 0xFFFF'FFFF ? 4 : 8;
    put(bytes == 2 ? kU16 : bytes == 4 ? 0xFC : kU64, 1);
    put(value, bytes);
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  std::string take() { return std::move(bytes_); }

 private:
  void put(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    const std::uint64_t first = take(1);
    if (first < kU16) return first;
    if (first > kU64) good_ = false;
    return take(std::size_t{2} << (first - kU16));
  }
  std::string_view text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) good_ = false;
    if (!good_) return {};
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }
  bool good() const { return good_; }
  std::size_t left() const { return rest_.size(); }

 private:
  std::uint64_t take(std::size_t bytes) {
    if (bytes > rest_.size()) good_ = false;
    if (!good_) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      value |= std::uint64_t{static_cast<std::uint8_t>(rest_[i])} << (8 * i);
    }
    rest_.remove_prefix(bytes);
    return value;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::string encode(const YSweetClaims& claims) {
  Writer writer;
  writer.number(claims.document ? 1 : 0);
  if (claims.document) {
    writer.text(*claims.document);
    writer.number(claims.role == Role::write ? 1 : 0);
  }
  writer.number(claims.expires_ms ? 1 : 0);
  if (claims.expires_ms) writer.number(*claims.expires_ms);
  return writer.take();
}

std::optional<YSweetClaims> decode(Reader& reader) {
  YSweetClaims claims;
  const std::uint64_t kind = reader.number();
  if (kind > 1) return std::nullopt;
  if (kind == 1) {
    claims.document = reader.text();
    const std::uint64_t role = reader.number();
    if (role > 1) return std::nullopt;
    claims.role = role == 1 ? Role::write : Role::read;
  }
  const std::uint64_t expires = reader.number();
  if (expires > 1) return std::nullopt;
  if (expires == 1) claims.expires_ms = reader.number();
  return reader.good() ? std::optional(claims) : std::nullopt;
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// In a time that tells nothing of where they differ.
bool same(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    different |= static_cast<unsigned>(a[i] ^ b[i]);
  }
  return different == 0;
}

}  // namespace

std::expected<YSweetKey, std::string> YSweetKey::parse(std::string_view base64, std::string id) {
  auto secret = from_base64url(base64, true);
  if (!secret) return std::unexpected("is not base64");
  if (secret->size() < kSecretBytesMin) return std::unexpected("is shorter than 16 bytes");
  const bool letters = std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (!letters) return std::unexpected("has an id with other characters than A-Za-z0-9_-");
  return YSweetKey(std::move(*secret), std::move(id));
}

std::string YSweetKey::sign(const YSweetClaims& claims) const {
  const std::string payload = encode(claims);
  Writer digest;
  digest.text(view(sha256(payload + secret_)));
  return (id_.empty() ? "" : id_ + ".") + to_base64url(payload + digest.take());
}

std::expected<YSweetClaims, std::string> YSweetKey::verify(std::string_view token,
                                                           std::int64_t unix_ms) const {
  const std::size_t dot = token.find('.');
  const std::string_view id = dot == std::string_view::npos ? "" : token.substr(0, dot);
  const auto bytes = from_base64url(token.substr(dot + 1), true);
  if (id != id_ || !bytes) return std::unexpected("this token is not known here");
  Reader reader(*bytes);
  auto claims = decode(reader);
  const std::string_view payload =
      std::string_view(*bytes).substr(0, bytes->size() - reader.left());
  const std::string_view digest = reader.text();
  if (!claims || !reader.good() || reader.left() > 0 || digest.size() != kDigestBytes ||
      payload != encode(*claims) || !same(digest, view(sha256(std::string(payload) + secret_)))) {
    return std::unexpected("this token is not known here");
  }
  if (claims->expires_ms && *claims->expires_ms < static_cast<std::uint64_t>(unix_ms)) {
    return std::unexpected("the token has expired");
  }
  return std::move(*claims);
}

}  // namespace weft::access
