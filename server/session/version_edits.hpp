// What can be done with two states of one document: go back to the older one by an edit, and tell
// what changed from one to the other.
//
// The older state comes from the version store and still has the content that the document has
// collected since.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/content_ids.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/value.hpp>
#include <weft/ydelta.hpp>

namespace weft::session {

struct State {
  ByteView bytes;
  Encoding encoding = Encoding::v1;
};

/// The edit (V1) after which a document at `present` shows what it showed at `version`: what came
/// since is deleted, what was deleted since is inserted again; what both have stays, and with it
/// everybody's place in it. The empty update where nothing differs. `client_id` writes it and must
/// be new to the document. Errors: those of Doc::apply_update. O(states).
Result<Bytes> restoring_update(State version, State present, ClientId client_id,
                               std::uint64_t hash_seed);

/// What one user, or a client of whom no more is known, did between two states.
struct Contribution {
  std::string user;            // may be empty
  ClientId client = 0;         // who inserted, where the user is unknown; 0: unknown, too
  std::uint64_t inserted = 0;  // units of content: characters, values
  std::uint64_t deleted = 0;
};

struct VersionDiff {
  /// Of each root that differs: all that it holds at the newer state and all that went, with marks
  /// {"insert": [user], "client": id} and {"delete": [user]}.
  std::vector<std::pair<std::string, YDelta>> roots;
  /// By user, then by client.
  std::vector<Contribution> contributions;

  /// {changes: [{user, client, inserted, deleted}], roots: {name: delta}}; a client that is unknown
  /// is left out.
  Value to_value() const;
};

/// From `older` to `newer`, two states of one document. What was inserted and deleted in between is
/// not seen. Errors: as restoring_update's.
Result<VersionDiff> diff_versions(State older, State newer, const ContentMap& attribution,
                                  std::uint64_t hash_seed);

/// A state as an update in V1. Errors: those of convert_update.
Result<Bytes> as_update(State state);

/// {root: contents} of a state, each root as its contents speak for. Errors: as above.
Result<Value> contents_of(State state, std::uint64_t hash_seed);

}  // namespace weft::session
