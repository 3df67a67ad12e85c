// JSON by hand: five numbers and two words.
#include "api/health.hpp"

namespace weft::api {

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
  answer.body += figures.failing_documents > 0 ? ",\"store\":\"failing\"" : ",\"store\":\"ok\"";
  add("documents", figures.documents);
  add("sessions", figures.sessions);
  add("unstored_documents", figures.unstored_documents);
  add("failing_documents", figures.failing_documents);
  answer.body += "}\n";
  return answer;
}

}  // namespace weft::api
