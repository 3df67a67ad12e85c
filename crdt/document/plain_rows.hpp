// Rows of text and tombstones of one client that go between two neighbours, as most of a document
// does that is loaded: the short way through Integrator, with what they share looked up once.
#pragma once

#include "document/doc_state.hpp"

namespace weft::document {

class DocState::PlainRows {
 public:
  /// Records from which on it pays.
  static constexpr std::uint32_t kMany = 8;

  PlainRows(DocState& doc, const DecodedUpdate& decoded)
      : doc_(doc), store_(doc.store), in_(decoded) {}

  /// Integrates records of `client` from `from` on, up to the first that is not so plain: one that
  /// waits for something, cuts an item, stands in a conflict; if `may_continue`, also one that goes
  /// on where the client's last item ends. Gives its place, or `to`.
  std::uint32_t run(ClientIx client, std::uint32_t from, std::uint32_t to, bool may_continue);

 private:
  Handle find_left(ClientIx client, const Record& record) const;
  bool enter(ListIx list);
  void leave();
  void note_change();
  void insert(ClientIx client, const Record& record, Handle left, Handle right);

  DocState& doc_;
  Store& store_;
  const DecodedUpdate& in_;
  Handle last_ = kNoHandle;        // the client's last struct
  ListIx list_ = store::kNoIndex;  // where the row stands
  bool changed_ = false;           // the list is known to have changed
  std::uint32_t visible_ = 0;      // units that it brought there
};

}  // namespace weft::document
