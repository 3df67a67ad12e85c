// The ten places where @y/y 14 does otherwise than Yjs 13, D1 to D10, each both ways. All bytes
// were made by Yjs 13.6.33 and @y/y 14.0.0-rc.7.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/update.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test
using weft::test::hex;
using weft::test::to_hex;

namespace {

constexpr std::array kBoth{Compat::v13, Compat::v14};

/// Collects what a document emits.
struct Emitted {
  explicit Emitted(Doc& doc)
      : subscription(doc.on_update(
            [this](const UpdateEvent& event) { updates.push_back(to_hex(event.update)); })) {}
  std::vector<std::string> updates;
  Subscription subscription;
};

std::string merged(const std::vector<std::string>& updates, Compat compat) {
  std::vector<Bytes> bytes;
  for (const std::string& update : updates) bytes.push_back(hex(update));
  const std::vector<ByteView> views(bytes.begin(), bytes.end());
  return to_hex(merge_updates(views, Encoding::v1, compat).value());
}

}  // namespace

TEST_CASE("D1: client ids of 53 bits are written and read; a new one has as many bits") {
  for (const Compat compat : kBoth) {
    Doc doc({.client_id = kSafeInteger, .compat = compat});
    {
      Transaction txn = doc.transact();
      REQUIRE(doc.text("t").insert(txn, 0, "a"));
    }
    CHECK(to_hex(doc.encode_state_as_update()) == "0101ffffffffffffff0f0004010174016100");
    CHECK(to_hex(doc.encode_state_as_update({}, Encoding::v2)) ==
          "000008bfffffffffffff1f000001040502746141000101000001010000");
    CHECK(to_hex(doc.encode_state_vector()) == "01ffffffffffffff0f01");
    // Somebody else writes as us.
    ClientId widest = 0;
    for (std::uint64_t seed = 0; seed < 64; ++seed) {
      Doc taken({.client_id = kSafeInteger, .compat = compat, .hash_seed = seed});
      REQUIRE(taken.apply_update(doc.encode_state_as_update()));
      CHECK(taken.client_id() != kSafeInteger);
      widest = std::max(widest, taken.client_id());
    }
    CHECK(widest <= kSafeInteger);
    CHECK((widest > 0xFFFF'FFFF) == (compat == Compat::v14));
  }
}

TEST_CASE("D2: of a new type only its name is written, and what others wrote stays") {
  for (const Compat compat : kBoth) {
    Doc doc({.client_id = 1, .compat = compat});
    {
      Transaction txn = doc.transact();
      REQUIRE(doc.map("m").set_type(txn, "a", TypeKind::text));
      REQUIRE(doc.map("m").set_type(txn, "b", Prelim::xml_element("p")));
    }
    CHECK(to_hex(doc.encode_state_as_update()) ==
          (compat == Compat::v13 ? "010201002701016d0161022701016d016203017000"
                                 : "010201002701016d0161042701016d016203017000"));
    // All seven kinds, from Yjs 13.
    const Bytes kinds =
        hex("010702002701016d0130002701016d0131012701016d0132022701016d01330301702701016d0134042701"
            "016d01350501682701016d01360600");
    Doc reader({.client_id = 3, .compat = compat});
    REQUIRE(reader.apply_update(kinds));
    CHECK(reader.encode_state_as_update() == kinds);
  }
  Doc doc({.client_id = 3, .compat = Compat::v14});
  REQUIRE(doc.apply_update(hex("010102002701016d01320200")));
  YType of13 = *as<YType>(doc.get("m").get_attr("2"));
  CHECK(of13.as<Text>());  // whatever it was, in 14 it can be all
  CHECK(of13.as<Map>());
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.get("n").set_attr(txn, "c", of13.clone().value()));
  }
  StateVector others;
  others.set(2, 1);
  CHECK(to_hex(doc.encode_state_as_update(others)) == "010103002701016e01630200");
}

TEST_CASE("D3: 14 lets in what stands behind a hole, 13 keeps it") {
  const Bytes keys = hex("010306002801016d0161017d010a012801016d0163017d0300");
  for (const Compat compat : kBoth) {
    Doc doc({.client_id = 1, .compat = compat});
    REQUIRE(doc.apply_update(keys));
    CHECK(doc.map("m").size() == (compat == Compat::v13 ? 1 : 2));
    CHECK(doc.has_pending() == (compat == Compat::v13));
    REQUIRE(doc.apply_update(hex("010106012801016d0162017d0200")));
    CHECK(doc.map("m").size() == 3);
    CHECK_FALSE(doc.has_pending());
  }
}

TEST_CASE("D4: a state vector ends where the first hole begins, even at 0") {
  for (const Compat compat : kBoth) {
    Doc doc({.client_id = 9, .compat = compat});
    REQUIRE(doc.apply_update(hex("010201000a012801016d0161017d0100")));
    CHECK(to_hex(doc.encode_state_vector()) == (compat == Compat::v13 ? "00" : "010100"));
  }
}

TEST_CASE("D5: 14 tells exactly what was inserted") {
  const std::array<std::string, 3> parts{"01010100040101740361626300", "010101038401020364656600",
                                         "010101068401050367686900"};
  // The middle waits for what it follows, and comes with it.
  const std::string ends = "0103010004010174036162630a038401050367686900";
  CHECK(merged({parts[0], parts[2]}, Compat::v14) == ends);
  Doc doc({.client_id = 2, .compat = Compat::v14});
  const Emitted emitted(doc);
  REQUIRE(doc.apply_update(hex(parts[1])));
  CHECK(emitted.updates.empty());
  REQUIRE(doc.apply_update(hex(ends)));
  CHECK(emitted.updates == std::vector<std::string>{"01010100040101740961626364656667686900"});

  Doc whole({.client_id = 2, .compat = Compat::v14});
  const Emitted of_whole(whole);
  REQUIRE(whole.apply_update(hex(parts[0])));
  REQUIRE(whole.apply_update(hex(parts[2])));
  REQUIRE(whole.apply_update(hex("010301000401017403616263840102036465668401050367686900")));
  CHECK(of_whole.updates == std::vector<std::string>{parts[0], "010101038401020664656667686900"});

  Doc holed({.client_id = 2, .compat = Compat::v14});
  const Emitted of_holed(holed);
  const std::string keys = "010306002801016d0161017d010a012801016d0163017d0300";
  REQUIRE(holed.apply_update(hex(keys)));
  CHECK(of_holed.updates == std::vector<std::string>{keys});
}

TEST_CASE("D6: a GC struct counts as deleted by the update that brought it") {
  for (const Compat compat : kBoth) {
    Doc doc({.client_id = 9, .compat = compat});
    const Emitted emitted(doc);
    REQUIRE(doc.apply_update(hex("01010100000400")));
    CHECK(emitted.updates == std::vector<std::string>{compat == Compat::v13
                                                          ? "01010100000400"
                                                          : "0101010000040101010004"});
  }
}

TEST_CASE("D7: 14 leaves GC structs apart when it merges updates") {
  const std::vector<std::string> both{"01010100000300", "01010103000400"};
  CHECK(merged(both, Compat::v13) == "01010100000700");
  CHECK(merged(both, Compat::v14) == "010201000003000400");
}

TEST_CASE("D8: a hole is not deleted") {
  const Bytes keys = hex("010306002801016d0161017d010a012801016d0163017d0300");
  Doc doc({.client_id = 9, .compat = Compat::v14});
  REQUIRE(doc.apply_update(keys));
  CHECK(doc.delete_set().empty());
  CHECK(to_hex(encode_snapshot(snapshot(doc))) == "00010601");
  CHECK(to_hex(encode_snapshot(snapshot(doc), Encoding::v2)) == "00010601");
  CHECK(to_hex(doc.encode_state_as_update()) == to_hex(keys));
}

TEST_CASE("D9: 14 brings the ranges of a delete set in order, and of two sections takes the last") {
  const Bytes sections = hex("000205020302010105010901");
  const Bytes unsorted = hex("00010503030201010400");
  CHECK(to_hex(diff_update(sections, {}, Encoding::v1, Compat::v13).value()) ==
        "00010503030201010901");
  CHECK(to_hex(diff_update(sections, {}, Encoding::v1, Compat::v14).value()) == "000105010901");
  CHECK(to_hex(convert_update(sections, Encoding::v1, Encoding::v2, Compat::v14).value()) ==
        "0000000000000100000000000105010900");
  CHECK(to_hex(diff_update(unsorted, {}, Encoding::v1, Compat::v13).value()) ==
        "00010503030201010400");
  CHECK(to_hex(diff_update(unsorted, {}, Encoding::v1, Compat::v14).value()) == "0001050201010302");
}

namespace {

void sync(std::vector<Doc>& docs) {
  for (Doc& from : docs) {
    for (Doc& to : docs) {
      if (&from == &to) continue;
      REQUIRE(to.apply_update(from.encode_state_as_update(to.state_vector())));
    }
  }
}

// Three users write into 'ab', and one of them deletes the 'a'.
Doc shared_text(Compat compat) {
  std::vector<Doc> docs;
  for (const ClientId client : {1U, 2U, 3U}) {
    docs.emplace_back(DocOptions{.client_id = client, .gc = false, .compat = compat});
  }
  const auto insert = [&](std::size_t user, std::uint32_t at, const char* text) {
    Transaction txn = docs[user].transact();
    REQUIRE(docs[user].text("t").insert(txn, at, text));
  };
  insert(0, 0, "ab");
  sync(docs);
  insert(0, 1, "xx");
  insert(1, 1, "yy");
  insert(2, 1, "zz");
  {
    Transaction txn = docs[1].transact();
    REQUIRE(docs[1].text("t").remove(txn, 0, 1));
  }
  sync(docs);
  return std::move(docs[0]);
}

}  // namespace

TEST_CASE("D10: states, vectors, snapshots and positions are the same in both") {
  for (const Compat compat : kBoth) {
    Doc doc = shared_text(compat);
    CHECK(to_hex(doc.encode_state_as_update()) ==
          "03010300c401000101027a7a010200c4010001010279790301000401017401618401000162c40100010102"
          "78780101010001");
    CHECK(to_hex(doc.encode_state_as_update({}, Encoding::v2)) ==
          "0000060341000241040201020302010007c40104008400c40f097a7a79797461627878420041010201010000"
          "030100010003000101010000");
    CHECK(to_hex(doc.encode_state_vector()) == "03030202020104");
    const Snapshot now = snapshot(doc);
    for (const auto& [encoding, bytes] : {std::pair(Encoding::v1, "010101000103030202020104"),
                                          std::pair(Encoding::v2, "010101000003030202020104")}) {
      CHECK(to_hex(encode_snapshot(now, encoding)) == bytes);
      CHECK(decode_snapshot(hex(bytes), encoding).value() == now);
    }

    const Text text = doc.text("t");
    const std::array<std::string, 8> expected{"00010200", "01017441", "00020000", "00010341",
                                              "00030000", "00020141", "01017400", "00010141"};
    std::size_t at = 0;
    for (const std::uint32_t index : {0U, 2U, 4U, 7U}) {
      for (const std::int64_t assoc : {0, -1}) {
        const RelativePosition position = create_relative_position(text, index, assoc).value();
        CHECK(to_hex(encode_relative_position(position)) == expected[at]);
        const RelativePosition decoded = decode_relative_position(hex(expected[at])).value();
        CHECK(create_absolute_position(doc, decoded)->index == index);
        const Value json = relative_position_to_json(position);
        CHECK(encode_relative_position(relative_position_from_json(json).value()) ==
              hex(expected[at]));
        ++at;
      }
    }
  }
}

TEST_CASE("what waits says for what, in both versions of Yjs") {
  for (const Compat compat : {Compat::v13, Compat::v14}) {
    Doc doc({.client_id = 9, .compat = compat});
    CHECK(doc.missing().empty());
    REQUIRE(doc.apply_update(hex("01010200 840100 0162 00")));
    CHECK(doc.missing() == std::vector<Id>{{1, 0}});
    REQUIRE(doc.apply_update(hex("01010100 0401017401 61 00")));
    CHECK(doc.missing().empty());
    CHECK(doc.text("t").to_string() == "ab");
  }
}

TEST_CASE("a struct that follows itself is refused, or waits for ever") {
  // Its origin is its own id; a later one; and its right origin is.
  for (const char* const update :
       {"01010200840200016200", "01010205840207016200", "01010205c402030207016200"}) {
    INFO(update);
    Doc doc({.client_id = 9});
    const auto refused = doc.apply_update(hex(update));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_struct);
    CHECK(to_hex(doc.encode_state_as_update()) == "0000");
    Doc waiting({.client_id = 9, .compat = Compat::v14});
    REQUIRE(waiting.apply_update(hex(update)));
    CHECK(waiting.missing() == std::vector<Id>{{2, 0}});
    CHECK(to_hex(waiting.encode_state_as_update()) == update);
  }
}
