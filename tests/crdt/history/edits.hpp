// Edits in one line each, a transaction of its own for every one, as Yjs makes them outside of
// transact().
#pragma once

#include <catch2/catch.hpp>

#include <weft/doc.hpp>

namespace weft::test {

template <typename Edit>
void edit(Doc& doc, Edit body, std::uint64_t origin = 0) {
  Transaction transaction = doc.transact(origin);
  body(transaction);
}

inline void insert(Doc& doc, Text text, std::uint32_t index, std::string_view content) {
  edit(doc, [&](Transaction& txn) { REQUIRE(text.insert(txn, index, content)); });
}
inline void insert(Doc& doc, Array array, std::uint32_t index, const std::vector<Value>& values) {
  edit(doc, [&](Transaction& txn) { REQUIRE(array.insert(txn, index, values)); });
}
inline void push(Doc& doc, Array array, const std::vector<Value>& values) {
  edit(doc, [&](Transaction& txn) { REQUIRE(array.push(txn, values)); });
}
template <typename Type>
void remove(Doc& doc, Type type, std::uint32_t index, std::uint32_t length = 1) {
  edit(doc, [&](Transaction& txn) { REQUIRE(type.remove(txn, index, length)); });
}
inline void set(Doc& doc, Map map, std::string_view key, const Value& value) {
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set(txn, key, value)); });
}
inline void remove(Doc& doc, Map map, std::string_view key) {
  edit(doc, [&](Transaction& txn) { REQUIRE(map.remove(txn, key)); });
}
template <typename Type>
Type set_type(Doc& doc, Map map, std::string_view key, TypeKind kind) {
  Transaction txn = doc.transact();
  const SharedType made = map.set_type(txn, key, kind).value();
  return {made.doc(), made.type()};
}
template <typename Type>
Type insert_type(Doc& doc, Array array, std::uint32_t index, TypeKind kind) {
  Transaction txn = doc.transact();
  const SharedType made = array.insert_type(txn, index, kind).value();
  return {made.doc(), made.type()};
}

inline std::string json(const SharedType& type) { return type.to_json().to_json(); }

/// The origin of what comes from another replica.
inline constexpr std::uint64_t kPeer = 99;

/// Brings `to` what it lacks of `from`.
inline void send(const Doc& from, Doc& to) {
  REQUIRE(to.apply_update(from.encode_state_as_update(to.state_vector()), Encoding::v1, kPeer));
}

inline void sync(Doc& a, Doc& b) {
  send(a, b);
  send(b, a);
}

}  // namespace weft::test
