// A scratch document that collects nothing holds both states at once.
#include "session/version_edits.hpp"

#include <array>
#include <map>

#include <weft/array.hpp>
#include <weft/attribution_managers.hpp>
#include <weft/doc.hpp>
#include <weft/map.hpp>
#include <weft/text.hpp>
#include <weft/undo.hpp>
#include <weft/update.hpp>
#include <weft/xml.hpp>
#include <weft/ytype.hpp>

namespace weft::session {

namespace {

/// Both states in one document, and which ids make the difference.
struct Scratch {
  Doc doc;
  ContentIds changes;
};

Result<Scratch> both(State older, State newer, ClientId client_id, std::uint64_t hash_seed) {
  DocOptions options;
  options.client_id = client_id;
  options.gc = false;
  options.hash_seed = hash_seed;
  Scratch scratch{Doc(std::move(options)), {}};
  if (auto done = scratch.doc.apply_update(older.bytes, older.encoding); !done)
    return std::unexpected(done.error());
  const ContentIds before = content_ids_from_doc(scratch.doc);
  if (auto done = scratch.doc.apply_update(newer.bytes, newer.encoding); !done)
    return std::unexpected(done.error());
  scratch.changes = exclude_content_ids(content_ids_from_doc(scratch.doc), before);
  return scratch;
}

std::string user_of(const ContentAttributes& attributes) {
  for (const ContentAttributePtr& attribute : attributes) {
    if (const auto* user = attribute->value.get_if<std::string>()) return *user;
  }
  return {};
}

/// What `ids` are marked with: what is known of them, and which client inserted them.
IdMap marks_of(const IdSet& ids, const IdMap& known, const char* verb, bool with_client) {
  IdMap marks = intersect_id_maps(known, ids);
  const IdSet unknown = diff_id_sets(ids, id_set_from_id_map(known));
  // A mark without a name, so that the change still shows.
  marks.insert(id_map_from_id_set(unknown, {make_attribute(verb, Value(std::string()))}));
  if (!with_client) return marks;
  for (const auto& [client, ranges] : ids.clients()) {
    const ContentAttributePtr attribute =
        make_attribute("client", Value(static_cast<double>(client)));
    for (const ClockRange& range : ranges) {
      marks.add(client, range.clock, range.length, {attribute});
    }
  }
  return marks;
}

class Contributions {
 public:
  void add(const IdSet& ids, const IdMap& known, std::uint64_t Contribution::*count,
           bool by_client) {
    const IdMap named = intersect_id_maps(known, ids);
    for (const ClientId client : named.clients()) {
      for (const AttributedRange& range : named.ranges(client))
        of(user_of(range.attributes), 0).*count += range.length;
    }
    const IdSet unknown = diff_id_sets(ids, id_set_from_id_map(known));
    for (const auto& [client, ranges] : unknown.clients()) {
      for (const ClockRange& range : ranges) of({}, by_client ? client : 0).*count += range.length;
    }
  }

  std::vector<Contribution> take() {
    std::vector<Contribution> all;
    all.reserve(by_key_.size());
    for (auto& [key, contribution] : by_key_) all.push_back(std::move(contribution));
    return all;
  }

 private:
  Contribution& of(std::string user, ClientId client) {
    Contribution& entry = by_key_[{user, client}];
    entry.user = std::move(user);
    entry.client = client;
    return entry;
  }

  std::map<std::pair<std::string, ClientId>, Contribution> by_key_;
};

bool has_marks(const YDelta& delta);

bool marks_in(const YContent& content) {
  const auto* nested = std::get_if<YDeltaPtr>(&content);
  return nested != nullptr && has_marks(**nested);
}

bool has_marks(const YDelta& delta) {
  for (const YDeltaOp& op : delta.children) {
    const bool marked = std::visit(
        [](const auto& each) {
          if constexpr (requires { each.attribution; }) {
            if (each.attribution) return true;
          }
          if constexpr (requires { each.contents; }) {
            for (const YContent& content : each.contents) {
              if (marks_in(content)) return true;
            }
          }
          return false;
        },
        op);
    if (marked) return true;
  }
  for (const auto& [key, attr] : delta.attrs) {
    if (attr.attribution || marks_in(attr.content)) return true;
  }
  return false;
}

Value contents_of_root(Doc& doc, const std::string& root) {
  switch (infer_kind(doc, root).value_or(TypeKind::text)) {
    case TypeKind::text:
      return doc.text(root).to_string();
    case TypeKind::array:
      return doc.array(root).to_json();
    case TypeKind::map:
      return doc.map(root).to_json();
    default:
      return doc.xml_fragment(root).to_string();
  }
}

}  // namespace

Result<Bytes> restoring_update(State version, State present, ClientId client_id,
                               std::uint64_t hash_seed) {
  auto scratch = both(version, present, client_id, hash_seed);
  if (!scratch) return std::unexpected(scratch.error());
  Bytes edit;
  const Subscription heard = scratch->doc.on_update(
      [&](const UpdateEvent& event) { edit.assign(event.update.begin(), event.update.end()); });
  // Values of a key that came and went in between are nobody's to keep.
  UndoOptions options;
  options.ignore_remote_map_changes = true;
  undo_content_ids(scratch->doc, scratch->changes, std::move(options));
  return edit.empty() ? empty_update() : edit;
}

Result<VersionDiff> diff_versions(State older, State newer, const ContentMap& attribution,
                                  std::uint64_t hash_seed) {
  auto scratch = both(older, newer, 1, hash_seed);
  if (!scratch) return std::unexpected(scratch.error());
  // What came and went in between is in no state; what was deleted before it came is not there.
  const IdSet inserts = diff_id_sets(scratch->changes.inserts, scratch->doc.delete_set());
  const IdSet deletes = diff_id_sets(scratch->changes.deletes, scratch->changes.inserts);
  VersionDiff diff;
  Contributions contributions;
  contributions.add(inserts, attribution.inserts, &Contribution::inserted, true);
  contributions.add(deletes, attribution.deletes, &Contribution::deleted, false);
  diff.contributions = contributions.take();
  const TwosetAttributionManager marks(marks_of(inserts, attribution.inserts, "insert", true),
                                       marks_of(deletes, attribution.deletes, "delete", false));
  for (const std::string& root : scratch->doc.root_names()) {
    YDelta delta = scratch->doc.get(root).to_delta(&marks, true);
    if (has_marks(delta)) diff.roots.emplace_back(root, std::move(delta));
  }
  return diff;
}

Value VersionDiff::to_value() const {
  ValueArray changes;
  for (const Contribution& each : contributions) {
    ValueObject change = {{"user", each.user}};
    if (each.client != 0) change.emplace_back("client", each.client);
    change.emplace_back("inserted", each.inserted);
    change.emplace_back("deleted", each.deleted);
    changes.emplace_back(std::move(change));
  }
  ValueObject all;
  for (const auto& [root, delta] : roots) all.emplace_back(root, delta.to_value());
  return ValueObject{{"changes", std::move(changes)}, {"roots", std::move(all)}};
}

Result<Bytes> as_update(State state) {
  return convert_update(state.bytes, state.encoding, Encoding::v1);
}

Result<Value> contents_of(State state, std::uint64_t hash_seed) {
  DocOptions options;
  options.hash_seed = hash_seed;
  Doc doc(std::move(options));
  if (auto done = doc.apply_update(state.bytes, state.encoding); !done)
    return std::unexpected(done.error());
  ValueObject members;
  for (const std::string& root : doc.root_names())
    members.emplace_back(root, contents_of_root(doc, root));
  return Value(std::move(members));
}

}  // namespace weft::session
