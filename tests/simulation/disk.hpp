// A disk that loses what a real one may lose: what was written and not synced, in part or whole,
// and names that were not synced with their folder.
//
// Every change is a *call*; at a chosen one the disk fails or the process above it dies. Whoever
// dies does not get past that call: all later ones fail until restart.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <weft/bytes.hpp>

namespace weft::simulation {

enum class Fault : std::uint8_t {
  none,
  error,       // the call fails; a write may leave a part of itself, a sync some of what it was for
  kill,        // the process dies; what was written stays
  power_loss,  // everything dies; of what was not synced anything may stay
};

enum class Sabotage : std::uint8_t {
  none,
  lying_syncs,  // a sync does nothing: what is confirmed is confirmed too early
  lost_writes,  // the journal loses some of its writes
};

class Disk {
 public:
  explicit Disk(std::uint64_t seed) : random_(seed) {}

  // --- what the process sees ---
  enum class Done : std::uint8_t { good, error, full };
  struct File;
  using Handle = std::shared_ptr<File>;

  /// Null: there is none.
  Handle open(const std::string& path) const;
  /// What a file has become after a sync that failed: `kept`, a later sync can still write it (what
  /// SQLite relies on); `forgotten`, some of it is never written (what Linux may do).
  enum class AfterFailure : std::uint8_t { kept, forgotten };
  /// An empty file; one that is there is cut to nothing. Null when the call failed.
  Handle create(const std::string& path, AfterFailure after_failure);
  std::vector<std::string> list(const std::string& folder) const;
  Done remove(const std::string& path);
  Done write(File& file, std::uint64_t at, ByteView bytes);
  Done truncate(File& file, std::uint64_t size);
  Done sync(File& file);
  /// The names in a folder: what was created stays, what was removed is gone.
  Done sync_names(const std::string& folder);
  static const Bytes& bytes(const File& file);

  // --- what happens to it ---
  /// `fault` strikes at the `call`th call from now on (1: the next).
  void strike_at(std::uint64_t call, Fault fault);
  bool strikes_planned() const { return strike_at_ != 0; }
  /// While set, nothing can be written; what is there can be read, cut and removed.
  void set_full(bool full) { full_ = full; }
  bool full() const { return full_; }
  std::uint64_t calls() const { return calls_; }
  /// The process above has died and nothing that it still does counts.
  bool dead() const { return dead_; }
  void die(Fault how);
  /// What a new process finds.
  void restart();
  /// For tests of the tests: what the disk does wrong while it says that all is well.
  Sabotage sabotage = Sabotage::none;
  /// Is told of each call, where it is set.
  std::function<void(const std::string&)> watch;

 private:
  Done call(bool writes, const char* what, const std::string& path);
  void lose_power();

  std::map<std::string, Handle> files_;
  std::vector<Handle> removed_;  // whose names may come back
  std::mt19937_64 random_;
  std::uint64_t calls_ = 0;
  std::uint64_t strike_at_ = 0;
  Fault fault_ = Fault::none;
  Fault death_ = Fault::none;
  bool full_ = false;
  bool dead_ = false;
};

}  // namespace weft::simulation
