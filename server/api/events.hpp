// What happens to a document, as Server-Sent Events: for programs that want to know without Yjs.
//
//   event: change    data: {"updates": 7}: so many are durable now
//   event: presence  data: {"clients": [...]}, as GET .../presence
//   event: end       data: {"code": 4404, "reason": "..."}: the last one, with its close code
//
// Both come once at the beginning. Who reads slowly, and whoever is told of more than he can read,
// misses what lies between and not how it ended.
#pragma once

#include "api/routes.hpp"

namespace weft::api {

/// REQUIRES: `grant` lets its bearer read the document.
ListenCall events_of(const std::string& document, const access::Grant& grant);

}  // namespace weft::api
