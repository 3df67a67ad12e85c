// Columns that line up: the first to the left, the others to the right, as numbers want.
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

class Table {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  /// Each row on a line of its own, two blanks between columns, none at a line's end.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weft::cli
