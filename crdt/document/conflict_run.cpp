#include "document/conflict_run.hpp"

namespace weft::document {

bool ConflictRun::learn(const store::Store& store, const store::Item& item, store::Handle left,
                        store::Handle right) {
  const store::List& list = store.types.list(item.list);
  store::Handle at = left == store::kNoHandle ? list.first : store.items[left].right;
  for (; at != store::kNoHandle && at != right; at = store.items[at].right) {
    const store::Item& other = store.items[at];
    const ClientId client = store.clients[other.client].id;
    if (other.origin() != item.origin() || other.right_origin() != item.right_origin() ||
        (!row_.empty() && row_.back().client >= client)) {
      return false;
    }
    row_.push_back({client, at});
  }
  list_ = item.list;
  version_ = list.version;
  left_ = left;
  right_ = right;
  origin_ = item.origin();
  right_origin_ = item.right_origin();
  return true;
}

}  // namespace weft::document
