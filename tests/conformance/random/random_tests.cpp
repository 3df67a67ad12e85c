// Yjs's random tests in C++:
//   weft-random-tests MODS:SEED:ITERATIONS:FLAGS...
// Flags: o observed, u undo, 4 as @y/y 14, t what is said of updates as texts.
// Prints one line of hashes for each message that arrived and each edit; run.mjs compares them with
// what Yjs makes of the same seed. Ends with 1 where the users did not converge, 2 where an edit or
// update was refused or the call is wrong.
#include <iostream>
#include <optional>
#include <sstream>

#include "network.hpp"

namespace weft::conformance {
namespace {

std::optional<Options> parse(const std::string& word) {
  std::istringstream in(word);
  Options options;
  std::string seed, iterations, flags;
  std::getline(in, options.mods, ':');
  std::getline(in, seed, ':');
  std::getline(in, iterations, ':');
  std::getline(in, flags);
  if (seed.empty() || iterations.empty()) return std::nullopt;
  options.seed = static_cast<std::uint32_t>(std::stoul(seed));
  options.iterations = static_cast<std::uint32_t>(std::stoul(iterations));
  options.observed = flags.find('o') != std::string::npos;
  options.undo = flags.find('u') != std::string::npos;
  options.texts = flags.find('t') != std::string::npos;
  if (flags.find('4') != std::string::npos) options.compat = Compat::v14;
  if (mods_of(options).empty()) return std::nullopt;
  return options;
}

int run(std::span<char*> words) {
  for (const char* word : words.subspan(1)) {
    const auto options = parse(word);
    if (!options) {
      std::cerr << "usage: weft-random-tests MODS:SEED:ITERATIONS:FLAGS...\n";
      return 2;
    }
    Network network(*options);
    network.run();
    std::cout << "= " << word << "\n" << network.take_log();
    if (!network.failure().empty()) {
      std::cout << "failed: " << network.failure() << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace weft::conformance

int main(int argc, char** argv) {
  return weft::conformance::run({argv, static_cast<std::size_t>(argc)});
}
