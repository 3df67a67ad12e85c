// What one transaction has done. Source: Yjs Transaction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include <weft/doc.hpp>

#include "document/subdocs.hpp"
#include "store/item.hpp"
#include "store/type_table.hpp"

namespace weft::document {

using store::ClientIx;
using store::DenseId;
using store::Item;
using store::ListIx;
using store::TypeIx;

/// A range of one client's clocks.
struct DenseRange {
  ClientIx client;
  std::uint32_t clock;
  std::uint32_t length;
};

/// Where in a transaction's deletes a search is, and where it ends.
struct DeleteSearch {
  std::size_t near = 0;
  std::size_t end = 0;
};

/// A client that got new structs.
struct Touched {
  ClientIx client = 0;
  std::uint32_t before = 0;
  std::uint32_t after = 0;  // once the transaction's body has ended
  bool joins = true;        // something new may join what stands before it
};

struct DenseIdBefore {
  bool operator()(DenseId a, DenseId b) const {
    return a.client != b.client ? a.client < b.client : a.clock < b.clock;
  }
};

struct TransactionState {
  std::uint32_t depth = 0;   // nested transact calls
  std::uint32_t serial = 0;  // never 0 while open; List::changed names the last that changed it
  std::uint64_t origin = 0;
  bool local = true;
  /// One update, whose deletes nobody sees before its end: plain content is collected, and joined
  /// with its neighbours, as it is deleted.
  bool collecting = false;
  bool content_deleted = false;     // and is still there, for the end to collect and join
  bool collected_inside = false;    // of types: GC structs have come, also among what is new
  bool joined = false;              // what the deletion could join is joined already
  std::vector<Touched> touched;     // once the body has ended: by client
  std::vector<DenseRange> deletes;  // once the body has ended: sorted and joined
  /// Structs that came into Skips, and their lengths; their clients are touched. @y/y 14 only.
  std::map<DenseId, std::uint32_t, DenseIdBefore> fills;
  /// Clients in the order of their first delete (the keys of Yjs deleteSet.clients), where there is
  /// more than one and the transaction is not local or somebody observes.
  std::vector<ClientIx> delete_order;
  std::vector<DenseId> merge_candidates;  // right halves of splits (Yjs _mergeStructs)
  std::vector<DenseId> new_splits;        // the same of what is new, unless its client `joins`
  /// Those of deletes while `collecting`. What they could join is joined already, unless something
  /// stands unjoined behind it that was so before.
  std::vector<DenseId> delete_splits;
  bool pairs_left = false;
  /// Lists that changed in types that existed before, in the order of their first change (Yjs
  /// `changed`). Those whose List::changed is no more `serial` were deleted with their type.
  /// Recorded while somebody observes, and for formatted types.
  std::vector<ListIx> changed;
  /// The changed types and all that they are in (the keys of Yjs `changedParentTypes`), in Yjs's
  /// order; filled when observers are called.
  std::vector<TypeIx> changed_parents;
  /// What edits through attributions deleted of what was deleted already (@y/y 14 meta
  /// attributedDeletes).
  std::vector<DenseRange> attributed_deletes;
  std::unique_ptr<SubdocChanges> subdocs;  // where there are any
  std::unique_ptr<TransactionMeta> meta;   // once somebody asked for it

  void add_delete(DenseRange range) {
    if (!deletes.empty() && deletes.back().client == range.client) {
      DenseRange& last = deletes.back();
      if (last.clock + last.length == range.clock) {
        last.length += range.length;
        return;
      }
      if (range.clock + range.length == last.clock) {
        last.clock = range.clock;
        last.length += range.length;
        return;
      }
    }
    deletes.push_back(range);
  }

  /// Whether `deletes` tells of the whole range [clock, end), looked for in a few places from
  /// where the search is on; if not, it may have been deleted all the same.
  bool has_deleted(ClientIx client, std::uint32_t clock, std::uint32_t end,
                   DeleteSearch& search) const {
    constexpr std::size_t kPlaces = 8;
    const std::size_t last = std::min(search.end, search.near + kPlaces);
    for (std::size_t i = search.near; i < last; ++i) {
      const DenseRange& range = deletes[i];
      if (range.client != client || range.clock + range.length < end) continue;
      search.near = i;
      return range.clock <= clock;
    }
    return false;
  }

  // The following REQUIRE that the body has ended.

  /// `client`'s state before the transaction, where it changed in it; else `state`, which is then
  /// what it was before, too.
  std::uint32_t before(ClientIx client, std::uint32_t state) const {
    const auto at =
        std::lower_bound(touched.begin(), touched.end(), client,
                         [](const Touched& entry, ClientIx value) { return entry.client < value; });
    return at != touched.end() && at->client == client ? at->before : state;
  }
  /// Yjs YEvent.adds.
  bool adds(const Item& item) const {
    return item.clock >= before(item.client, 0xFFFF'FFFF) || fills_id({item.client, item.clock});
  }
  /// Something that came into a Skip. Also while the transaction is open.
  bool fills_id(DenseId id) const {
    if (fills.empty()) [[likely]]
      return false;
    auto at = fills.upper_bound(id);
    if (at == fills.begin()) return false;
    --at;
    return at->first.client == id.client && id.clock - at->first.clock < at->second;
  }
  /// Yjs YEvent.deletes, isDeleted.
  bool deletes_id(DenseId id) const {
    auto at = std::upper_bound(deletes.begin(), deletes.end(), id,
                               [](const DenseId& value, const DenseRange& range) {
                                 return value.client != range.client ? value.client < range.client
                                                                     : value.clock < range.clock;
                               });
    if (at == deletes.begin()) return false;
    --at;
    return at->client == id.client && id.clock - at->clock < at->length;
  }
  bool deletes_item(const Item& item) const { return deletes_id({item.client, item.clock}); }

  void note_delete_order() {
    const auto other = [this](const DenseRange& range) {
      return range.client != deletes.front().client;
    };
    if (std::none_of(deletes.begin(), deletes.end(), other)) return;
    std::vector<bool> seen;
    for (const DenseRange& range : deletes) {
      if (range.client >= seen.size()) seen.resize(range.client + std::size_t{1});
      if (seen[range.client]) continue;
      seen[range.client] = true;
      delete_order.push_back(range.client);
    }
  }

  /// Keeps the memory for the next transaction, unless it is much.
  void clear() {
    constexpr std::size_t kKept = 1024;
    if (deletes.capacity() > kKept) deletes = std::vector<DenseRange>();
    if (merge_candidates.capacity() > kKept) merge_candidates = std::vector<DenseId>();
    if (delete_splits.capacity() > kKept) delete_splits = std::vector<DenseId>();
    if (touched.capacity() > kKept) touched = std::vector<Touched>();
    origin = 0;
    collecting = content_deleted = collected_inside = joined = pairs_left = false;
    touched.clear();
    deletes.clear();
    fills.clear();
    delete_order.clear();
    merge_candidates.clear();
    new_splits.clear();
    delete_splits.clear();
    changed.clear();
    attributed_deletes.clear();
    changed_parents.clear();
    subdocs.reset();
    meta.reset();
  }
};

}  // namespace weft::document
