// What deep observers are told, as text: what events.mjs writes for Yjs.
#pragma once

#include <span>
#include <string>

#include <weft/event.hpp>

namespace weft::conformance {

std::string describe_events(const std::string& root, std::span<const Event> events);

/// What a deep observer of @y/y 14 is told: how the root changed, and the same with all inside it.
std::string describe_deltas(const std::string& root, std::span<const Event> events);

}  // namespace weft::conformance
