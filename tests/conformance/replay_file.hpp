// Reads a replay. The form is described in replay_file.mjs, which writes it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "encoding/reader.hpp"
#include "history.hpp"
#include "replica.hpp"

namespace weft::conformance {

/// Bytes that an engine should give, or their length and hashes.
struct Blob {
  ByteView bytes;
  bool hashed = false;
  std::uint64_t length = 0;
  std::uint32_t hashes[2] = {};

  bool matches(ByteView actual) const;
};

struct Record {
  enum class Kind : std::uint8_t {
    end,
    apply,
    edit,
    check,
    merge,
    events,
    time,
    manager,
    undo,
    places,
    restore,
    delta,
  };

  Kind kind = Kind::end;
  std::size_t replica = 0;
  ByteView update;                // apply
  std::vector<Edit> edits;        // edit
  std::vector<ByteView> emitted;  // apply, edit, undo
  std::vector<ByteView> emitted_v2;
  bool pending = false;  // check
  std::string missing;
  Blob snapshot;
  Blob state;  // check, merge
  Blob state_v2;
  ByteView since;
  Blob difference;
  std::vector<Blob> json;   // one for each root; delta: one
  std::vector<Blob> delta;  // one for each root that is a text
  Blob merged;              // merge
  Blob events;              // events
  HistoryRecord history;    // time to delta
};

class ReplayFile {
 public:
  /// `bytes` must outlive it.
  explicit ReplayFile(ByteView bytes);

  const std::string& description() const { return description_; }
  bool gc() const { return gc_; }
  bool observed() const { return observed_; }
  /// Says what is expected in V2, too.
  bool both() const { return both_; }
  std::span<const ClientId> clients() const { return clients_; }
  std::span<const Root> roots() const { return roots_; }

  /// The next record; nothing at the end. When the file is broken ok() is false afterwards.
  std::optional<Record> next();
  bool ok() const { return reader_.ok(); }

 private:
  Blob read_blob();
  std::string read_text() { return std::string(as_text(reader_.varbytes())); }
  std::uint32_t read_u32();
  void read_history(Record& record);
  std::vector<Edit> read_edits(std::uint64_t count, ByteView bytes);

  encoding::Reader reader_;
  std::string description_;
  bool gc_ = true;
  bool observed_ = false;
  bool both_ = false;
  std::vector<ClientId> clients_;
  std::vector<Root> roots_;
};

}  // namespace weft::conformance
