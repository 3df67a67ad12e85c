#include "api/answers.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "encoding/utf.hpp"

namespace weft::api {

HttpResponse json_answer(const Value& value) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}, {"X-Content-Type-Options", "nosniff"}},
          .body = value.to_json() + "\n",
          .kept_body = {}};
}

HttpResponse bytes_answer(const Bytes& bytes) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/octet-stream"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = std::string(bytes.begin(), bytes.end()),
          .kept_body = {}};
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= persistence::kNameBytesMax &&
         encoding::scan_utf8(name).valid;
}

bool exists(const session::SharedDoc& doc) { return doc.sequence() > 0; }

HttpResponse missing(const std::string& name) {
  return problem(404, "there is no document '" + name + "'");
}

HttpResponse failure(const persistence::StoreError& error) {
  using persistence::StoreErrc;
  if (error.code == StoreErrc::not_found) return problem(404, error.message);
  const bool wrong = error.code == StoreErrc::too_large || error.code == StoreErrc::invalid_name;
  if (wrong) return problem(400, error.message);
  const bool later = persistence::is_transient(error.code) || error.code == StoreErrc::closed;
  return problem(later ? 503 : 500, error.message);
}

HttpResponse denied(const access::Denial& denial) {
  return problem(denial.known ? 403 : 401, denial.reason);
}

Step visit(const std::string& document, Visit::Work work) {
  return DocumentCall{.document = document,
                      .run = [document, work = std::move(work)](session::Registry& registry,
                                                                std::int64_t now_ms, Reply reply) {
                        Visit::begin(registry, document, now_ms, std::move(reply), work);
                      }};
}

Plan at_once(HttpResponse response) {
  return {
      .body_bytes_max = 0,
      .step = [response = std::move(response)](const std::string&) -> Step { return response; }};
}

std::string etag_of(const session::SharedDoc& doc) {
  std::uint64_t digest = 0xCBF2'9CE4'8422'2325;  // FNV-1a
  for (const std::uint8_t byte : doc.encode_state_vector()) {
    digest = (digest ^ byte) * 0x0000'0100'0000'01B3;
  }
  std::array<char, 16> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), digest, 16).ptr;
  return "\"" + std::to_string(doc.sequence()) + "-" + std::string(hex.data(), end) + "\"";
}

Value figures_of(const session::SharedDoc& doc) {
  ValueObject clocks;
  const StateVector states = doc.state_vector();
  for (const auto& [client, clock] : states.entries()) {
    clocks.emplace_back(std::to_string(client), static_cast<double>(clock));
  }
  return ValueObject{{"name", doc.name()},
                     {"updates", static_cast<double>(doc.sequence())},
                     {"stored", doc.all_stored()},
                     {"sessions", static_cast<double>(doc.session_count() - 1)},
                     {"clients", std::move(clocks)}};
}

Value presence_of(const session::SharedDoc& doc) {
  ValueArray all;
  for (const session::SharedDoc::Present& present : doc.present()) {
    all.emplace_back(ValueObject{{"client", static_cast<double>(present.client)},
                                 {"user", present.user},
                                 {"state", Value::from_json(present.state).value_or(Null{})}});
  }
  return ValueObject{{"clients", std::move(all)}};
}

void take(Visit& visit, ByteView update, unsigned status) {
  session::SharedDoc& doc = visit.doc();
  if (!doc.has_room_for(update.size())) {
    return visit.reply(problem(503, "the store is not keeping up"));
  }
  if (!doc.may_grow_by(update)) {
    return visit.reply(problem(413, "the document would be larger than it may be"));
  }
  if (const auto taken = doc.receive_update(visit, update, false); !taken) {
    return visit.reply(problem(400, weft::message(taken.error())));
  }
  HttpResponse response = json_answer(figures_of(doc));
  response.status = status;
  response.headers.emplace_back("ETag", etag_of(doc));
  visit.reply_when_stored(std::move(response));
}

bool is_late(Visit& visit, const std::string& wanted) {
  if (wanted.empty() || wanted == etag_of(visit.doc())) return false;
  visit.reply(problem(412, "the document has changed: it is " + etag_of(visit.doc())));
  return true;
}

}  // namespace weft::api
