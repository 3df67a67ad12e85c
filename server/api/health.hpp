// What supervisors ask: GET /healthz, is the server alive; GET /readyz, should clients come here.
//
// Healthy is all that serves: 503 only while it stops. A store that fails is told in the body and
// not by the status: whoever restarts a server for its health would lose what clients have written
// and the store has not. Ready is who also has a store that takes what is written.
#pragma once

#include <string>

#include "api/figures.hpp"

namespace weft::api {

struct HealthAnswer {
  unsigned status = 200;
  std::string body;  // JSON and a newline
};

HealthAnswer health_answer(const Figures& figures);
HealthAnswer readiness_answer(const Figures& figures);

}  // namespace weft::api
