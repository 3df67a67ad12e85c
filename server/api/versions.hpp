// The versions of documents over HTTP, while they are edited:
//
//   GET  /api/documents/NAME/versions              {versions: [{version, time, kind, ...}]}
//   POST /api/documents/NAME/versions?name=TITLE   keeps what it holds now: {version}
//   GET  /api/documents/NAME/versions/N            its contents as JSON; ?as=update: as an update
//   GET  /api/documents/NAME/versions/N/diff/M     who changed what from N to M, or to `now`
//   POST /api/documents/NAME/versions/N/restore    brings it back as an edit of every editor
//
// NAME is percent-encoded. A token goes into the Authorization header, as Bearer; reading needs the
// role read, the others write. Times are milliseconds since 1970.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "api/routes.hpp"

namespace weft::api {

class VersionRoutes {
 public:
  explicit VersionRoutes(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  /// What to do for a request; nothing: it is not for these routes.
  std::optional<Plan> find(const HttpRequest& request) const;

 private:
  Surroundings surroundings_;
};

}  // namespace weft::api
