// The names of documents that were found damaged: what is stored of them is kept as it is.
//
// Shared by a store's writer, which refuses their writes, and its readers, which find the damage.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>

namespace weft::persistence {

class Quarantine {
 public:
  /// `as_of`: what removals() said before the document was read. False: some document was removed
  /// since, perhaps this one, and nothing is noted; read again.
  bool add(const std::string& name, std::uint64_t as_of) {
    const std::lock_guard guard(mutex_);
    if (as_of != removals_) return false;
    names_.insert(name);
    return true;
  }
  void add(const std::string& name) {
    const std::lock_guard guard(mutex_);
    names_.insert(name);
  }
  /// The document is removed: who comes next begins anew.
  void remove(const std::string& name) {
    const std::lock_guard guard(mutex_);
    ++removals_;
    names_.erase(name);
  }
  bool contains(const std::string& name) const {
    const std::lock_guard guard(mutex_);
    return names_.contains(name);
  }
  std::uint64_t removals() const {
    const std::lock_guard guard(mutex_);
    return removals_;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> names_;
  std::uint64_t removals_ = 0;
};

}  // namespace weft::persistence
