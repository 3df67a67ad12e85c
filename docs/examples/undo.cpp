// Takes back what one user did; what the other did stays.
#include <iostream>

#include <weft/doc.hpp>
#include <weft/undo.hpp>

// Says where a change came from. Only changes of origin 0, the default, are this user's own.
constexpr std::uint64_t kNetwork = 1;

int main() {
  weft::Doc mine({.client_id = 1});
  weft::Doc theirs({.client_id = 2});
  weft::Text text = mine.text("t");

  weft::UndoManager undo(mine, {text});
  undo.set_time(0);  // the engine reads no clock: the program says what time it is
  {
    weft::Transaction txn = mine.transact();
    if (!text.insert(txn, 0, "mine")) return 1;
  }
  if (!theirs.apply_update(mine.encode_state_as_update())) return 1;
  {
    weft::Transaction txn = theirs.transact();
    if (!theirs.text("t").insert(txn, 0, "theirs and ")) return 1;
  }
  const weft::Bytes update = theirs.encode_state_as_update();
  if (!mine.apply_update(update, weft::Encoding::v1, kNetwork)) return 1;
  std::cout << "both:   " << text.to_string() << "\n";

  undo.undo();
  std::cout << "undone: " << text.to_string() << "\n";
  undo.redo();
  std::cout << "redone: " << text.to_string() << "\n";
}
