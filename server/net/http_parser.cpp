#include "net/http_parser.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_dynamic_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/none.hpp>

namespace weft::net {

namespace http = boost::beast::http;

// A buffer that grows with what has come: other bodies set aside what the head claims.
using Body = http::basic_dynamic_body<boost::beast::flat_buffer>;

struct HttpReader::Parser : http::request_parser<Body> {};

HttpReader::HttpReader(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {
  const auto& parsed = parser_->get();
  request_ = {.method = std::string(parsed.method_string()),
              .target = std::string(parsed.target()),
              .headers = {},
              .keep_alive = parsed.version() == 11 && parsed.keep_alive(),
              .has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0};
  for (const auto& field : parsed) {
    request_.headers.emplace_back(field.name_string(), field.value());
  }
}

HttpReader::HttpReader(HttpReader&&) noexcept = default;
HttpReader& HttpReader::operator=(HttpReader&&) noexcept = default;
HttpReader::~HttpReader() = default;

std::optional<HttpReader> HttpReader::begin(ByteView head) {
  auto parser = std::make_unique<Parser>();
  parser->header_limit(static_cast<std::uint32_t>(head.size()));
  parser->body_limit(boost::none);  // until it is known what the request is
  boost::system::error_code error;
  const std::size_t size = parser->put(boost::asio::buffer(head.data(), head.size()), error);
  if (error || size != head.size() || !parser->is_header_done()) return std::nullopt;
  return HttpReader(std::move(parser));
}

std::optional<std::uint64_t> HttpReader::body_bytes() const {
  if (parser_->chunked()) return std::nullopt;
  return parser_->content_length().value_or(0);
}

void HttpReader::limit_body(std::size_t bytes_max) {
  parser_->body_limit(bytes_max);
  parser_->eager(true);
  too_long_ = body_bytes().value_or(0) > bytes_max;
}

std::expected<std::size_t, unsigned> HttpReader::feed(ByteView bytes) {
  if (too_long_) return std::unexpected(413U);
  std::size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    boost::system::error_code error;
    taken += parser_->put(boost::asio::buffer(bytes.data() + taken, bytes.size() - taken), error);
    if (error == http::error::need_more) break;
    if (error) return std::unexpected(error == http::error::body_limit ? 413U : 400U);
  }
  return taken;
}

bool HttpReader::done() const { return parser_->is_done(); }

std::string HttpReader::take_body() {
  const auto body = parser_->get().body().cdata();
  return {static_cast<const char*>(body.data()), body.size()};
}

}  // namespace weft::net
