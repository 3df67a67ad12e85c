// Arbitrary bytes as an update: a document takes it or stays as it was, and two documents that took
// the same agree. (While structs wait for their causes only as far as no id has two contents: where
// the state cuts a waiting struct, what is sent of it no longer names them, in Yjs as here. Nor
// where a key has several values, or a struct wants to stand behind what it wants to stand before:
// what nobody writes depends on how it came, in Yjs as here.)
//
// Input: a byte of choices (bit 0: V2; bit 1: the document has contents already), then the update.
//
// Reaches: crdt/document/apply.cpp crdt/document/decode.cpp crdt/document/integrate.cpp
// Reaches: crdt/document/placing.cpp crdt/document/pending.cpp crdt/document/record_scanner.cpp
// Reaches: crdt/document/record_writer.cpp crdt/document/state_writer.cpp
#include <map>

#include <weft/doc.hpp>
#include <weft/inspect.hpp>

#include "contents.hpp"
#include "document/doc_state.hpp"
#include "target.hpp"

namespace {

using namespace weft;

// Few bytes of V2 can claim thousands of structs, which is no news after the first.
constexpr std::uint64_t kStructsMax = 1000;

void write_something(Doc& doc) {
  Transaction txn = doc.transact();
  WEFT_PROMISE(doc.text("t").insert(txn, 0, "some text").has_value());
  WEFT_PROMISE(doc.text("t").remove(txn, 2, 3).has_value());
  WEFT_PROMISE(doc.map("m").set(txn, "k", 1).has_value());
  WEFT_PROMISE(doc.array("a").insert(txn, 0, {1, "two", nullptr}).has_value());
}

// An item that wants to stand behind what it wants to stand before.
bool has_crossed_origins(const Doc& doc) {
  const store::Store& store = doc.state().store;
  for (store::ListIx list = 0; list < store.types.list_count(); ++list) {
    std::map<store::Handle, std::size_t> places;
    for (store::Handle at = store.types.list(list).first; at != store::kNoHandle;
         at = store.items[at].right) {
      places.emplace(at, places.size());
    }
    for (const auto& [handle, place] : places) {
      const store::Item& item = store.items[handle];
      if (!item.origin().exists() || !item.right_origin().exists()) continue;
      const auto left = places.find(store.containing(item.origin()));
      const auto right = places.find(store.containing(item.right_origin()));
      if (left == places.end() || right == places.end() || left->second >= right->second) {
        return true;
      }
    }
  }
  return false;
}

bool has_several_values(const Doc& doc) {
  const store::Store& store = doc.state().store;
  for (store::TypeIx type = 0; type < store.types.size(); ++type) {
    for (store::ListIx key = store.types[type].first_key; key != store::kNoIndex;
         key = store.types.list(key).next_key) {
      const store::List& list = store.types.list(key);
      if (list.first == store::kNoHandle) continue;
      if (list.first != list.last || store.items[list.first].length > 1) return true;
    }
  }
  return false;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Encoding encoding = (data[0] & 1) != 0 ? Encoding::v2 : Encoding::v1;
  const ByteView update(data + 1, size - 1);
  if (encoding == Encoding::v2) {
    const auto report = inspect_update(update, encoding);
    if (report && report->structs > kStructsMax) return 0;
  }
  Doc doc(DocOptions{.client_id = 1});
  if ((data[0] & 2) != 0) write_something(doc);
  const Bytes before = doc.encode_state_as_update();
  const bool applied = doc.apply_update(update, encoding).has_value();
  check(doc);
  const Bytes after = doc.encode_state_as_update();
  if (!applied) {
    WEFT_PROMISE(before == after);
    return 0;
  }
  WEFT_PROMISE(doc.apply_update(update, encoding).has_value());
  WEFT_PROMISE(doc.encode_state_as_update() == after);

  Doc copy(DocOptions{.client_id = 2});
  WEFT_PROMISE(copy.apply_update(after).has_value());
  check(copy);
  if (doc.has_pending() || has_several_values(doc) || has_crossed_origins(doc)) return 0;
  WEFT_PROMISE(copy.state_vector() == doc.state_vector());
  WEFT_PROMISE(copy.delete_set() == doc.delete_set());
  WEFT_PROMISE(copy.text("t").to_string() == doc.text("t").to_string());
  WEFT_PROMISE(sorted(copy.map("m").to_json()) == sorted(doc.map("m").to_json()));
  return 0;
}
