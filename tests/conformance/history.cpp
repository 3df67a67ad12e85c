#include "history.hpp"

#include "describe.hpp"
#include "weft_root.hpp"

namespace weft::conformance {

void History::add_manager(const ManagerConfig& config) {
  UndoOptions options;
  options.capture_timeout = config.timeout;
  options.now = [this] { return time_; };
  options.ignore_remote_map_changes = config.ignore_remote_map_changes;
  if (config.tracks_network) options.tracked_origins.push_back(kNetworkOrigin);
  if (config.filtered) {
    options.delete_filter = [](const ItemInfo& item) { return item.id.clock % 2 == 0; };
  }
  std::vector<SharedType> scope;
  for (const std::string& name : config.names) scope.push_back(root_(name));
  managers_.push_back(config.whole
                          ? std::make_unique<UndoManager>(doc_, std::move(options))
                          : std::make_unique<UndoManager>(doc_, scope, std::move(options)));
  watch(managers_.size() - 1);
}

void History::watch(std::size_t index) {
  UndoManager& manager = *managers_[index];
  const auto tell = [&, index](UndoEvent event, char letter) {
    subscriptions_.push_back(manager.on(event, [this, index, letter](StackItemEvent& what) {
      const std::uint64_t own = managers_[index]->origin();
      events_ += std::to_string(index) + letter + (what.kind == UndoKind::undo ? 'u' : 'r') +
                 std::to_string(what.changed_types.size()) +
                 (what.origin == own ? 'm'
                  : what.origin == 0 ? 'l'
                                     : 'o') +
                 ' ';
    }));
  };
  tell(UndoEvent::stack_item_added, 'a');
  tell(UndoEvent::stack_item_updated, 'u');
  tell(UndoEvent::stack_item_popped, 'p');
  subscriptions_.push_back(manager.on_stack_cleared([this, index](bool undo, bool redo) {
    events_ += std::to_string(index) + 'c' + (undo ? '1' : '0') + (redo ? '1' : '0') + ' ';
  }));
}

bool History::act(UndoManager& manager, Action action) {
  switch (action) {
    case Action::undo:
      return manager.undo() != nullptr;
    case Action::redo:
      return manager.redo() != nullptr;
    case Action::stop:
      manager.stop_capturing();
      break;
    case Action::clear:
      manager.clear();
      break;
    case Action::clear_undo:
      manager.clear(true, false);
      break;
    case Action::clear_redo:
      manager.clear(false, true);
      break;
  }
  return false;
}

std::string History::run(const HistoryRecord& record) {
  if (record.index >= managers_.size()) return "no such manager";
  const bool done = act(*managers_[record.index], record.action);
  if (done != record.done) return done ? "something was done" : "nothing was done";
  const std::string events = take_events();
  if (events == record.events) return {};
  return "events: expected " + record.events + ", found " + events;
}

std::string History::take_events() {
  std::string events = std::exchange(events_, {});
  for (std::size_t i = 0; i < managers_.size(); ++i) {
    if (i > 0) events += ' ';
    events += std::to_string(managers_[i]->undo_stack().size()) + '/' +
              std::to_string(managers_[i]->redo_stack().size());
  }
  return events;
}

std::string History::check_places(const HistoryRecord& record) const {
  for (const MadePlace& place : record.made) {
    const auto type = find_(place.path);
    if (!type) return "no such type";
    const auto made = create_relative_position(*type, place.index, place.assoc);
    if (!made) return "no position: " + message(made.error());
    const Bytes bytes = encode_relative_position(*made);
    if (to_hex(bytes) != to_hex(place.expected)) {
      return "position: expected " + to_hex(place.expected) + ", found " + to_hex(bytes);
    }
  }
  for (const FoundPlace& place : record.found) {
    const auto position = decode_relative_position(place.position);
    if (!position) return "position refused: " + message(position.error());
    const auto found = create_absolute_position(doc_, *position, place.follow);
    if (found.has_value() == place.expected.has_value() &&
        (!found || found->index == *place.expected)) {
      continue;
    }
    return "place of " + to_hex(place.position) + (place.follow ? ", followed" : "") +
           ": expected " + (place.expected ? std::to_string(*place.expected) : "none") +
           ", found " + (found ? std::to_string(found->index) : "none");
  }
  return {};
}

std::string History::delta(const HistoryRecord& record) const {
  std::vector<Snapshot> snapshots;
  snapshots.reserve(2);
  const auto decoded = [&](ByteView bytes) -> const Snapshot* {
    if (bytes.empty()) return nullptr;
    return &snapshots.emplace_back(decode_snapshot(bytes).value_or(Snapshot{}));
  };
  DescribeChange describe;
  if (record.described) {
    describe = [](TextChange change, Id id) -> Value {
      return ValueObject{{"user", static_cast<double>(id.client)},
                         {"type", change == TextChange::added ? "added" : "removed"},
                         {"clock", static_cast<double>(id.clock)}};
    };
  }
  const Snapshot* snapshot = decoded(record.snapshot);
  const Snapshot* previous = decoded(record.previous);
  return to_delta(doc_.text("text"), snapshot, previous, describe).to_json();
}

namespace {

std::string plain(const Element& element) {
  const Value* value = std::get_if<Value>(&element);
  return value != nullptr ? value->to_json() : "type";
}

// What the type shows at `snapshot` without restoring the document, and restored: both in words.
std::pair<std::string, std::string> shown(const SharedType& then, const SharedType& restored,
                                          const Root& root, const Snapshot& snapshot) {
  std::string read;
  std::string expected;
  if (root.kind == TypeKind::text) {
    return {text_at(Text(then.doc(), then.type()), snapshot),
            Text(restored.doc(), restored.type()).to_string()};
  }
  if (root.kind != TypeKind::map) {
    for (const Element& element : elements_at(then, snapshot)) read += plain(element) + ' ';
    for (const Element& element : Array(restored.doc(), restored.type()).elements()) {
      expected += plain(element) + ' ';
    }
    return {read, expected};
  }
  const Map map(restored.doc(), restored.type());
  for (const auto& [key, value] : values_at(then, snapshot)) {
    read += key + plain(value) + plain(value_at(then, key, snapshot));
    expected += key + plain(map.get(key)) + plain(map.get(key));
  }
  return {read + std::to_string(values_at(then, snapshot).size()),
          expected + std::to_string(map.size())};
}

}  // namespace

History::Restored History::restore(ByteView bytes, std::span<const Root> roots) {
  const auto snapshot = decode_snapshot(bytes);
  if (!snapshot) return {{}, {}, "snapshot refused: " + message(snapshot.error())};
  auto doc = create_doc_from_snapshot(doc_, *snapshot);
  if (!doc) return {{}, {}, "not restored: " + message(doc.error())};
  Restored restored{doc->encode_state_as_update(), {}, doc->check_invariants()};
  for (const Root& root : roots) {
    const SharedType type = typed_root(*doc, root);
    restored.json.push_back(type.to_json().to_json());
    const auto [read, expected] = shown(root_(root.name), type, root, *snapshot);
    if (read != expected) {
      restored.problem = "read at the snapshot: " + read + ", restored: " + expected;
    }
  }
  return restored;
}

}  // namespace weft::conformance
