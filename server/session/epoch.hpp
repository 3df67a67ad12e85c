// Whether a replica and a document have the same past.
//
// A document that was deleted and made again under its name is another one; a replica of the old
// one that came back would bring all of its contents into the new one, beside what is there. CRDTs
// have no number that tells the two apart, but the replica's state vector shows whose edits it
// holds, and nobody writes in two documents under one client id.
#pragma once

#include <weft/state_vector.hpp>

namespace weft::session {

/// True where a replica at `theirs` must not sync with a document at `ours`:
///  1. It holds edits of a client that wrote in an earlier document of the name (`former`) and not
///     in this one. That is certain: such a replica is refused by an empty document, too.
///  2. It holds edits of two clients or more, of which this document, which is not empty, has none:
///     a history from somewhere else (a store that was lost, say). One client alone may be somebody
///     who began to write before the first sync; a replica that shares any client is only ahead.
///     Left out where `any_history`.
/// O(clients).
bool is_other_history(const StateVector& theirs, const StateVector& ours, const StateVector& former,
                      bool any_history);

/// Whose edits a name remembers of documents that are gone, once another one goes that had `had`.
StateVector former_after(const StateVector& former, const StateVector& had);

}  // namespace weft::session
