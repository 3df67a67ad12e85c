// The HTTP interface for applications: documents as they are, without Yjs. openapi.json describes
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/routes.hpp"

namespace weft::api {

class DocumentRoutes {
 public:
  struct Options {
    std::size_t body_bytes_max = std::size_t{64} << 20;
  };

  DocumentRoutes(Surroundings surroundings, Options options)
      : surroundings_(std::move(surroundings)), options_(options) {}

  /// What to do for a request; nothing: it is not for this interface.
  std::optional<Plan> find(const HttpRequest& request) const;

 private:
  /// /api/documents/NAME/ACTION
  struct Target {
    std::string name;
    std::string action;
  };

  std::optional<HttpResponse> refusal(const HttpRequest& request, const Target& target) const;
  std::optional<HttpResponse> refusal(const HttpRequest& request, std::string_view method) const;
  Plan list(const HttpRequest& request) const;
  Plan sessions(const HttpRequest& request, const Target& target) const;
  Plan revoke(const HttpRequest& request) const;
  Plan document(const HttpRequest& request, const Target& target) const;
  Plan remove(const HttpRequest& request, const Target& target) const;
  Plan events(const HttpRequest& request, const Target& target) const;
  Plan copy(const HttpRequest& request, const Target& target) const;
  Plan read(const HttpRequest& request, const Target& target) const;
  Plan write(const HttpRequest& request, const Target& target) const;

  Surroundings surroundings_;
  Options options_;
};

}  // namespace weft::api
