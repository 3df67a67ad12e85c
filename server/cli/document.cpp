// One transaction for each update, as a server would have applied them.
#include "cli/document.hpp"

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <utility>

namespace weft::cli {

DocOptions document_options(Compat compat) {
  std::random_device random;
  const std::uint64_t seed = (std::uint64_t{random()} << 32) | random();
  return {.compat = compat, .hash_seed = seed};
}

Outcome<Doc> build_document(const Updates& updates, const ToolOptions& tool) {
  Doc doc(document_options(tool.compat));
  std::size_t number = 0;
  for (const ByteView update : updates.views()) {
    ++number;
    if (const auto applied = doc.apply_update(update, tool.from); !applied) {
      return wrong_input("update " + std::to_string(number) +
                         " does not fit into a document: " + message(applied.error()));
    }
  }
  if (doc.has_pending()) {
    std::fputs("weft: some changes wait for updates that are not among these\n", stderr);
  }
  return doc;
}

}  // namespace weft::cli
