// Documents that nobody has open, and whose log no checkpoint has taken in: a crash left them, or a
// store that failed when they were unloaded. From time to time they are opened, a few at a time and
// only while the store has nothing else to do; unloading does the rest (SharedDoc::tick).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session/shared_doc.hpp"

namespace weft::session {

class Sweep : public std::enable_shared_from_this<Sweep> {
 public:
  /// Opens a document of that name, which is in memory from then on until it is unloaded.
  using Open = std::function<void(const std::string&)>;
  /// Whether it is in memory.
  using IsOpen = std::function<bool(const std::string&)>;

  explicit Sweep(const Environment& environment) : environment_(environment) {}

  /// Once a second. O(1) without documents to sweep.
  void tick(std::int64_t now_ms, const IsOpen& is_open, const Open& open);

 private:
  void ask();
  void listed(persistence::StoreResult<persistence::DocumentPage> page);

  const Environment& environment_;
  std::int64_t next_ms_ = 0;  // when the next sweep begins; 0: nobody has told the time yet
  bool sweeping_ = false;
  bool asked_ = false;
  std::optional<std::string> after_;  // where the next page begins
  bool more_ = false;
  std::deque<std::string> found_;
  std::vector<std::string> opened_;
};

}  // namespace weft::session
