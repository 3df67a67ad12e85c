#include "api/versions.hpp"

#include <charconv>
#include <memory>
#include <vector>

#include <weft/value.hpp>

#include "api/answers.hpp"
#include "api/percent.hpp"
#include "session/version_edits.hpp"

namespace weft::api {

using access::Role;
using persistence::Sequence;
using persistence::StoredVersion;
using persistence::StoreErrc;
using persistence::StoreError;
using persistence::StoreResult;
using persistence::VersionInfo;
using persistence::VersionKind;
using persistence::VersionNumber;
using persistence::VersionPage;

namespace {

constexpr std::string_view kBase = "/api/documents/";

struct Asked {
  std::string document;
  VersionNumber version = 0;  // 0: of no single one
  VersionNumber other = 0;    // 0: now
  enum class What : std::uint8_t { list, keep, show, update, diff, restore } what = What::list;
  std::string title;
  std::string user;
};

HttpResponse fresh_answer(const Value& value) {
  HttpResponse response = json_answer(value);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// 0: it is none.
VersionNumber number_of(std::string_view text) {
  VersionNumber number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? number : 0;
}

// Nothing: no such route, whatever the method.
std::optional<Asked> parse(const HttpRequest& request) {
  std::string_view path = request.path();
  if (!path.starts_with(kBase)) return std::nullopt;
  path.remove_prefix(kBase.size());
  std::vector<std::string> parts;
  while (!path.empty()) parts.emplace_back(next_part(path, '/'));
  if (parts.size() < 2 || parts.size() > 5 || parts[0].empty() || parts[1] != "versions")
    return std::nullopt;
  Asked asked;
  asked.document = percent_decoded(parts[0]);
  const bool posts = request.method == "POST";
  if (parts.size() == 2) {
    asked.what = posts ? Asked::What::keep : Asked::What::list;
    asked.title = request.parameter("name");
    return asked;
  }
  asked.version = number_of(parts[2]);
  if (asked.version == 0) return std::nullopt;
  if (parts.size() == 3) {
    if (posts) return std::nullopt;
    asked.what = request.parameter("as") == "update" ? Asked::What::update : Asked::What::show;
    return asked;
  }
  if (parts.size() == 4 && parts[3] == "restore" && posts) {
    asked.what = Asked::What::restore;
    return asked;
  }
  if (parts.size() != 5 || parts[3] != "diff" || posts) return std::nullopt;
  asked.what = Asked::What::diff;
  asked.other = number_of(parts[4]);
  if (asked.other == 0 && parts[4] != "now") return std::nullopt;
  return asked;
}

const char* kind_name(VersionKind kind) {
  switch (kind) {
    case VersionKind::named:
      return "named";
    case VersionKind::automatic:
      return "automatic";
    case VersionKind::before_reset:
      return "before-reset";
    case VersionKind::saved:
      return "saved";
  }
  return "";
}

Value value_of(const VersionInfo& info) {
  return ValueObject{
      {"version", info.number},   {"time", info.created_at_ms}, {"kind", kind_name(info.kind)},
      {"user", info.user},        {"name", info.name},          {"update", info.up_to},
      {"bytes", info.state_bytes}};
}

using Held = std::shared_ptr<Visit>;

// What the store answers comes back to the document's thread.
template <typename T, typename Then>
persistence::DocumentStore::Done<T> here(const Held& visit, const Then& then) {
  const auto& post = visit->environment().post;
  return [visit, &post, then](StoreResult<T> result) {
    auto held = std::make_shared<StoreResult<T>>(std::move(result));
    post([visit, held, then] {
      if (!*held) return visit->reply(failure(held->error()));
      then(std::move(**held));
    });
  };
}

void list(const Held& visit, const std::shared_ptr<ValueArray>& known, VersionNumber after) {
  auto listed = here<VersionPage>(visit, [visit, known](const VersionPage& page) {
    for (const VersionInfo& info : page.versions) known->push_back(value_of(info));
    if (page.more) return list(visit, known, page.versions.back().number);
    visit->reply(fresh_answer(ValueObject{{"versions", *known}}));
  });
  auto queued = visit->environment().store->list_versions(
      visit->doc().name(), {after, persistence::kPageVersionsMax}, std::move(listed));
  if (!queued) visit->reply(failure(queued.error()));
}

template <typename Then>
void load(const Held& visit, VersionNumber number, const Then& then) {
  auto queued = visit->environment().store->load_version(visit->doc().name(), number,
                                                         here<StoredVersion>(visit, then));
  if (!queued) visit->reply(failure(queued.error()));
}

void show(const Held& visit, const StoredVersion& version) {
  const auto contents =
      session::contents_of({version.state, version.encoding}, visit->environment().random());
  visit->reply(contents ? fresh_answer(*contents) : problem(500, message(contents.error())));
}

void send_update(const Held& visit, const StoredVersion& version) {
  const auto update = session::as_update({version.state, version.encoding});
  if (!update) return visit->reply(problem(500, message(update.error())));
  visit->reply({.status = 200,
                .headers = {{"Content-Type", "application/octet-stream"},
                            {"Cache-Control", "no-store"},
                            {"X-Content-Type-Options", "nosniff"}},
                .body = std::string(as_text(*update)),
                .kept_body = {}});
}

void compare(const Held& visit, const StoredVersion& older, session::State newer) {
  const auto diff =
      session::diff_versions({older.state, older.encoding}, newer, visit->doc().attribution(),
                             visit->environment().random());
  visit->reply(diff ? fresh_answer(diff->to_value()) : problem(500, message(diff.error())));
}

void diff(const Held& visit, const Asked& asked) {
  load(visit, asked.version, [visit, asked](StoredVersion older) {
    if (asked.other == 0) {
      const Bytes now = visit->doc().encode_state_as_update({});
      return compare(visit, older, {now, Encoding::v1});
    }
    auto held = std::make_shared<StoredVersion>(std::move(older));
    load(visit, asked.other, [visit, held](const StoredVersion& newer) {
      compare(visit, *held, {newer.state, newer.encoding});
    });
  });
}

template <typename T>
session::SharedDoc::Done<T> answer_with(const Held& visit, const char* member) {
  return [visit, member](StoreResult<T> result) {
    visit->reply(result ? fresh_answer(ValueObject{{member, *result}}) : failure(result.error()));
  };
}

void carry_out(const Held& visit, const Asked& asked) {
  switch (asked.what) {
    case Asked::What::list:
      return list(visit, std::make_shared<ValueArray>(), 0);
    case Asked::What::keep:
      return visit->doc().keep_version(VersionKind::named, asked.title, asked.user,
                                       answer_with<VersionNumber>(visit, "version"));
    case Asked::What::show:
      return load(visit, asked.version,
                  [visit](const StoredVersion& version) { show(visit, version); });
    case Asked::What::update:
      return load(visit, asked.version,
                  [visit](const StoredVersion& version) { send_update(visit, version); });
    case Asked::What::diff:
      return diff(visit, asked);
    case Asked::What::restore:
      return visit->doc().restore(asked.version, asked.user,
                                  answer_with<Sequence>(visit, "update"));
  }
}

}  // namespace

std::optional<Plan> VersionRoutes::find(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "POST") return std::nullopt;
  auto asked = parse(request);
  if (!asked) return std::nullopt;
  if (!is_name(asked->document)) return at_once(problem(400, "this cannot be a document's name"));
  const auto grant = surroundings_.enter(bearer_token(request), asked->document);
  if (!grant) return at_once(denied(grant.error()));
  const bool changes = request.method == "POST";
  if (changes && grant->role != Role::write)
    return at_once(problem(403, "read-only: versions can be looked at"));
  asked->user = grant->user;
  return Plan{.body_bytes_max = 0, .step = [asked = std::move(*asked)](const std::string&) -> Step {
                return DocumentCall{
                    .document = asked.document,
                    .run = [asked](session::Registry& registry, std::int64_t now_ms, Reply reply) {
                      Visit::begin(
                          registry, asked.document, now_ms, std::move(reply),
                          [asked](Visit& visit) { carry_out(visit.shared_from_this(), asked); });
                    }};
              }};
}

}  // namespace weft::api
