// One file of the journal, as bytes: what stands in it and how it is read back.
//
// A segment is written once, from front to back; numbers are LEB128 but where said:
//
//   header    "WEFTLOG1", its number and the valid length of the segment before it (8 bytes each,
//             little-endian), checksum
//   entry     length of the body, body, checksum
//   body      0, stream, document id, its next sequence, encoding, time, user length, user,
//   session:
//               names a stream, the updates of one author of one document; written twice
//             1 + 2 * stream (+ 1: all before it is on disk), milliseconds after the stream's last,
//               how many first bytes it shares with the stream's last, the other bytes: an update
//   checksum  the low 4 bytes of the XXH3-64 of the body, seeded with the segment's number, the
//             entry's place and the update's sequence, so that nothing stale or displaced passes
//
// What an update shares with its author's last one costs nothing: a keystroke of 22 bytes takes 24.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "persistence/store.hpp"

namespace weft::persistence::journal {

inline constexpr std::size_t kHeaderBytes = 28;

/// Writes the entries of one segment into a buffer.
class SegmentEncoder {
 public:
  explicit SegmentEncoder(std::uint64_t number) : number_(number) {}

  static Bytes header(std::uint64_t number, std::uint64_t previous_bytes);

  /// Adds an update that will stand at `place` + what `out` already holds. `starts_group`: all that
  /// stands before `out` was synced before `out` is written.
  void add(std::int64_t document, const StoredUpdate& update, bool starts_group,
           std::uint64_t place, Bytes& out);

 private:
  struct StreamKey {
    std::int64_t document;
    Encoding encoding;
    std::string user;
    std::string session;
    auto operator<=>(const StreamKey&) const = default;
  };
  struct Stream {
    std::uint64_t number = 0;
    std::int64_t last_ms = 0;
    Bytes head;  // of the last update
  };
  Stream& stream_of(std::int64_t document, const StoredUpdate& update, std::uint64_t place,
                    Bytes& out);

  std::uint64_t number_;
  std::map<StreamKey, Stream> streams_;
  std::uint64_t stream_count_ = 0;
  Bytes body_;
};

/// What a scan finds. Its views live until the next one is asked for.
struct SegmentUpdate {
  std::int64_t document = 0;
  StoredUpdate update;
  bool starts_group = false;
  /// What stood here is damaged: document and sequence are what they seem to be, 0 where unknown.
  bool damaged = false;
  /// Its entry is whole: what is damaged is what it shares with one before it.
  bool entry_whole = false;
  /// What is damaged seems to be one of the two that name a stream.
  bool names = false;
};

/// Reads a segment's updates in order.
class SegmentScan {
 public:
  /// `bytes` is the segment from its first byte and must outlive the scan.
  explicit SegmentScan(ByteView bytes);

  /// The header is whole. Without it there is nothing to scan.
  bool valid() const { return valid_; }
  std::uint64_t number() const { return number_; }
  std::uint64_t previous_bytes() const { return previous_bytes_; }

  /// Nothing: the end. Behind damage it goes on with the next entry that is whole, wherever that
  /// is.
  std::optional<SegmentUpdate> next();
  /// Where the entry ends that was read last.
  std::uint64_t place() const { return at_; }
  /// The documents that have been named so far.
  std::vector<std::int64_t> documents() const;

 private:
  struct Stream {
    std::int64_t document;
    Encoding encoding;
    std::int64_t last_ms;
    std::string_view user;
    std::string_view session;
    Bytes head;
    bool whole;  // the last update was read
  };
  struct Entry {
    ByteView body;
    std::uint32_t sum;
    std::uint64_t end;
  };
  enum class Found : std::uint8_t { nothing, stream, update };
  std::optional<Entry> entry_at(std::uint64_t place) const;
  Found read(SegmentUpdate& found);
  bool read_stream(ByteView body, std::uint32_t sum);
  bool read_update(ByteView body, std::uint32_t sum, SegmentUpdate& found);
  std::optional<Sequence> lost_before(const Stream& stream, ByteView body, std::uint32_t sum) const;
  SegmentUpdate skip_damage();

  ByteView bytes_;
  bool valid_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t previous_bytes_ = 0;
  std::uint64_t at_ = 0;
  bool damaged_ = false;
  std::optional<SegmentUpdate> behind_damage_;
  std::vector<Stream> streams_;
  std::unordered_map<std::int64_t, Sequence> next_;  // of each document
  Bytes update_;
};

}  // namespace weft::persistence::journal
