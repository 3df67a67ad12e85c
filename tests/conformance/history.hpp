// Undo managers, relative positions and snapshots of one replica, as history.mjs drives them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/undo.hpp>

#include "replica.hpp"

namespace weft::conformance {

/// The origin of updates that arrive.
inline constexpr std::uint64_t kNetworkOrigin = 77;

struct ManagerConfig {
  bool whole = false;
  bool ignore_remote_map_changes = false;
  bool tracks_network = false;
  bool filtered = false;
  std::int64_t timeout = 0;
  std::vector<std::string> names;
};

enum class Action : std::uint8_t { undo, redo, stop, clear, clear_undo, clear_redo };

struct MadePlace {
  Path path;
  std::uint32_t index = 0;
  std::int64_t assoc = 0;
  ByteView expected;
};

struct FoundPlace {
  ByteView position;
  bool follow = false;
  std::optional<std::uint32_t> expected;
};

/// What a record of a replay says of the history.
struct HistoryRecord {
  std::int64_t time = 0;
  ManagerConfig manager;
  std::uint8_t index = 0;  // of the manager
  Action action = Action::undo;
  bool done = false;
  std::string events;
  std::vector<MadePlace> made;
  std::vector<FoundPlace> found;
  ByteView snapshot;
  ByteView previous;
  bool described = false;
};

class History {
 public:
  using FindType = std::function<Result<SharedType>(const Path&)>;
  using FindRoot = std::function<SharedType(const std::string&)>;

  History(Doc& doc, FindType find, FindRoot root)
      : doc_(doc), find_(std::move(find)), root_(std::move(root)) {}

  void set_time(std::int64_t time) { time_ = time; }
  void add_manager(const ManagerConfig& config);
  /// What differs from the expectation, or an empty string.
  std::string run(const HistoryRecord& record);
  std::string check_places(const HistoryRecord& record) const;

  /// The delta of 'text' as JSON.
  std::string delta(const HistoryRecord& record) const;

  struct Restored {
    Bytes state;
    std::vector<std::string> json;
    std::string problem;
  };
  Restored restore(ByteView snapshot, std::span<const Root> roots);

 private:
  std::string take_events();
  void watch(std::size_t index);
  bool act(UndoManager& manager, Action action);

  Doc& doc_;
  FindType find_;
  FindRoot root_;
  std::int64_t time_ = 0;
  std::vector<std::unique_ptr<UndoManager>> managers_;
  std::vector<Subscription> subscriptions_;
  std::string events_;
};

}  // namespace weft::conformance
