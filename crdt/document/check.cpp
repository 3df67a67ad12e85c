#include "document/check.hpp"

namespace weft::document {

namespace {

class Checker {
 public:
  explicit Checker(const Store& store) : store_(store) {}

  std::string run() {
    for (ClientIx client = 0; client < store_.clients.size(); ++client) check_client(client);
    for (TypeIx type = 0; type < store_.types.size(); ++type) check_type(type);
    if (items_ != listed_) fail("items in no list: ", items_ - listed_);
    if (items_ != store_.items.live()) fail("items in no clock index: ", store_.items.live());
    return broken_;
  }

 private:
  void fail(const char* what, std::uint64_t number) {
    if (broken_.empty()) broken_ = what + std::to_string(number);
  }

  void check_client(ClientIx client) {
    const store::ClockIndex& structs = store_.clients[client].structs;
    std::uint32_t clock = 0;
    std::size_t entries = 0;
    for (auto at = store::ClockIndex::begin(); !structs.is_end(at); at = structs.next(at)) {
      if (structs.clock(at) != clock) fail("hole before clock ", structs.clock(at));
      if (structs.end(at) <= clock) fail("empty struct at clock ", clock);
      if (!(structs.find(clock) == at)) fail("search misses clock ", clock);
      check_item(client, structs.handle(at), clock, structs.end(at));
      clock = structs.end(at);
      ++entries;
    }
    if (clock != structs.state()) fail("state beyond the last struct of client ", client);
    if (entries != structs.size()) fail("wrong number of structs of client ", client);
    if (store_.clients[client].section != store::kNoIndex) fail("open section of client ", client);
  }

  void check_item(ClientIx client, Handle handle, std::uint32_t clock, std::uint32_t end) {
    if (!store::is_item(handle)) return;
    ++items_;
    const Item& item = store_.items[handle];
    if (item.client != client || item.clock != clock || item.end() != end) {
      fail("item disagrees with its entry at clock ", clock);
    }
    if (item.content() == Kind::deleted && !item.deleted()) fail("living Deleted at clock ", clock);
    if (item.origin().exists() && !store_.known(item.origin())) fail("origin ahead of ", clock);
    if (item.right_origin().exists() && !store_.known(item.right_origin())) {
      fail("right origin ahead of ", clock);
    }
    if (item.list >= store_.types.list_count()) fail("no such list at clock ", clock);
    if (item.content() == Kind::type && store_.types[item.data].item != handle) {
      fail("type disowned at clock ", clock);
    }
  }

  void check_type(TypeIx type) {
    const store::Type& entry = store_.types[type];
    if (entry.collected) return;
    std::uint64_t length = check_list(entry.sequence, type);
    if (length != entry.length) fail("wrong length of type ", type);
    if (entry.order && broken_.empty()) check_order(*entry.order, entry);  // which walks the list
    for (ListIx key = entry.first_key; key != store::kNoIndex;
         key = store_.types.list(key).next_key) {
      check_list(key, type);
      if (store_.types.find_key(type, store_.types.list(key).key) != key) {
        fail("lost key of type ", type);
      }
    }
  }

  void check_order(const store::OrderIndex& order, const store::Type& type) {
    if (const std::string broken = order.check(); !broken.empty()) fail(broken.c_str(), 0);
    std::uint32_t index = 0;
    for (Handle at = store_.types.list(type.sequence).first; at != kNoHandle;
         at = store_.items[at].right) {
      if (!order.contains(at) || order.next(at) != store_.items[at].right ||
          order.index_of(at) != index) {
        fail("order index misplaces clock ", store_.items[at].clock);
      }
      index += store_.items[at].visible();
    }
    if (index != order.total()) fail("order index counts ", order.total());
  }

  std::uint64_t check_list(ListIx list_ix, TypeIx type) {
    const store::List& list = store_.types.list(list_ix);
    if (list.type != type) fail("list of another type than ", type);
    std::uint64_t length = 0;
    Handle before = kNoHandle;
    for (Handle at = list.first; at != kNoHandle; at = store_.items[at].right) {
      const Item& item = store_.items[at];
      if (item.left != before) fail("links disagree at clock ", item.clock);
      if (item.list != list_ix) fail("item in a foreign list at clock ", item.clock);
      if (!list.is_sequence() && item.right != kNoHandle && !item.deleted() && !is_cut_off(item)) {
        fail("older map value lives at clock ", item.clock);
      }
      if (++listed_ > items_) {
        fail("cycle in list ", list_ix);
        return length;
      }
      length += item.visible();
      before = at;
    }
    if (const store::ConflictIndex* conflicts = store_.conflicts_of(list_ix)) {
      if (const std::string broken = conflicts->check(list.first); !broken.empty())
        fail(broken.c_str(), list_ix);
    }
    if (list.last != before) fail("wrong last item of list ", list_ix);
    return length;
  }

  // The front of a value with more than one unit, which only others write: what was put in its
  // middle did not replace it.
  bool is_cut_off(const Item& item) const {
    const DenseId next{item.client, item.end()};
    if (!store_.known(next)) return false;
    const Handle rest = store_.containing(next);
    return store::is_item(rest) && store_.items[rest].list == item.list &&
           store_.items[rest].origin() == item.last_id();
  }

  const Store& store_;
  std::string broken_;
  std::size_t items_ = 0;
  std::size_t listed_ = 0;
};

}  // namespace

std::string check_invariants(const DocState& doc) {
  if (!doc.txn_->touched.empty() && !doc.in_transaction()) return "transaction left open";
  return Checker(doc.store).run();
}

}  // namespace weft::document
