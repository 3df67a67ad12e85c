// Which pages may talk to this server through their reader's browser.
//
// A browser lets any page open a WebSocket to any server, and sends the reader's cookies and
// network position along: a page from elsewhere could read and write the documents of whoever looks
// at it. So what a browser says of the page (the Origin header, which a page cannot forge) must be
// the server itself, or be allowed by name. Other programs send no Origin and are not meant.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace weft::access {

class OriginRule {
 public:
  /// Allows one more origin: "https://example.com", "http://localhost:3000", "null" (pages without
  /// an origin, such as files), or "*" (all). Errors: a sentence without a full stop.
  std::expected<void, std::string> allow(std::string_view origin);

  /// Whether a request that says `origin` may pass at a server that it calls `host`. The scheme is
  /// not compared with the server's own: TLS may end at a proxy in front of it.
  bool allows(std::string_view origin, std::string_view host) const;

 private:
  std::vector<std::string> allowed_;  // lower case, without default ports
  bool all_ = false;
};

}  // namespace weft::access
