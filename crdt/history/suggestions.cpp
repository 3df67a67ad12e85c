// Parts of the difference of two documents, accepted or rejected. Source: @y/y 14
// collectSuggestedChanges, acceptChanges, rejectChanges.
#include <algorithm>
#include <set>

#include <weft/content_ids.hpp>

#include "document/formats.hpp"
#include "document/redo.hpp"
#include "history/diff_attribution.hpp"
#include "history/undo_ranges.hpp"
#include "update/content_slice.hpp"

namespace weft {

using document::DocState;
using document::Formats;
using store::DenseId;
using store::Handle;
using store::Item;
using store::Kind;
using store::kNoHandle;

namespace {

std::optional<DenseId> dense(const store::Store& store, Id id) {
  const store::ClientIx client = store.clients.find(id.client);
  if (client == store::kNoClient || id.clock >= store.clients[client].structs.state()) {
    return std::nullopt;
  }
  return DenseId{client, static_cast<std::uint32_t>(id.clock)};
}

bool is_format(const store::Store& store, Handle item) {
  return store.items[item].content() == Kind::format;
}

}  // namespace

// The first item of the suggestion that `item` is part of: what stands left of it goes with it, up
// to the first content that is there in both documents, and the end of a format.
Handle DiffAttributionManager::Impl::first_of(Handle item, Suggested& found) const {
  DocState& doc = next.state();
  for (Handle left = doc.store.items[item].left; left != kNoHandle;
       left = doc.store.items[item].left) {
    item = left;
    const Item& entry = doc.store.items[item];
    if (is_format(doc.store, item) && Formats(doc).is_null({.item = item})) return entry.right;
    if (entry.deleted()) continue;
    const auto slices =
        inserts_.slice(doc.store.clients[entry.client].id, entry.clock, entry.length);
    const auto known = std::find_if(slices.rbegin(), slices.rend(),
                                    [](const auto& slice) { return !slice.attributes; });
    if (known == slices.rend()) continue;
    for (auto slice = slices.rbegin(); slice != known; ++slice) {
      found.inserts.add({entry.client, static_cast<std::uint32_t>(slice->clock),
                         static_cast<std::uint32_t>(slice->length)});
    }
    return entry.right;
  }
  return item;
}

// A deleted item. Where only what is marked is collected, its content is brought back, so that it
// can be undone.
void DiffAttributionManager::Impl::add_deleted(Handle item, Collect which, Suggested& found) {
  DocState& doc = next.state();
  const Item entry = doc.store.items[item];
  const auto slices = deletes_.slice(doc.store.clients[entry.client].id, entry.clock, entry.length);
  for (auto slice = slices.rbegin(); slice != slices.rend(); ++slice) {
    const document::DenseRange range{entry.client, static_cast<std::uint32_t>(slice->clock),
                                     static_cast<std::uint32_t>(slice->length)};
    if (slice->attributes || which == Collect::all) found.deletes.add(range);
    if (which == Collect::all) {
      found.inserts.add(range);  // it may have come and gone
      continue;
    }
    const Handle piece = doc.clean_start({range.client, range.clock});
    if (slice->attributes) restore(piece, range.length);
  }
}

// Gives `units` from the begin of a deleted item the content that they have in the first document.
void DiffAttributionManager::Impl::restore(Handle item, std::uint32_t units) {
  DocState& doc = next.state();
  const DocState& from = previous.state();
  while (units > 0 && doc.store.items[item].content() == Kind::deleted) {
    const Item entry = doc.store.items[item];
    const auto id = dense(from.store, doc.store.id_of({entry.client, entry.clock}));
    if (!id) return;
    const auto [source_item, offset] = document::find_unit(from.store, *id);
    if (!store::is_item(source_item)) return;
    const Item& source = from.store.items[source_item];
    const std::uint32_t length = std::min(units, source.length - offset);
    const DenseId rest{entry.client, entry.clock + length};
    if (length < entry.length) doc.clean_start(rest);
    document::NewContent content = document::content_of(from.store, source_item);
    if (content.kind == Kind::deleted || content.kind == Kind::doc) return;
    update::Content cut;
    cut.bytes = content.bytes;
    cut.ascii = source.has(Item::kAscii);
    std::string scratch;
    update::slice_content(cut, content.kind, offset, length, scratch);
    content.bytes = cut.bytes;
    content.length = length;
    doc.restore_content(item, content);
    units -= length;
    if (units > 0) item = doc.clean_start(rest);
  }
}

Result<DiffAttributionManager::Impl::Suggested> DiffAttributionManager::Impl::collect(
    Id start, std::optional<Id> end, Collect which) {
  DocState& doc = next.state();
  const auto first = dense(doc.store, start);
  const auto last = end ? dense(doc.store, *end) : std::nullopt;
  if (!first || (end && !last)) return std::unexpected(Error{Errc::out_of_range});
  const Handle end_item = last ? document::find_unit(doc.store, *last).item : kNoHandle;
  Suggested found;
  Handle item = document::find_unit(doc.store, *first).item;
  if (!store::is_item(item)) return std::unexpected(Error{Errc::collected});
  item = first_of(item, found);
  const Formats formats(doc);
  std::set<std::uint32_t> open;  // formats, until all of them are closed
  bool behind_end = false;
  for (; item != kNoHandle; item = doc.store.items[item].right) {
    behind_end = behind_end || item == end_item;
    if (doc.store.items[item].deleted()) {
      add_deleted(item, which, found);
      continue;
    }
    const Item& entry = doc.store.items[item];
    if (is_format(doc.store, item)) {
      if (formats.is_null({.item = item})) {
        open.erase(formats.key(item));
      } else {
        open.insert(formats.key(item));
      }
    }
    for (const AttributedSlice& slice :
         inserts_.slice(doc.store.clients[entry.client].id, entry.clock, entry.length)) {
      if (slice.attributes) {
        found.inserts.add({entry.client, static_cast<std::uint32_t>(slice.clock),
                           static_cast<std::uint32_t>(slice.length)});
      } else if (behind_end && open.empty()) {
        return found;
      }
    }
  }
  return found;
}

Result<void> DiffAttributionManager::Impl::accept(Id start, std::optional<Id> end) {
  const auto found = collect(start, end, Collect::all);
  if (!found) return std::unexpected(found.error());
  const store::Store& store = next.state().store;
  ContentIds ids{found->inserts.to_id_set(store), found->deletes.to_id_set(store)};
  ids.inserts.normalize();
  ids.deletes.normalize();
  const auto update = intersect_update(next.encode_state_as_update(), ids);
  if (!update) return std::unexpected(update.error());
  return previous.apply_update(*update);
}

Result<void> DiffAttributionManager::Impl::reject(Id start, std::optional<Id> end) {
  {
    const Transaction txn = next.transact();
    auto found = collect(start, end, Collect::attributed);
    if (!found) return std::unexpected(found.error());
    undo_ranges(next, std::move(found->inserts), std::move(found->deletes));
  }
  return accept(start, end);
}

}  // namespace weft
