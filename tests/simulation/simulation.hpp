// One run from one seed: a storm of edits and faults, then calm, then what must hold.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client.hpp"
#include "server.hpp"

namespace weft::simulation {

struct RunOptions {
  std::uint64_t seed = 0;
  Sabotage sabotage = Sabotage::none;
  bool trace = false;
};

struct RunResult {
  std::optional<std::string> broken;  // what did not hold
  std::vector<std::string> trace;     // what happened, where it was asked for
  std::uint64_t events = 0;
  std::uint64_t edits = 0;
  std::uint64_t promises = 0;
  std::uint64_t starts = 0;  // of the server
  std::uint64_t disk_calls = 0;
  std::uint64_t fingerprint = 0;  // of the final document and of all that came before
  std::size_t clients = 0;
};

/// The same options always give the same result.
RunResult run(const RunOptions& options);

}  // namespace weft::simulation
