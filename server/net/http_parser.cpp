#include "net/http_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace weft::net {

namespace http = boost::beast::http;

std::optional<api::HttpRequest> parse_http_head(ByteView head) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(head.size()));
  boost::system::error_code error;
  const std::size_t size = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error || size != head.size() || !parser.is_header_done()) return std::nullopt;
  const auto& parsed = parser.get();
  api::HttpRequest request{.method = std::string(parsed.method_string()),
                           .target = std::string(parsed.target()),
                           .headers = {},
                           .keep_alive = parsed.version() == 11 && parsed.keep_alive(),
                           .has_body = parser.chunked() || parser.content_length().value_or(0) > 0};
  for (const auto& field : parsed) {
    request.headers.emplace_back(field.name_string(), field.value());
  }
  return request;
}

}  // namespace weft::net
