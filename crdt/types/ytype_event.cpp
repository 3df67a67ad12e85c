// What happened to a type, in the words of @y/y 14. Source: @y/y 14 YEvent.getDelta.
#include <unordered_set>

#include <weft/event.hpp>

#include "types/ytype_delta.hpp"

namespace weft {

using namespace types;

namespace {

// All types that the changed ones are in are changed themselves.
void add_owners(const DocState& doc, ModifiedTypes& modified,
                std::span<const store::ListIx> changed) {
  const store::Store& store = doc.store;
  std::unordered_set<store::ListIx> known(changed.begin(), changed.end());
  for (const store::ListIx list : changed) {
    for (TypeIx type = store.types.list(list).type; store.types[type].item != kNoHandle;) {
      const store::ListIx owner = store.items[store.types[type].item].list;
      if (!known.insert(owner).second) break;
      type = store.types.list(owner).type;
      modified[type].push_back(owner);
    }
  }
}

}  // namespace

YDelta Event::get_delta(const AttributionManager* attributions, bool deep) const {
  const IdSet inserts = doc_->to_id_set(doc_->inserted(*txn_));
  const IdSet deletes = doc_->to_id_set(txn_->deletes);
  const IdSet parts[] = {diff_id_sets(inserts, deletes), diff_id_sets(deletes, inserts)};
  const IdSet shown = merge_id_sets(parts);
  ModifiedTypes modified;
  for (const store::ListIx list : txn_->changed) {
    modified[doc_->store.types.list(list).type].push_back(list);
  }
  if (deep) add_owners(*doc_, modified, txn_->changed);
  DeltaOptions options;
  options.attributions = attributions;
  options.items_to_render = &shown;
  options.retain_deletes = true;
  options.modified = &modified;
  options.deep = deep;
  return render_delta(SharedType(doc_, current_), options);
}

}  // namespace weft
