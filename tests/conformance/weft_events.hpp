// What deep observers are told, as text: what events.mjs writes for Yjs.
#pragma once

#include <span>
#include <string>

#include <weft/event.hpp>

namespace weft::conformance {

std::string describe_events(const std::string& root, std::span<const Event> events);

}  // namespace weft::conformance
