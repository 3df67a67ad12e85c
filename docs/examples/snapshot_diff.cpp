// What a document said at an earlier moment, beside what it says now.
#include <iostream>

#include <weft/doc.hpp>
#include <weft/snapshot.hpp>

int main() {
  weft::Doc doc({.client_id = 1, .gc = false});  // old content must be kept to be read again
  weft::Text text = doc.text("story");
  {
    weft::Transaction txn = doc.transact();
    if (!text.insert(txn, 0, "The cat sat.")) return 1;
  }
  const weft::Bytes stored = weft::encode_snapshot(weft::snapshot(doc));

  {
    weft::Transaction txn = doc.transact();
    if (!text.remove(txn, 4, 3) || !text.insert(txn, 4, "dog")) return 1;
  }

  const auto before = weft::decode_snapshot(stored);
  if (!before) return 1;
  std::cout << "then: " << weft::text_at(text, *before) << "\n"
            << "now:  " << text.to_string() << "\n";

  auto restored = weft::create_doc_from_snapshot(doc, *before, {.client_id = 2});
  if (!restored) return 1;
  std::cout << "restored: " << restored->text("story").to_string() << "\n";
}
