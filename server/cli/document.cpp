// One transaction for each update, as a server would have applied them.
#include "cli/document.hpp"

#include <cstdio>
#include <string>
#include <utility>

namespace weft::cli {

Outcome<Doc> build_document(const Updates& updates, const ToolOptions& tool) {
  Doc doc(DocOptions{.compat = tool.compat});
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
