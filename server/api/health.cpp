// JSON by hand: six numbers and two or three words.
#include "api/health.hpp"

namespace weft::api {

namespace {

// A store's message holds no control characters but those that a file name or a peer may bring.
std::string json_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
  }
  return out + "\"";
}

HealthAnswer answer_of(const Figures& figures, bool ok) {
  HealthAnswer answer;
  answer.status = ok ? 200 : 503;
  answer.body = ok ? "{\"ok\":true" : "{\"ok\":false";
  const auto add = [&answer](const char* name, std::size_t value) {
    answer.body += ",\"";
    answer.body += name;
    answer.body += "\":";
    answer.body += std::to_string(value);
  };
  const session::Registry::Stats& documents = figures.shards.documents;
  if (figures.stopping) answer.body += ",\"stopping\":true";
  answer.body += figures.store_fails() ? ",\"store\":\"failing\"" : ",\"store\":\"ok\"";
  add("documents", documents.documents);
  add("sessions", documents.sessions);
  add("unstored_documents", documents.unstored_documents);
  add("failing_documents", documents.failing_documents);
  add("store_queue", figures.store.queued_count);
  if (figures.store.failing && !figures.store.failure.empty())
    answer.body += ",\"store_failure\":" + json_string(figures.store.failure);
  answer.body += "}\n";
  return answer;
}

}  // namespace

HealthAnswer health_answer(const Figures& figures) { return answer_of(figures, !figures.stopping); }

HealthAnswer readiness_answer(const Figures& figures) {
  return answer_of(figures, !figures.stopping && !figures.store_fails());
}

}  // namespace weft::api
