// HTTP requests out of bytes, by Beast's parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include <weft/bytes.hpp>

#include "api/http.hpp"

namespace weft::net {

/// One request: its head at once, its body as it comes.
class HttpReader {
 public:
  /// Reads `head`, which ends with its empty line. Nothing: that is not HTTP/1. O(bytes).
  static std::optional<HttpReader> begin(ByteView head);
  HttpReader(HttpReader&&) noexcept;
  HttpReader& operator=(HttpReader&&) noexcept;
  ~HttpReader();

  const api::HttpRequest& request() const { return request_; }
  /// To be called before `feed`.
  void limit_body(std::size_t bytes_max);
  /// Takes what it can of `bytes`, which follow the head, and says how much that was: all, unless
  /// they end within what says how long a chunk is, or behind the body. Errors: the status of the
  /// answer, when the bytes are no body, or it is, or says that it is, longer than it may be.
  std::expected<std::size_t, unsigned> feed(ByteView bytes);
  bool done() const;
  std::string take_body();

 private:
  struct Parser;
  std::optional<std::uint64_t> body_bytes() const;
  explicit HttpReader(std::unique_ptr<Parser> parser);

  std::unique_ptr<Parser> parser_;
  api::HttpRequest request_;
  bool too_long_ = false;
};

}  // namespace weft::net
