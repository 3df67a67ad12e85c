// The HTTP routes of y-sweet, for its SDK: documents, tokens for them, their state and updates.
// Source: y-sweet's server.rs.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "api/routes.hpp"

namespace weft::api {

class YSweetRoutes {
 public:
  struct Options {
    /// Where clients reach this server, if that is not what they called it: "https://example.com".
    std::string url_prefix;
    std::size_t update_bytes_max = std::size_t{64} << 20;
  };

  YSweetRoutes(Surroundings surroundings, Options options)
      : surroundings_(std::move(surroundings)), options_(std::move(options)) {}

  /// What to do for a request; nothing: it is not for these routes.
  std::optional<Plan> find(const HttpRequest& request) const;

 private:
  Plan check_store(const HttpRequest& request) const;
  Plan new_document(const HttpRequest& request) const;
  Plan authorize(const HttpRequest& request, std::string document) const;
  Plan read_update(const HttpRequest& request, const std::string& document) const;
  Plan apply_update(const HttpRequest& request, const std::string& document) const;

  bool may_manage(const HttpRequest& request) const;
  HttpResponse client_token(const std::string& document, access::Role role,
                            std::uint64_t valid_seconds, std::string_view host) const;
  std::string new_name() const;

  Surroundings surroundings_;
  Options options_;
};

}  // namespace weft::api
