// Observers of one kind, called in the order of their arrival.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <functional>
#include <list>

namespace weft::document {

/// A callback may add and remove others, and itself, while it is called: those that arrive during a
/// call are not part of it, those that leave are called no more.
template <typename... Args>
class Callbacks {
 public:
  using Function = std::function<void(Args...)>;

  bool empty() const { return live_ == 0; }

  void add(std::uint64_t number, Function function) {
    entries_.push_back({number, std::move(function), true});
    ++live_;
  }

  /// REQUIRES: there is one of that number.
  void remove(std::uint64_t number) {
    const auto at = std::find_if(entries_.begin(), entries_.end(), [number](const Entry& entry) {
      return entry.number == number && entry.alive;
    });
    assert(at != entries_.end());
    at->alive = false;
    --live_;
    if (calling_ == 0) entries_.erase(at);
  }

  void call(Args... args) {
    if (entries_.empty()) return;
    ++calling_;
    std::size_t left = entries_.size();
    for (auto at = entries_.begin(); left > 0; ++at, --left) {
      if (at->alive) at->function(args...);
    }
    if (--calling_ == 0) {
      entries_.remove_if([](const Entry& entry) { return !entry.alive; });
    }
  }

 private:
  struct Entry {
    std::uint64_t number;
    Function function;
    bool alive;
  };
  std::list<Entry> entries_;
  std::size_t live_ = 0;
  std::uint32_t calling_ = 0;
};

}  // namespace weft::document
