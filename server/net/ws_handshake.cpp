#include "net/ws_handshake.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include <openssl/evp.h>

#include "access/crypto.hpp"
#include "encoding/utf.hpp"

namespace weft::net {

using api::text_response;

namespace {

constexpr std::size_t kDocumentNameBytesMax = 1024;

// RFC 6455 4.2.2: base64 of the SHA-1 of the key and a fixed text.
std::string accept_key(std::string_view client_key) {
  const std::string key = std::string(client_key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

std::string_view first_protocol(const api::HttpRequest& request) {
  std::string_view offered = request.header("Sec-WebSocket-Protocol");
  return api::next_part(offered, ',');
}

// The second subprotocol of a Phoenix client with an authToken: its base64, without padding.
std::string phoenix_token(const api::HttpRequest& request) {
  constexpr std::string_view kPrefix = "base64url.bearer.phx.";
  std::string_view offered = request.header("Sec-WebSocket-Protocol");
  api::next_part(offered, ',');
  const std::string_view second = api::next_part(offered, ',');
  if (!second.starts_with(kPrefix)) return {};
  return access::from_base64url(second.substr(kPrefix.size()), true).value_or(std::string());
}

// Where the clients of the several servers put their tokens.
std::string token_of(const api::HttpRequest& request) {
  if (const auto token = api::bearer_token(request); !token.empty()) return std::string(token);
  for (const std::string_view name : {"token", "yauth"}) {
    std::string token = request.parameter(name);
    if (!token.empty()) return token;
  }
  constexpr std::string_view kProtocol = "yauth-";
  const std::string_view protocol = first_protocol(request);
  if (protocol == "phoenix") return phoenix_token(request);
  return std::string(protocol.starts_with(kProtocol) ? protocol.substr(kProtocol.size()) : "");
}

// `path` is `base`, or below it.
bool is_below(std::string_view path, std::string_view base) {
  return path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/');
}

// The document of y-sweet's /d/NAME/ws/NAME or /doc/ws/NAME; nothing: another path. Two names that
// differ give an empty one.
std::optional<std::string_view> y_sweet_document(std::string_view path) {
  constexpr std::string_view kOld = "/doc/ws/";
  constexpr std::string_view kNew = "/d/";
  constexpr std::string_view kMiddle = "/ws/";
  std::string_view rest = path;
  if (path.starts_with(kOld)) {
    rest.remove_prefix(kOld.size());
    return rest.find('/') == std::string_view::npos ? std::optional(rest) : std::nullopt;
  }
  if (!path.starts_with(kNew)) return std::nullopt;
  rest.remove_prefix(kNew.size());
  const std::string_view name = api::next_part(rest, '/');
  rest = path.substr(kNew.size() + name.size());
  if (!rest.starts_with(kMiddle)) return std::nullopt;
  rest.remove_prefix(kMiddle.size());
  if (rest.find('/') != std::string_view::npos) return std::nullopt;
  return rest == name ? name : std::string_view();
}

std::string accepting_head(const api::HttpRequest& request) {
  api::HttpResponse accepted{.status = 101, .headers = {}, .body = {}, .kept_body = {}};
  accepted.headers = {{"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Accept", accept_key(request.header("Sec-WebSocket-Key"))}};
  // Browsers fail a connection whose offered subprotocols are not answered.
  if (const std::string_view offered = first_protocol(request); !offered.empty()) {
    accepted.headers.emplace_back("Sec-WebSocket-Protocol", offered);
  }
  return accepted.head(true);
}

}  // namespace

bool is_ws_handshake(const api::HttpRequest& request) {
  return api::names(request.header("Connection"), "upgrade") &&
         api::names(request.header("Upgrade"), "websocket");
}

std::expected<Upgrade, api::HttpResponse> ws_upgrade(const api::HttpRequest& request,
                                                     const EndpointPaths& paths) {
  if (request.method != "GET" || request.header("Sec-WebSocket-Version") != "13" ||
      request.header("Sec-WebSocket-Key").size() != 24) {
    return std::unexpected(text_response(400, "malformed WebSocket handshake"));
  }
  const std::string_view path = request.path();
  Upgrade upgrade{.token = token_of(request), .response = accepting_head(request)};
  if (is_below(path, paths.hocuspocus)) {
    upgrade.endpoint = Endpoint::hocuspocus;
    return upgrade;
  }
  if (path == std::string(paths.phoenix) + "/websocket") {
    if (!request.parameter("vsn").starts_with("2.")) {
      return std::unexpected(
          text_response(403, "version 2 of Phoenix's serializer is spoken here"));
    }
    upgrade.endpoint = Endpoint::phoenix;
    return upgrade;
  }
  std::string_view document = path.empty() ? path : path.substr(1);
  if (const auto name = y_sweet_document(path)) {
    if (name->empty()) {
      return std::unexpected(text_response(400, "the path names two documents, or none"));
    }
    upgrade.endpoint = Endpoint::y_sweet;
    document = *name;
  }
  if (document.empty()) return std::unexpected(text_response(404, "no document named"));
  if (document.size() > kDocumentNameBytesMax) {
    return std::unexpected(text_response(414, "document name too long"));
  }
  if (!encoding::scan_utf8(document).valid) {
    return std::unexpected(text_response(400, "the document's name is not UTF-8"));
  }
  upgrade.document = document;
  return upgrade;
}

}  // namespace weft::net
