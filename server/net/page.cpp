#include "net/page.hpp"

#include <string>

#include "net/gzip.hpp"

namespace weft::net {

namespace {

constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "connect-src 'self' ws: wss:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace

api::HttpResponse asset_response(const api::HttpRequest& request, const web::Asset& asset) {
  // A file in two forms has two tags: a strong one for what is kept, a weak one for the other.
  const bool gzip = accepts_gzip(request.header("Accept-Encoding"));
  const std::string etag = (gzip ? "" : "W/") + std::string(asset.etag);
  const bool known = request.header("If-None-Match") == etag;
  const bool immutable = asset.path.starts_with("/assets/");
  api::HttpResponse response{
      .status = known ? 304U : 200U,
      .headers = {{"ETag", etag},
                  {"Vary", "Accept-Encoding"},
                  {"Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                  {"Content-Security-Policy", kPagePolicy},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Referrer-Policy", "no-referrer"}},
      .body = {},
      .kept_body = {}};
  if (known) return response;
  response.headers.emplace_back("Content-Type", asset.content_type);
  if (gzip) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.kept_body = asset.gzip;
  } else {
    const Bytes plain = gunzip(asset.gzip);
    response.body.assign(plain.begin(), plain.end());
  }
  return response;
}

}  // namespace weft::net
