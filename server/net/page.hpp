// The page's files as answers to requests.
#pragma once

#include "api/http.hpp"
#include "web/assets.hpp"

namespace weft::net {

/// Sends `asset` compressed to who takes that, 304 to who has it.
api::HttpResponse asset_response(const api::HttpRequest& request, const web::Asset& asset);

}  // namespace weft::net
