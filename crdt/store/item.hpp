// One integrated item. Source: Yjs Item.
//
// 48 bytes, so that four items share three cache lines. Clients are dense indices into the
// document's client table, clocks are 32-bit, neighbours are handles. Everything that most items do
// not have (redone, undo flags) lies in side tables; the parent and the map key are one list
// number.
#pragma once

#include <cstdint>

#include "store/handle.hpp"
#include "update/struct.hpp"

namespace weft::store {

using update::Kind;

/// A client's place in the document's client table.
using ClientIx = std::uint32_t;
inline constexpr ClientIx kNoClient = 0xFF'FFFF;

/// A place in a ListTable: one sequence, or the history of one map key.
using ListIx = std::uint32_t;
inline constexpr std::uint32_t kNoIndex = 0xFFFF'FFFF;

/// An id inside one document.
struct DenseId {
  ClientIx client = kNoClient;
  std::uint32_t clock = 0;

  bool exists() const { return client != kNoClient; }
  friend bool operator==(const DenseId&, const DenseId&) = default;
};

struct Item {
  static constexpr std::uint32_t kDeleted = 1;
  static constexpr std::uint32_t kKeep = 2;     // an undo manager needs the content
  static constexpr std::uint32_t kAscii = 4;    // string content with a byte for each unit
  static constexpr std::uint32_t kRedone = 16;  // has an entry in the document's redone table
  static constexpr std::uint32_t kJson = 32;    // embed, format: the value is JSON text, not any

  Handle left;
  Handle right;
  std::uint32_t origin_client : 24;
  std::uint32_t flags : 8;
  std::uint32_t origin_clock;
  std::uint32_t right_origin_client : 24;
  std::uint32_t slot : 8;  // the content has room for 2^slot bytes; 0: just for its size
  std::uint32_t right_origin_clock;
  std::uint32_t client : 24;
  std::uint32_t kind : 8;
  std::uint32_t clock;
  std::uint32_t length;  // UTF-16 units or elements
  ListIx list;
  std::uint32_t
      data;  // where the content begins in the BytePool; type: its number in the TypeTable
  std::uint32_t size;  // bytes of content

  bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
  bool deleted() const { return has(kDeleted); }
  void set(std::uint32_t flag) { flags |= flag & 0xFFU; }
  void clear(std::uint32_t flag) { flags &= ~flag & 0xFFU; }
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): it was written from a Kind
  Kind content() const { return static_cast<Kind>(kind); }
  bool counts() const { return update::countable(content()); }
  std::uint32_t visible() const { return deleted() || !counts() ? 0 : length; }
  DenseId origin() const { return {origin_client, origin_clock}; }
  DenseId right_origin() const { return {right_origin_client, right_origin_clock}; }
  DenseId last_id() const { return {client, clock + length - 1}; }
  std::uint32_t end() const { return clock + length; }
  /// Whether it follows what its client wrote just before: it can join nothing else.
  bool follows_own() const { return origin_client == client && origin_clock + 1 == clock; }
};
static_assert(sizeof(Item) == 48);

/// Kinds whose neighbours can be joined into one item (Yjs Content*.mergeWith).
constexpr bool joinable(Kind kind) {
  return kind == Kind::string || kind == Kind::deleted || kind == Kind::any || kind == Kind::json;
}

}  // namespace weft::store
