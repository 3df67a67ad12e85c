#include "document/format_cleanup.hpp"

#include <algorithm>
#include <unordered_set>

namespace weft::document {

namespace {

bool is_live_format(const store::Store& store, Handle item) {
  return store.items[item].content() == Kind::format && !store.items[item].deleted();
}

// The last format of each name counts; `end` becomes the visible item behind the gap.
OrderedMap<Handle> last_formats(DocState& doc, const Formats& formats, Handle start, Handle& end) {
  const store::Store& store = doc.store;
  OrderedMap<Handle> last(doc.options.hash_seed);
  for (end = start; end != kNoHandle && store.items[end].visible() == 0;
       end = store.items[end].right) {
    if (is_live_format(store, end)) last.set(formats.key(end), end);
  }
  return last;
}

}  // namespace

std::uint32_t clean_gap(DocState& doc, Handle start, Handle curr, const FormatMap& before,
                        FormatMap& current) {
  if (!doc.options.cleanup_formatting) return 0;
  store::Store& store = doc.store;
  const Formats formats(doc);
  Handle end = kNoHandle;
  const OrderedMap<Handle> last = last_formats(doc, formats, start, end);
  bool reached = false;
  std::uint32_t deleted = 0;
  for (Handle at = start; at != end; at = store.items[at].right) {
    if (at == curr) reached = true;
    if (!is_live_format(store, at)) continue;
    const std::uint32_t key = formats.key(at);
    const FormatRef value{.item = at};
    const FormatRef at_start = formats.get(before, key);
    const bool needless = formats.same(at_start, value);
    if (*last.find(key) != at || needless) {
      doc.remove(at);
      ++deleted;
      if (!reached && !needless && formats.same(formats.get(current, key), value)) {
        if (formats.is_null(at_start)) {
          current.erase(key);
        } else {
          current.set(key, at_start);
        }
      }
    } else if (!reached) {
      formats.update(current, at);
    }
  }
  return deleted;
}

// Yjs goes through all gaps, but calls cleanupFormattingGap with the visible item at the left of
// each, where that ends at once: only what stands before the first visible item is cleaned.
std::uint32_t clean_formats(DocState& doc, TypeIx type) {
  const store::Store& store = doc.store;
  const Handle first = store.types.list(store.types[type].sequence).first;
  const Formats formats(doc);
  FormatMap current = formats.empty_map();
  Handle visible = first;
  for (; visible != kNoHandle; visible = store.items[visible].right) {
    if (store.items[visible].visible() > 0) break;
    if (is_live_format(store, visible)) formats.update(current, visible);
  }
  if (visible == kNoHandle) return 0;
  return clean_gap(doc, first, visible, formats.empty_map(), current);
}

namespace {

class Cleanup {
 public:
  Cleanup(DocState& doc, const TransactionState& txn) : doc_(doc), store_(doc.store), txn_(txn) {}

  void run() {
    if (doc_.options.compat == Compat::v14) {
      for (const DenseRange& range : doc_.inserted(txn_)) {
        find_formats(range.client, range.clock, range.clock + std::uint64_t{range.length});
      }
    } else {
      // Yjs 13 passes the clock after the transaction as a number of clocks, so what followed is
      // visited, too.
      for (const Touched& entry : txn_.touched) {
        find_formats(entry.client, entry.before, entry.before + std::uint64_t{entry.after});
      }
    }
    if (txn_.delete_order.empty()) {
      for (const DenseRange& range : txn_.deletes) visit_deleted(range);
    } else {
      for (const ClientIx client : txn_.delete_order) {
        auto range = std::lower_bound(
            txn_.deletes.begin(), txn_.deletes.end(), client,
            [](const DenseRange& entry, ClientIx value) { return entry.client < value; });
        for (; range != txn_.deletes.end() && range->client == client; ++range) {
          visit_deleted(*range);
        }
      }
    }
    for (const TypeIx type : whole_) clean_formats(doc_, type);
  }

 private:
  void find_formats(ClientIx client, std::uint32_t begin, std::uint64_t end) {
    const store::ClockIndex& structs = store_.clients[client].structs;
    for (Store::Cursor at = structs.find(begin); !structs.is_end(at) && structs.clock(at) < end;
         at = structs.next(at)) {
      const Handle handle = structs.handle(at);
      if (store::is_item(handle) && is_live_format(store_, handle)) {
        whole_.insert(type_of(handle));
      }
    }
  }

  void visit_deleted(const DenseRange& range) {
    const store::ClockIndex& structs = store_.clients[range.client].structs;
    const std::uint32_t end = range.clock + range.length;
    for (Store::Cursor at = structs.find(range.clock);
         !structs.is_end(at) && structs.clock(at) < end; at = structs.next(at)) {
      const Handle handle = structs.handle(at);
      if (!store::is_item(handle)) continue;
      const TypeIx type = type_of(handle);
      if (!store_.types[type].has_formatting || whole_.contains(type)) continue;
      if (store_.items[handle].content() == Kind::format) {
        whole_.insert(type);
      } else {
        clean_around(handle);
      }
    }
  }

  // Of the formats between two visible items the last of each name stays (Yjs
  // cleanupContextlessFormattingGap). A gap that was seen once has nothing more to clean.
  void clean_around(Handle item) {
    for (;; item = store_.items[item].right) {
      if (!seen_.insert(item).second) return;
      const Handle right = store_.items[item].right;
      if (right == kNoHandle || store_.items[right].visible() > 0) break;
    }
    std::unordered_set<std::uint32_t> names;
    const Formats formats(doc_);
    for (Handle at = item; at != kNoHandle && store_.items[at].visible() == 0;
         at = store_.items[at].left) {
      seen_.insert(at);
      if (is_live_format(store_, at) && !names.insert(formats.key(at)).second) doc_.remove(at);
    }
  }

  TypeIx type_of(Handle item) const { return store_.types.list(store_.items[item].list).type; }

  DocState& doc_;
  Store& store_;
  const TransactionState& txn_;
  std::unordered_set<TypeIx> whole_;  // types that are cleaned as a whole
  std::unordered_set<Handle> seen_;   // items of gaps that were cleaned
};

}  // namespace

void clean_formats_after(DocState& doc, const TransactionState& txn) {
  doc.begin(0, true);
  Cleanup(doc, txn).run();
  doc.end();
}

}  // namespace weft::document
