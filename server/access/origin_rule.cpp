#include "access/origin_rule.hpp"

#include <algorithm>

namespace weft::access {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

struct Parts {
  std::string scheme;
  std::string authority;  // host, and the port where it is not the scheme's own
};

std::string without_default_port(std::string authority, std::string_view scheme) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (authority.ends_with(port)) authority.resize(authority.size() - port.size());
  return authority;
}

// An empty scheme: it is no origin.
Parts split(std::string_view origin) {
  Parts parts;
  const std::size_t at = origin.find("://");
  if (at == std::string_view::npos || at == 0) return parts;
  const std::string_view authority = origin.substr(at + 3);
  if (authority.empty() || authority.find_first_of("/?#@ ") != std::string_view::npos) return parts;
  parts.scheme = lower(origin.substr(0, at));
  parts.authority = without_default_port(lower(authority), parts.scheme);
  return parts;
}

}  // namespace

std::expected<void, std::string> OriginRule::allow(std::string_view origin) {
  if (origin == "*") {
    all_ = true;
    return {};
  }
  if (origin == "null") {
    allowed_.emplace_back(origin);
    return {};
  }
  const Parts parts = split(origin);
  if (parts.scheme.empty()) {
    return std::unexpected("'" + std::string(origin) +
                           "' is not SCHEME://HOST[:PORT], null or * (no path behind it)");
  }
  allowed_.push_back(parts.scheme + "://" + parts.authority);
  return {};
}

bool OriginRule::allows(std::string_view origin, std::string_view host) const {
  if (all_) return true;
  if (origin == "null") return std::ranges::find(allowed_, origin) != allowed_.end();
  const Parts parts = split(origin);
  if (parts.scheme.empty()) return false;
  if (!host.empty() && parts.authority == without_default_port(lower(host), parts.scheme)) {
    return true;
  }
  return std::ranges::find(allowed_, parts.scheme + "://" + parts.authority) != allowed_.end();
}

}  // namespace weft::access
