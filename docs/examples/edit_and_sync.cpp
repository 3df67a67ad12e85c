// Two replicas of one document edit at the same time and meet again.
#include <iostream>

#include <weft/doc.hpp>

int main() {
  weft::Doc alice({.client_id = 1});
  weft::Doc bob({.client_id = 2});

  const auto sync = [](const weft::Doc& from, weft::Doc& to) {
    return to.apply_update(from.encode_state_as_update(to.state_vector()));
  };

  weft::Text text = alice.text("note");
  {
    weft::Transaction txn = alice.transact();
    if (!text.insert(txn, 0, "Hello world")) return 1;
  }
  if (!sync(alice, bob)) return 1;

  {  // while nobody is connected, both edit
    weft::Transaction txn = alice.transact();
    if (!text.insert(txn, 5, ",")) return 1;
  }
  {
    weft::Transaction txn = bob.transact();
    if (!bob.text("note").insert(txn, 11, "!")) return 1;
  }

  if (!sync(alice, bob) || !sync(bob, alice)) return 1;
  std::cout << text.to_string() << "\n" << bob.text("note").to_string() << "\n";
}
