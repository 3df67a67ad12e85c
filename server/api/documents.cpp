#include "api/documents.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "api/answers.hpp"
#include "api/contents.hpp"
#include "api/markdown.hpp"
#include "api/operations.hpp"
#include "api/patch.hpp"
#include "api/percent.hpp"
#include "persistence/store.hpp"

namespace weft::api {

using access::Role;

namespace {

constexpr std::string_view kBase = "/api/documents";
constexpr std::size_t kPageDefault = 100;
constexpr std::size_t kPageMax = 1000;
constexpr std::size_t kRevokeBytesMax = 4096;

Encoding encoding_of(const HttpRequest& request) {
  return request.parameter("encoding") == "v2" ? Encoding::v2 : Encoding::v1;
}

Doc copy_of(session::SharedDoc& doc, std::uint64_t seed) {
  Doc copy({.client_id = seed & 0xFFFF'FFFF, .hash_seed = seed});
  static_cast<void>(copy.apply_update(*doc.whole_state()->body()));
  return copy;
}

std::string id_of(const session::Session& session) {
  std::array<char, 16> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), session.id(), 16).ptr;
  return {hex.data(), end};
}

// Requests over HTTP are no sessions.
bool is_visit(const session::Session& session) {
  return dynamic_cast<const Visit*>(&session) != nullptr;
}

ValueArray sessions_of(const session::SharedDoc& doc) {
  ValueArray all;
  for (const session::Session* session : doc.sessions()) {
    if (is_visit(*session)) continue;
    all.emplace_back(ValueObject{{"id", id_of(*session)}, {"user", session->user()}});
  }
  return all;
}

// Whose sessions are to end: those to which all that is named applies.
struct Ending {
  std::string user;
  std::string document;
  std::string session;

  bool named() const { return !user.empty() || !document.empty() || !session.empty(); }
  std::size_t carry_out(session::Registry& registry) const {
    const auto which = [this](const session::Session& one) {
      return !is_visit(one) && (user.empty() || one.user() == user) &&
             (session.empty() || id_of(one) == session);
    };
    static constexpr auto kCode = session::close_code::forbidden;
    if (document.empty()) return registry.end_all(kCode, "revoked", which);
    session::SharedDoc* doc = registry.find(document);
    return doc == nullptr ? 0 : doc->end_sessions(kCode, "revoked", which);
  }
};

// What somebody wants to read.
struct Question {
  std::string action;
  std::string root;  // empty: all
  Reading reading{};
  Encoding encoding = Encoding::v1;
  std::string known;  // the state that the client has
  std::uint64_t seed = 0;
};

HttpResponse markdown_answer(Doc& doc, const std::string& root) {
  if (infer_kind(doc, root).value_or(TypeKind::xml_fragment) != TypeKind::xml_fragment) {
    return problem(422, "the root '" + root + "' is no XML fragment");
  }
  auto text = markdown_of(doc.xml_fragment(root));
  if (!text) return problem(422, text.error());
  return {.status = 200,
          .headers = {{"Content-Type", "text/markdown; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = std::move(*text),
          .kept_body = {}};
}

HttpResponse answer_to(const Question& question, session::SharedDoc& doc) {
  if (question.action == "state-vector") return bytes_answer(doc.encode_state_vector());
  Doc copy = copy_of(doc, question.seed);
  if (question.action == "update") {
    return bytes_answer(copy.encode_state_as_update({}, question.encoding));
  }
  const auto roots = copy.root_names();
  if (question.root.empty()) return json_answer(contents(copy));
  if (std::ranges::find(roots, question.root) == roots.end()) {
    return problem(404, "the document has no root '" + question.root + "'");
  }
  if (question.action == "markdown") return markdown_answer(copy, question.root);
  const Value value = contents(copy, question.root, question.reading);
  HttpResponse response = json_answer(value);
  if (question.action == "json") return response;
  if (const auto* text = value.get_if<std::string>()) response.body = *text;
  response.headers.front().second =
      question.action == "xml" ? "application/xml; charset=utf-8" : "text/plain; charset=utf-8";
  return response;
}

using Change = EditDone (*)(Doc& doc, const Value& body);

// What `change` makes of a JSON body is one edit.
Step change_step(const std::string& name, const std::string& wanted, std::uint64_t seed,
                 const std::string& body, Change change) {
  auto parsed = Value::from_json(body);
  if (!parsed) return problem(400, weft::message(parsed.error()));
  return visit(name, [wanted, seed, change, body = std::move(*parsed)](Visit& visit) {
    if (is_late(visit, wanted)) return;
    // On a copy: of a change that fails nothing is left.
    Doc copy = copy_of(visit.doc(), seed);
    if (auto done = change(copy, body); !done) return visit.reply(problem(422, done.error()));
    take(visit, copy.encode_state_as_update(visit.doc().state_vector()));
  });
}

Step update_step(const std::string& name, const std::string& wanted, Encoding encoding,
                 const std::string& body) {
  const auto update = convert_update(as_bytes(body), encoding, Encoding::v1);
  if (!update) return problem(400, weft::message(update.error()));
  return visit(name, [wanted, update = *update](Visit& visit) {
    if (!is_late(visit, wanted)) take(visit, update);
  });
}

}  // namespace

std::optional<Plan> DocumentRoutes::find(const HttpRequest& request) const {
  const std::string_view path = request.path();
  if (path == "/api/revoke") return revoke(request);
  if (!path.starts_with(kBase)) return std::nullopt;
  std::string_view rest = path.substr(kBase.size());
  if (rest.empty() || rest == "/") return list(request);
  if (rest.front() != '/') return std::nullopt;
  rest.remove_prefix(1);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  Target target{.name = percent_decoded(rest.substr(0, slash)),
                .action = std::string(rest.substr(std::min(slash + 1, rest.size())))};
  if (!is_name(target.name)) {
    return at_once(problem(400, "this cannot be a document's name"));
  }
  if (target.action == "sessions") return sessions(request, target);
  if (target.action == "copy") return copy(request, target);
  if (target.action.empty() && request.method == "DELETE") return remove(request, target);
  if (auto refused = refusal(request, target)) return at_once(std::move(*refused));
  if (target.action.empty()) return document(request, target);
  if (target.action == "events") return events(request, target);
  if (request.method == "GET") return read(request, target);
  return write(request, target);
}

std::optional<HttpResponse> DocumentRoutes::refusal(const HttpRequest& request,
                                                    const Target& target) const {
  const auto grant = surroundings_.enter(bearer_token(request), target.name);
  if (!grant) return denied(grant.error());
  if (request.method == "GET" || grant->role == Role::write) return std::nullopt;
  return problem(403, "this token may only read this document");
}

// Why somebody may not do with `method` what only an admin may.
std::optional<HttpResponse> DocumentRoutes::refusal(const HttpRequest& request,
                                                    std::string_view method) const {
  if (request.method != method) return problem(405, "only " + std::string(method));
  const bool may = surroundings_.gate()->may_manage(bearer_token(request), surroundings_.unix_ms());
  return may ? std::nullopt : std::optional(problem(401, "this needs an admin's token"));
}

Plan DocumentRoutes::list(const HttpRequest& request) const {
  if (auto refused = refusal(request, "GET")) return at_once(std::move(*refused));
  std::size_t count = kPageDefault;
  if (const std::string text = request.parameter("limit"); !text.empty()) {
    const auto [at, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc{} || at != text.data() + text.size() || count < 1 || count > kPageMax) {
      return at_once(problem(400, "limit is a number from 1 to 1000"));
    }
  }
  persistence::ListRequest wanted{.after = std::nullopt, .count_max = count};
  if (std::string after = request.parameter("after"); !after.empty()) wanted.after = after;
  return {.body_bytes_max = 0, .step = [wanted](const std::string&) -> Step {
            return StoreCall{[wanted](persistence::DocumentStore& store, const Reply& reply) {
              auto queued = store.list(wanted, [reply](auto page) {
                if (!page) return reply(problem(503, page.error().message));
                ValueArray all;
                for (const persistence::DocumentInfo& info : page->documents) {
                  all.emplace_back(ValueObject{{"name", info.name},
                                               {"updates", static_cast<double>(info.sequence)}});
                }
                const Value next = page->more ? Value(page->documents.back().name) : Value(Null{});
                reply(json_answer(ValueObject{{"documents", std::move(all)}, {"next", next}}));
              });
              if (!queued) reply(problem(503, queued.error().message));
            }};
          }};
}

Plan DocumentRoutes::sessions(const HttpRequest& request, const Target& target) const {
  if (auto refused = refusal(request, "GET")) return at_once(std::move(*refused));
  return {.body_bytes_max = 0, .step = [name = target.name](const std::string&) -> Step {
            return DocumentCall{
                .document = name,
                .run = [name](session::Registry& registry, std::int64_t, const Reply& reply) {
                  ValueArray all;
                  const session::SharedDoc* doc = registry.find(name);
                  if (doc != nullptr) all = sessions_of(*doc);
                  reply(json_answer(ValueObject{{"sessions", std::move(all)}}));
                }};
          }};
}

Plan DocumentRoutes::revoke(const HttpRequest& request) const {
  if (auto refused = refusal(request, "POST")) return at_once(std::move(*refused));
  return {.body_bytes_max = kRevokeBytesMax,
          .step = [revoke = surroundings_.revoke](const std::string& body) -> Step {
            const auto asked = Value::from_json(body);
            if (!asked) return problem(400, weft::message(asked.error()));
            const auto word = [&](std::string_view name) {
              const Value* value = asked->find(name);
              const auto* text = value == nullptr ? nullptr : value->get_if<std::string>();
              return text == nullptr ? std::string() : *text;
            };
            const Ending ending{
                .user = word("user"), .document = word("document"), .session = word("session")};
            if (!ending.named()) return problem(400, "whose? user, document or session");
            if (!ending.user.empty() && ending.document.empty()) revoke(ending.user);
            return EverywhereCall{
                .run = [ending](session::Registry& registry) { return ending.carry_out(registry); },
                .reply =
                    [](std::size_t count) {
                      return json_answer(ValueObject{{"ended", count}});
                    }};
          }};
}

Plan DocumentRoutes::read(const HttpRequest& request, const Target& target) const {
  static constexpr std::array<std::string_view, 7> kActions = {
      "update", "state-vector", "json", "text", "xml", "markdown", "presence"};
  if (std::ranges::find(kActions, target.action) == kActions.end()) {
    return at_once(problem(404, "nothing is read under this name"));
  }
  Question question{.action = target.action,
                    .root = request.parameter("root"),
                    .encoding = encoding_of(request),
                    .known = std::string(request.header("If-None-Match")),
                    .seed = surroundings_.random()};
  const bool one_root = target.action == "text" || target.action == "xml";
  const bool is_markdown = target.action == "markdown";
  if ((one_root || is_markdown) && question.root.empty())
    return at_once(problem(400, "which root? ?root=NAME"));
  if (const std::string word = one_root ? target.action : request.parameter("as");
      !word.empty() && !is_markdown) {
    const auto reading = reading_of(word);
    if (!reading) return at_once(problem(400, "as is text, delta, array, map or xml"));
    question.reading = *reading;
  }
  return {.body_bytes_max = 0, .step = [name = target.name, question](const std::string&) -> Step {
            return visit(name, [name, question](Visit& visit) {
              if (!exists(visit.doc())) return visit.reply(missing(name));
              if (question.action == "presence")
                return visit.reply(json_answer(presence_of(visit.doc())));
              const std::string etag = etag_of(visit.doc());
              HttpResponse response =
                  question.known == etag
                      ? HttpResponse{.status = 304, .headers = {}, .body = {}, .kept_body = {}}
                      : answer_to(question, visit.doc());
              response.headers.emplace_back("ETag", etag);
              response.headers.emplace_back("Cache-Control", "no-cache");
              visit.reply_when_stored(std::move(response));
            });
          }};
}

Plan DocumentRoutes::write(const HttpRequest& request, const Target& target) const {
  const std::string wanted(request.header("If-Match"));
  if (request.method == "PATCH" && target.action == "json") {
    return {.body_bytes_max = options_.body_bytes_max,
            .step = [target, wanted, seed = surroundings_.random()](const std::string& body) {
              return change_step(target.name, wanted, seed, body, &apply_patch);
            }};
  }
  if (request.method == "POST" && target.action == "update") {
    return {.body_bytes_max = options_.body_bytes_max,
            .step = [target, wanted, encoding = encoding_of(request)](const std::string& body) {
              return update_step(target.name, wanted, encoding, body);
            }};
  }
  if (request.method == "POST" && target.action == "operations") {
    return {.body_bytes_max = options_.body_bytes_max,
            .step = [target, wanted, seed = surroundings_.random()](const std::string& body) {
              return change_step(target.name, wanted, seed, body, &apply_operations);
            }};
  }
  return at_once(problem(405, "PATCH of json, or POST of update or operations"));
}

}  // namespace weft::api
