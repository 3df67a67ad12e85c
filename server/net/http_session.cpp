// HTTP by Beast; after an upgrade the socket is handed on and nothing of Beast stays.
#include "net/http_session.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <openssl/evp.h>

#include "api/percent.hpp"
#include "encoding/utf.hpp"
#include "net/gzip.hpp"
#include "web/assets.hpp"

namespace weft::net {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
constexpr std::chrono::seconds kRequestTime{10};
constexpr std::chrono::seconds kIdleTime{60};
constexpr std::size_t kDocumentNameBytesMax = 1024;

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "connect-src 'self' ws: wss:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

using Request = http::request<http::empty_body>;
using Response = http::response<http::span_body<const unsigned char>>;
using TextResponse = http::response<http::string_body>;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// RFC 6455 4.2.2: base64 of the SHA-1 of the key and a fixed text.
std::string accept_key(std::string key) {
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

bool has_token(std::string_view list, std::string_view token) {
  return http::token_list(beast::string_view(list.data(), list.size()))
      .exists(beast::string_view(token.data(), token.size()));
}

std::string_view first_token(std::string_view list) {
  list = list.substr(0, list.find(','));
  while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
  while (!list.empty() && list.back() == ' ') list.remove_suffix(1);
  return list;
}

// The value of a parameter behind the `?` of a target, decoded; empty when there is none.
std::string parameter(std::string_view target, std::string_view name) {
  const std::size_t begin = target.find('?');
  if (begin == std::string_view::npos) return {};
  std::string_view rest = target.substr(begin + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name && equals < pair.size()) {
      return api::percent_decoded(pair.substr(equals + 1), true);
    }
  }
  return {};
}

// Where the clients of the several servers put their tokens.
std::string token_of(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = view(request[http::field::authorization]);
  if (authorization.starts_with(kBearer)) return std::string(authorization.substr(kBearer.size()));
  for (const std::string_view name : {"token", "yauth"}) {
    std::string token = parameter(view(request.target()), name);
    if (!token.empty()) return token;
  }
  constexpr std::string_view kProtocol = "yauth-";
  const std::string_view protocol = first_token(view(request["Sec-WebSocket-Protocol"]));
  return std::string(protocol.starts_with(kProtocol) ? protocol.substr(kProtocol.size()) : "");
}

// `path` is `base`, or below it.
bool is_below(std::string_view path, std::string_view base) {
  return path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/');
}

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(boost::asio::ip::tcp::socket socket, const HttpHooks& hooks)
      : stream_(std::move(socket)), hooks_(hooks), buffer_(kHeaderBytesMax + 4096) {}

  void read(std::chrono::seconds patience) {
    plain_ = {};
    parser_.emplace();
    parser_->header_limit(kHeaderBytesMax);
    stream_.expires_after(patience);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

 private:
  void on_read(error_code error) {
    if (error == http::error::header_limit) {
      return answer_text(http::status::request_header_fields_too_large, "header too large\n");
    }
    if (error && error.category() == http::make_error_code(http::error::end_of_stream).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return answer_text(http::status::bad_request, "not an HTTP request\n");
    }
    if (error) return;  // gone, or too slow
    assert(parser_);
    const Request& request = parser_->get();
    keep_alive_ = request.keep_alive();
    const std::string_view target = view(request.target());
    const std::string_view path = target.substr(0, target.find('?'));
    const bool upgrades = has_token(view(request[http::field::connection]), "upgrade") &&
                          has_token(view(request[http::field::upgrade]), "websocket");
    const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
    if ((upgrades || !reads) && !origin_passes(request)) {
      return answer_text(http::status::forbidden,
                         "pages of this origin may not talk to this server; its operator can allow "
                         "them: weft serve --allow-origin ORIGIN\n");
    }
    if (upgrades) return upgrade(request, path);
    // A body that nobody asked for would be taken for the next request.
    if (parser_->chunked() || parser_->content_length().value_or(0) > 0) keep_alive_ = false;
    if (!reads) {
      return answer_text(http::status::method_not_allowed, "only GET and HEAD\n");
    }
    if (path == "/healthz") {
      api::HealthAnswer health = hooks_.health();
      return answer_text(static_cast<http::status>(health.status), std::move(health.body),
                         "application/json");
    }
    if (const web::Asset* asset = web::find_asset(path)) return answer_asset(request, *asset);
    answer_text(http::status::not_found, "not found\n");
  }

  // Two origins are none: nobody knows which of them is read elsewhere.
  bool origin_passes(const Request& request) const {
    const auto count = request.count(http::field::origin);
    return count == 0 || (count == 1 && request.count(http::field::host) <= 1 &&
                          hooks_.origins->allows(view(request[http::field::origin]),
                                                 view(request[http::field::host])));
  }

  void upgrade(const Request& request, std::string_view path) {
    const std::string_view document = path.empty() ? path : path.substr(1);
    if (request.method() != http::verb::get || view(request["Sec-WebSocket-Version"]) != "13" ||
        view(request["Sec-WebSocket-Key"]).size() != 24) {
      return answer_text(http::status::bad_request, "malformed WebSocket handshake\n");
    }
    const bool hocuspocus = is_below(path, hooks_.hocuspocus_path);
    if (!hocuspocus) {
      if (document.empty()) return answer_text(http::status::not_found, "no document named\n");
      if (document.size() > kDocumentNameBytesMax) {
        return answer_text(http::status::uri_too_long, "document name too long\n");
      }
      if (!encoding::scan_utf8(document).valid) {
        return answer_text(http::status::bad_request, "the document's name is not UTF-8\n");
      }
    }
    Upgrade upgrade;
    upgrade.wire = hocuspocus ? session::Wire::hocuspocus : session::Wire::y_websocket;
    upgrade.document = document;
    upgrade.token = token_of(request);
    accept(request, std::move(upgrade));
  }

  void accept(const Request& request, Upgrade upgrade) {
    http::response<http::empty_body> accepted(http::status::switching_protocols, 11);
    accepted.set(http::field::upgrade, "websocket");
    accepted.set(http::field::connection, "Upgrade");
    accepted.set("Sec-WebSocket-Accept",
                 accept_key(std::string(view(request["Sec-WebSocket-Key"]))));
    // Browsers fail a connection whose offered subprotocols are not answered.
    if (const auto offered = first_token(view(request["Sec-WebSocket-Protocol"]));
        !offered.empty()) {
      accepted.set("Sec-WebSocket-Protocol", beast::string_view(offered.data(), offered.size()));
    }
    std::string head;
    http::serializer<false, http::empty_body> serializer(accepted);
    error_code error;
    serializer.next(error, [&](error_code&, const auto& buffers) {
      head = beast::buffers_to_string(buffers);
      serializer.consume(head.size());
    });
    const auto rest = buffer_.data();
    const auto* begin = static_cast<const std::uint8_t*>(rest.data());
    upgrade.response = std::move(head);
    upgrade.early.assign(begin, begin + rest.size());
    stream_.expires_never();
    hooks_.upgrade(stream_.release_socket(), std::move(upgrade));
  }

  void answer_asset(const Request& request, const web::Asset& asset) {
    // A file in two forms has two tags: a strong one for what is kept, a weak one for the other.
    const bool gzip = accepts_gzip(view(request[http::field::accept_encoding]));
    const std::string etag = (gzip ? "" : "W/") + std::string(asset.etag);
    const bool known = view(request[http::field::if_none_match]) == etag;
    auto response = std::make_shared<Response>(
        known ? http::status::not_modified : http::status::ok, request.version());
    const auto text = [](std::string_view value) {
      return beast::string_view(value.data(), value.size());
    };
    response->set(http::field::etag, etag);
    response->set(http::field::vary, "Accept-Encoding");
    response->set(http::field::cache_control, asset.path.starts_with("/assets/")
                                                  ? "public, max-age=31536000, immutable"
                                                  : "no-cache");
    response->set("Content-Security-Policy", text(kPagePolicy));
    response->set("X-Content-Type-Options", "nosniff");
    response->set("Referrer-Policy", "no-referrer");
    if (!known) {
      response->set(http::field::content_type, text(asset.content_type));
      if (gzip) response->set(http::field::content_encoding, "gzip");
      if (!gzip) plain_ = gunzip(asset.gzip);
      const std::span<const unsigned char> body = gzip ? asset.gzip : plain_;
      response->content_length(body.size());
      if (request.method() == http::verb::get) {
        response->body() = beast::span<const unsigned char>(body.data(), body.size());
      }
    }
    answer(response);
  }

  void answer_text(http::status status, std::string body, const char* type = "text/plain") {
    auto response = std::make_shared<TextResponse>(status, 11);
    response->set(http::field::content_type, type);
    response->set("X-Content-Type-Options", "nosniff");
    const bool head =
        parser_ && parser_->is_header_done() && parser_->get().method() == http::verb::head;
    response->content_length(body.size());
    if (!head) response->body() = std::move(body);
    if (static_cast<unsigned>(status) >= 400 && status != http::status::not_found) {
      keep_alive_ = false;
    }
    answer(response);
  }

  template <typename Message>
  void answer(const std::shared_ptr<Message>& response) {
    response->keep_alive(keep_alive_);
    stream_.expires_after(kRequestTime);
    http::async_write(
        stream_, *response, [self = shared_from_this(), response](error_code error, std::size_t) {
          if (error) return;
          if (self->keep_alive_) return self->read(kIdleTime);
          error_code ignored;
          self->stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
        });
  }

  beast::tcp_stream stream_;
  const HttpHooks& hooks_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  Bytes plain_;  // the body of the answer that is being written, when it is not kept anywhere
  bool keep_alive_ = false;
};

}  // namespace

void serve_http(boost::asio::ip::tcp::socket socket, const HttpHooks& hooks) {
  std::make_shared<HttpSession>(std::move(socket), hooks)->read(kRequestTime);
}

}  // namespace weft::net
