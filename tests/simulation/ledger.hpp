// What clients were told is on disk, by document, and whether it is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <weft/doc.hpp>

#include "persistence/store.hpp"

namespace weft::simulation {

/// What a run found broken; thrown, and caught where the seed is known.
struct Broken {
  std::string what;
};

class Ledger {
 public:
  /// Somebody was told that this update is durable; `how` is for the trace.
  void promise(const std::string& document, std::shared_ptr<const Bytes> update,
               const std::string& how);
  /// Somebody was told that the durable document has come so far.
  void promise(const std::string& document, const StateVector& state);

  /// Builds the document as it was stored. Throws Broken where a promise was not kept, or an update
  /// stands in the log twice.
  Doc check(const std::string& document, const persistence::LoadedDocument& loaded) const;

  /// Is told of each promise, where it is set.
  std::function<void(const std::string&)> watch;

  std::size_t promises() const { return promises_; }

 private:
  struct Promised {
    std::vector<std::shared_ptr<const Bytes>> updates;
    StateVector state;
  };
  std::map<std::string, Promised> documents_;
  std::size_t promises_ = 0;
};

}  // namespace weft::simulation
