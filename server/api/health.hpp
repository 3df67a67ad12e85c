// The answer to GET /healthz: is the server serving, and does its store keep up.
//
// 503 only while it stops. A store that fails is told in the body and not by the status: whoever
// restarts a server for its health would lose what clients have written and the store has not.
#pragma once

#include <cstddef>
#include <string>

namespace weft::api {

struct HealthFigures {
  bool stopping = false;
  std::size_t documents = 0;  // in memory
  std::size_t sessions = 0;
  std::size_t unstored_documents = 0;  // with updates that are not yet durable
  std::size_t failing_documents = 0;   // of those, the ones that the store has refused
  std::size_t store_queue = 0;         // operations that the store works on
  std::string store_failure;           // why the last write failed; empty: it did not
};

struct HealthAnswer {
  unsigned status = 200;
  std::string body;  // JSON and a newline
};

HealthAnswer health_answer(const HealthFigures& figures);

}  // namespace weft::api
