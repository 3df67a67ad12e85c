// The routes of those who operate the server: /healthz and /readyz for everybody, /metrics not.
//
// Metrics tell who has how many documents and when people work. Where tokens of admins are known
// (`admin` in the file of --auth), one of them opens them, from everywhere. Where none is, they
// are for this machine: for connections over loopback that no proxy has forwarded.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "access/gate.hpp"
#include "api/figures.hpp"
#include "api/http.hpp"

namespace weft::api {

/// Whether a request comes from who operates the server; `near`: its connection is over loopback.
bool is_operator(const access::Gate& gate, const HttpRequest& request, bool near);

class OperationRoutes {
 public:
  struct Surroundings {
    std::function<std::shared_ptr<const access::Gate>()> gate;
    std::function<Figures()> figures;
  };

  explicit OperationRoutes(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  /// The answer to a GET or HEAD; nothing: it is for none of these routes.
  std::optional<HttpResponse> find(const HttpRequest& request, bool near) const;

 private:
  Surroundings surroundings_;
};

}  // namespace weft::api
