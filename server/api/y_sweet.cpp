#include "api/y_sweet.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/answers.hpp"

namespace weft::api {

namespace json = boost::json;
using access::Role;

namespace {

constexpr std::size_t kJsonBytesMax = 4096;
constexpr std::size_t kNameBytesMax = 1024;
constexpr std::size_t kNewNameLetters = 21;
constexpr std::uint64_t kValidSeconds = 3600;
constexpr std::uint64_t kValidSecondsMax = std::uint64_t{100} * 366 * 24 * 60 * 60;
constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

HttpResponse failure(unsigned status, std::string_view what) {
  return text_response(status, "Something went wrong: " + std::string(what));
}

HttpResponse json_response(const json::object& object) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}, {"X-Content-Type-Options", "nosniff"}},
          .body = json::serialize(object),
          .kept_body = {}};
}

// The members of a JSON body; an empty body has none. Nothing: it is no object.
std::optional<json::object> members(const std::string& body) {
  if (body.empty()) return json::object();
  boost::system::error_code failed;
  json::value value = json::parse(json::string_view(body.data(), body.size()), failed);
  if (failed || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

bool is_good_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> all;
  path.remove_prefix(1);
  while (!path.empty()) all.emplace_back(next_part(path, '/'));
  return all;
}

}  // namespace

std::optional<Plan> YSweetRoutes::find(const HttpRequest& request) const {
  const std::string_view path = request.path();
  const bool posts = request.method == "POST";
  const bool gets = request.method == "GET";
  if (path == "/ready" && gets) return at_once(json_response({{"ok", true}}));
  if (path == "/check_store" && (posts || gets)) return check_store(request);
  if (!path.starts_with("/d/") && !path.starts_with("/doc/")) return std::nullopt;
  const std::vector<std::string> parts = segments(path);
  if (posts && path == "/doc/new") return new_document(request);
  if (parts.size() != 3) return std::nullopt;
  const bool authorizes = posts && parts[0] == "doc" && parts[2] == "auth";
  const bool reads = gets && parts[2] == "as-update";
  const bool writes = posts && parts[2] == "update";
  if (!authorizes && !reads && !writes) return std::nullopt;
  if (!is_good_name(parts[1])) return at_once(failure(400, "Invalid document name"));
  return authorizes ? authorize(request, parts[1])
         : reads    ? read_update(request, parts[1])
                    : apply_update(request, parts[1]);
}

bool YSweetRoutes::may_manage(const HttpRequest& request) const {
  return surroundings_.gate()->may_manage(bearer_token(request), surroundings_.unix_ms());
}

Plan YSweetRoutes::check_store(const HttpRequest& request) const {
  if (!may_manage(request)) return at_once(failure(401, "Unauthorized."));
  return {.body_bytes_max = kJsonBytesMax, .step = [](const std::string&) -> Step {
            return json_response({{"ok", true}});
          }};
}

// As nanoid makes them: so many letters that two are never the same.
std::string YSweetRoutes::new_name() const {
  std::string name;
  for (std::size_t i = 0; i < kNewNameLetters; ++i) {
    name += kLetters[surroundings_.random() % kLetters.size()];
  }
  return name;
}

Plan YSweetRoutes::new_document(const HttpRequest& request) const {
  if (!may_manage(request)) return at_once(failure(401, "Unauthorized."));
  return {.body_bytes_max = kJsonBytesMax,
          .step = [fresh = new_name()](const std::string& body) -> Step {
            const auto asked = members(body);
            if (!asked) return failure(400, "the body is no JSON object");
            std::string name = fresh;
            if (const json::value* id = asked->if_contains("docId"); id && !id->is_null()) {
              name = id->is_string() ? std::string(id->get_string().c_str()) : std::string();
              if (!is_good_name(name)) return failure(400, "Invalid document name");
            }
            return visit(name, [name](Visit& visit) {
              visit.doc().create();
              visit.reply_when_stored(json_response({{"docId", name}}));
            });
          }};
}

Plan YSweetRoutes::authorize(const HttpRequest& request, std::string document) const {
  if (!may_manage(request)) return at_once(failure(401, "Unauthorized."));
  return {.body_bytes_max = kJsonBytesMax,
          .step = [this, document = std::move(document),
                   host = std::string(request.header("Host"))](const std::string& body) -> Step {
            const auto asked = members(body);
            if (!asked) return failure(400, "the body is no JSON object");
            const json::value* authorization = asked->if_contains("authorization");
            if (authorization && *authorization != "full" && *authorization != "read-only") {
              return failure(400, "authorization is full or read-only");
            }
            const bool reads = authorization && *authorization == "read-only";
            std::uint64_t seconds = kValidSeconds;
            if (const json::value* valid = asked->if_contains("validForSeconds");
                valid && !valid->is_null()) {
              boost::system::error_code failed;
              seconds = valid->to_number<std::uint64_t>(failed);
              if (failed || seconds > kValidSecondsMax) {
                return failure(400, "validForSeconds is no number of seconds");
              }
            }
            HttpResponse response =
                client_token(document, reads ? Role::read : Role::write, seconds, host);
            return visit(document, [document, response](Visit& visit) {
              if (visit.doc().sequence() > 0) return visit.reply(response);
              visit.reply(failure(404, "Doc " + document + " not found"));
            });
          }};
}

HttpResponse YSweetRoutes::client_token(const std::string& document, Role role,
                                        std::uint64_t valid_seconds, std::string_view host) const {
  std::string base =
      options_.url_prefix.empty() ? "http://" + std::string(host) : options_.url_prefix;
  while (base.ends_with('/')) base.pop_back();
  base += "/d/" + document;
  json::object answer{{"url", "ws" + base.substr(4) + "/ws"},
                      {"baseUrl", base},
                      {"docId", document},
                      {"authorization", role == Role::write ? "full" : "read-only"}};
  const auto expires = static_cast<std::uint64_t>(surroundings_.unix_ms()) + valid_seconds * 1000;
  const auto token =
      surroundings_.gate()->sign({.document = document, .role = role, .expires_ms = expires});
  if (token) answer["token"] = *token;
  return json_response(answer);
}

Plan YSweetRoutes::read_update(const HttpRequest& request, const std::string& document) const {
  const auto grant = surroundings_.enter(bearer_token(request), document);
  if (!grant) return at_once(failure(401, grant.error().reason));
  return {.body_bytes_max = 0, .step = [document](const std::string&) -> Step {
            return visit(document, [](Visit& visit) {
              const Bytes& state = *visit.doc().whole_state()->body();
              visit.reply_when_stored({.status = 200,
                                       .headers = {{"Content-Type", "application/octet-stream"}},
                                       .body = std::string(state.begin(), state.end()),
                                       .kept_body = {}});
            });
          }};
}

Plan YSweetRoutes::apply_update(const HttpRequest& request, const std::string& document) const {
  const auto grant = surroundings_.enter(bearer_token(request), document);
  if (!grant) return at_once(failure(401, grant.error().reason));
  if (grant->role != Role::write) return at_once(failure(403, "Unauthorized."));
  return {.body_bytes_max = options_.update_bytes_max,
          .step = [document](std::string body) -> Step {
            return visit(document, [body = std::move(body)](Visit& visit) {
              if (!visit.doc().has_room_for(body.size())) {
                return visit.reply(failure(503, "the store is not keeping up"));
              }
              if (!visit.doc().may_grow_by(as_bytes(body))) {
                return visit.reply(failure(413, "the document would be larger than it may be"));
              }
              const auto taken = visit.doc().receive_update(visit, as_bytes(body), false);
              if (!taken) return visit.reply(failure(400, weft::message(taken.error())));
              visit.reply_when_stored({.status = 200, .headers = {}, .body = {}, .kept_body = {}});
            });
          }};
}

}  // namespace weft::api
