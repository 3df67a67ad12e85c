// The answer to GET /metrics, in the text format that Prometheus reads (0.0.4).
#pragma once

#include <string>

#include "api/figures.hpp"

namespace weft::api {

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

std::string metrics_text(const Figures& figures);

}  // namespace weft::api
