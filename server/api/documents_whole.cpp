// Documents as wholes: made, looked at, listened to, copied, deleted.
#include <memory>
#include <utility>

#include "api/answers.hpp"
#include "api/documents.hpp"
#include "api/events.hpp"

namespace weft::api {

using access::Role;

Plan DocumentRoutes::document(const HttpRequest& request, const Target& target) const {
  if (request.method == "PUT") {
    return {.body_bytes_max = 0, .step = [name = target.name](const std::string&) -> Step {
              return visit(name, [](Visit& visit) {
                const bool created = !exists(visit.doc());
                visit.doc().create();
                HttpResponse response = json_answer(figures_of(visit.doc()));
                response.status = created ? 201 : 200;
                visit.reply_when_stored(std::move(response));
              });
            }};
  }
  if (request.method != "GET") return at_once(problem(405, "GET, PUT or DELETE"));
  return {.body_bytes_max = 0,
          .step = [name = target.name, known = std::string(request.header("If-None-Match"))](
                      const std::string&) -> Step {
            return visit(name, [name, known](Visit& visit) {
              if (!exists(visit.doc())) return visit.reply(missing(name));
              const std::string etag = etag_of(visit.doc());
              HttpResponse response = json_answer(figures_of(visit.doc()));
              if (known == etag)
                response = {.status = 304, .headers = {}, .body = {}, .kept_body = {}};
              response.headers.emplace_back("ETag", etag);
              response.headers.emplace_back("Cache-Control", "no-cache");
              visit.reply(std::move(response));
            });
          }};
}

Plan DocumentRoutes::events(const HttpRequest& request, const Target& target) const {
  if (request.method != "GET") return at_once(problem(405, "only GET"));
  const auto grant = surroundings_.enter(bearer_token(request), target.name);
  if (!grant) return at_once(denied(grant.error()));
  return {.body_bytes_max = 0,
          .step = [name = target.name, grant = *grant](const std::string&) -> Step {
            return events_of(name, grant);
          }};
}

// Whoever may write can empty a document; only the server's own token makes that irrevocable.
Plan DocumentRoutes::remove(const HttpRequest& request, const Target& target) const {
  if (auto refused = refusal(request, "DELETE")) return at_once(std::move(*refused));
  return {.body_bytes_max = 0,
          .step = [name = target.name,
                   wanted = std::string(request.header("If-Match"))](const std::string&) -> Step {
            return visit(name, [name, wanted](Visit& visit) {
              if (!exists(visit.doc())) return visit.reply(missing(name));
              if (is_late(visit, wanted)) return;
              visit.doc().remove(visit, [held = visit.shared_from_this()](const auto& result) {
                held->reply(result ? json_answer(ValueObject{{"name", held->doc().name()},
                                                             {"updates", *result}})
                                   : failure(result.error()));
              });
            });
          }};
}

namespace {

// In the name of who asked, on the copy's thread.
DocumentCall fill(const std::string& name, std::shared_ptr<const Bytes> state) {
  return {.document = name,
          .run = [name, state = std::move(state)](session::Registry& registry, std::int64_t now_ms,
                                                  Reply reply) {
            Visit::begin(registry, name, now_ms, std::move(reply), [name, state](Visit& visit) {
              if (exists(visit.doc())) {
                return visit.reply(problem(409, "there is a document '" + name + "' already"));
              }
              if (*state == Bytes{0, 0}) visit.doc().create();  // of no contents
              take(visit, *state, 201);
            });
          }};
}

}  // namespace

// The copy has the same history: what is written in one of them later can be merged into the other.
Plan DocumentRoutes::copy(const HttpRequest& request, const Target& target) const {
  if (request.method != "POST") return at_once(problem(405, "only POST"));
  const std::string to = request.parameter("to");
  if (!is_name(to)) return at_once(problem(400, "to what name? ?to=NAME"));
  const std::string_view token = bearer_token(request);
  for (const std::string& name : {target.name, to}) {
    const auto grant = surroundings_.enter(token, name);
    if (!grant) return at_once(denied(grant.error()));
    if (name == to && grant->role != Role::write) {
      return at_once(problem(403, "this token may only read '" + to + "'"));
    }
  }
  return {.body_bytes_max = 0,
          .step = [name = target.name, to, wanted = std::string(request.header("If-Match")),
                   carry_out = surroundings_.carry_out](const std::string&) -> Step {
            return visit(name, [name, to, wanted, carry_out](Visit& visit) {
              if (!exists(visit.doc())) return visit.reply(missing(name));
              if (is_late(visit, wanted)) return;
              carry_out(fill(to, visit.doc().whole_state()->body()), visit.pass_on());
            });
          }};
}

}  // namespace weft::api
