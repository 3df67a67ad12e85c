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

}  // namespace

HealthAnswer health_answer(const HealthFigures& figures) {
  HealthAnswer answer;
  answer.status = figures.stopping ? 503 : 200;
  answer.body = figures.stopping ? "{\"ok\":false" : "{\"ok\":true";
  const auto add = [&answer](const char* name, std::size_t value) {
    answer.body += ",\"";
    answer.body += name;
    answer.body += "\":";
    answer.body += std::to_string(value);
  };
  const bool failing = figures.failing_documents > 0 || !figures.store_failure.empty();
  answer.body += failing ? ",\"store\":\"failing\"" : ",\"store\":\"ok\"";
  add("documents", figures.documents);
  add("sessions", figures.sessions);
  add("unstored_documents", figures.unstored_documents);
  add("failing_documents", figures.failing_documents);
  add("store_queue", figures.store_queue);
  if (!figures.store_failure.empty())
    answer.body += ",\"store_failure\":" + json_string(figures.store_failure);
  answer.body += "}\n";
  return answer;
}

}  // namespace weft::api
