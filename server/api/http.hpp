// HTTP messages as plain values: what a handler is asked and what it answers, without a socket.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::api {

/// A header's name is compared without regard to case.
using HttpHeader = std::pair<std::string, std::string>;

struct HttpRequest {
  std::string method;  // as sent: "GET"
  std::string target;  // as sent: "/path?query"
  std::vector<HttpHeader> headers;
  bool keep_alive = false;  // the client would send another on this connection
  bool has_body = false;

  /// Of the target, up to its `?`.
  std::string_view path() const;
  /// The value of a parameter behind the `?`, decoded; empty when there is none.
  std::string parameter(std::string_view name) const;
  /// The value of the first header of this name; empty when there is none. Linear, as `count`.
  std::string_view header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

struct HttpResponse {
  unsigned status = 200;
  std::vector<HttpHeader> headers;  // without those that `head` adds
  std::string body;
  /// A body that lives as long as the program, instead of `body`.
  std::span<const unsigned char> kept_body;

  std::span<const unsigned char> content() const;
  /// The bytes before the body: the status line, `headers`, Content-Length except for 101 and 304
  /// (RFC 9110 8.6), Connection.
  std::string head(bool keep_alive) const;
  /// The same for a body that ends with the connection.
  std::string open_head() const;
};

/// `text` and a newline as text/plain.
HttpResponse text_response(unsigned status, std::string_view text);

/// An error as application/problem+json (RFC 9457).
HttpResponse problem(unsigned status, std::string_view detail);
/// The token of an `Authorization: Bearer` header; empty when there is none.
std::string_view bearer_token(const HttpRequest& request);

/// Takes the part before the first `separator` off `text`, without blanks around it.
std::string_view next_part(std::string_view& text, char separator);
/// ASCII, without regard to case.
bool same_word(std::string_view a, std::string_view b);
/// Whether a comma-separated header names `word`.
bool names(std::string_view list, std::string_view word);

}  // namespace weft::api
