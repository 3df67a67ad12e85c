#include "api/operation.hpp"

#include <string>
#include <string_view>

#include "access/listen_rule.hpp"
#include "api/health.hpp"
#include "api/metrics.hpp"

namespace weft::api {

namespace {

HttpResponse plain(unsigned status, const char* type, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", type},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}},
          .body = std::move(body),
          .kept_body = {}};
}

HttpResponse health(HealthAnswer answer) {
  return plain(answer.status, "application/json", std::move(answer.body));
}

// A page whose name was made to lead here is no program of this machine.
bool is_local_name(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return same_word(host, "localhost") || access::is_loopback(host);
}

}  // namespace

bool is_operator(const access::Gate& gate, const HttpRequest& request, bool near) {
  if (gate.has_admins()) return gate.is_admin(bearer_token(request));
  return near && is_local_name(request.header("Host")) && request.count("X-Forwarded-For") == 0 &&
         request.count("Forwarded") == 0 && request.count("X-Real-IP") == 0;
}

std::optional<HttpResponse> OperationRoutes::find(const HttpRequest& request, bool near) const {
  const std::string_view path = request.path();
  if (path == "/healthz") return health(health_answer(surroundings_.figures()));
  if (path == "/readyz") return health(readiness_answer(surroundings_.figures()));
  if (path != "/metrics") return std::nullopt;
  const auto gate = surroundings_.gate();
  if (is_operator(*gate, request, near)) {
    return plain(200, kMetricsType, metrics_text(surroundings_.figures()));
  }
  if (!gate->has_admins()) {
    return text_response(403, "metrics are for this machine alone, or for tokens of \"admin\"");
  }
  HttpResponse refused = text_response(401, "metrics need a token of \"admin\"");
  refused.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refused;
}

}  // namespace weft::api
