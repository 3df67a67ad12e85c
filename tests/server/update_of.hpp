// What tests send when it does not matter what.
#pragma once

#include <string_view>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/text.hpp>

namespace weft::server::test {

/// An update of a new client that inserts `text` at the start of root text "t".
inline Bytes update_of(ClientId client, std::string_view text) {
  Doc doc({.client_id = client});
  Text root = doc.text("t");
  {
    auto transaction = doc.transact();
    REQUIRE(root.insert(transaction, 0, text));
  }
  return doc.encode_state_as_update();
}

}  // namespace weft::server::test
