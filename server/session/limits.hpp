// Bounds and times of documents and sessions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::session {

struct Limits {
  /// Updates of one document that the store has not yet taken; beyond it new ones are refused.
  std::size_t unstored_bytes_max = std::size_t{64} << 20;
  /// A document that nobody uses stays in memory for this long.
  std::int64_t idle_ms = 30'000;
  /// A checkpoint replaces the log when it has so many updates, or so many bytes and is so many
  /// times as long as the last checkpoint: what is written for it stays a small part of what the
  /// edits themselves wrote. Beyond log_bytes_max the log need only be as long as the checkpoint.
  std::uint64_t log_updates_max = 100'000;
  std::size_t log_bytes_min = std::size_t{2} << 20;
  std::size_t log_per_checkpoint = 16;
  std::size_t log_bytes_max = std::size_t{16} << 20;
  /// Between two searches for documents that nobody uses and that have a log. 0: there are none.
  std::int64_t sweep_interval_ms = 3'600'000;
  /// While a document changes, a version of it is kept after so much time, when what was logged
  /// since the last one is so many times its size (so that what is written for versions stays a
  /// small part), or after so many such times at the latest; and when everybody has gone.
  std::int64_t version_interval_ms = 600'000;
  std::size_t log_per_version = 8;
  std::int64_t version_intervals_max = 6;
  /// Replicas whose history has nothing in common with a document's may merge into it (epoch.hpp).
  bool any_history = false;
  /// Frames that one session may send while its document is being loaded.
  std::size_t early_bytes_max = std::size_t{8} << 20;
  /// Bytes that wait for a slow reader before document updates are held back for one diff.
  std::size_t send_queue_bytes_max = std::size_t{4} << 20;
  /// A reader that stays behind for this long is disconnected; for what waits above the queue's
  /// bound it has the time that it needs at the slowest rate of all.
  std::int64_t behind_ms_max = 30'000;
  std::size_t read_bytes_per_second_min = std::size_t{128} << 10;
  /// Sessions of one document; one more ends with 4429. 0: any number.
  std::size_t sessions_per_document_max = 0;
  /// A document's state as an update, about. Who would make it larger is refused as one who may
  /// only read, until he comes back; deleting is always possible. 0: any size. Less than a message
  /// may have (net/limits.hpp): who has a document can always send it whole.
  std::size_t document_bytes_max = std::size_t{60} << 20;
  /// Memory of all awareness states of one document.
  std::size_t awareness_bytes_max = std::size_t{16} << 20;
  /// So many awareness frames of a document go out at once; what comes after them within a window
  /// waits for its end, and goes as one frame to each session. One change in a window never waits.
  std::size_t awareness_frames_max = 200;
  std::int64_t awareness_window_ms = 50;
  /// Between tries when the store fails: doubles from the first to the last.
  std::int64_t retry_first_ms = 200;
  std::int64_t retry_last_ms = 10'000;
};

/// Bounds of a socket that carries many documents.
struct SocketLimits {
  std::size_t documents_max = 1000;
  /// Before a document is let in: documents, their messages, bytes.
  std::size_t waiting_max = 100;
  std::size_t early_messages_max = 1000;
  std::size_t early_bytes_max = std::size_t{5} << 20;
  /// By then some document must have been let in, whatever was sent.
  std::int64_t enter_ms = 30'000;
};

/// WebSocket close codes, as every wire uses them.
namespace close_code {
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t invalid_data = 1007;
inline constexpr std::uint16_t too_large = 1009;
inline constexpr std::uint16_t internal_error = 1011;
inline constexpr std::uint16_t service_restart = 1012;
inline constexpr std::uint16_t try_again_later = 1013;
inline constexpr std::uint16_t unauthorized =
    4401;                                         // no token, a wrong one, or one that has expired
inline constexpr std::uint16_t forbidden = 4403;  // a good token, but not for this
inline constexpr std::uint16_t deleted = 4404;    // the document was deleted
inline constexpr std::uint16_t other_history = 4409;  // a history that is not this document's
inline constexpr std::uint16_t too_many = 4429;       // connections, or messages in a time
}  // namespace close_code

}  // namespace weft::session
