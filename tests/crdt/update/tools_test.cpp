// Merge, diff, convert, state vectors: golden vectors of yjs 13.6.33, hostile input, every cut.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/update.hpp>

#include "support/golden.hpp"
#include "support/hex.hpp"
#include "update/encoder_v1.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

namespace {

std::string merge(const std::vector<std::string>& updates, Encoding encoding = Encoding::v1) {
  std::vector<Bytes> inputs;
  for (const auto& update : updates) inputs.push_back(hex(update));
  const std::vector<ByteView> views(inputs.begin(), inputs.end());
  const auto merged = merge_updates(views, encoding);
  return merged ? to_hex(*merged) : message(merged.error().code);
}

std::string diff(const std::string& update, const std::string& since) {
  const auto result = diff_update(hex(update), *StateVector::decode(hex(since)));
  return result ? to_hex(*result) : message(result.error().code);
}

// Client 1 in root "t": an Item "abc", a GC, a deleted Item, each of a length at a clock.
std::string item(int clock, int length) {
  const auto size = static_cast<std::uint8_t>(length);
  std::string text = to_hex(Bytes{1, 1, 1, static_cast<std::uint8_t>(clock), 4, 1, 1, 't', size});
  for (int i = 0; i < length; ++i) text += to_hex(Bytes{static_cast<std::uint8_t>('a' + i)});
  return text + "00";
}
std::string gc(int clock, int length) {
  return to_hex(
      Bytes{1, 1, 1, static_cast<std::uint8_t>(clock), 0, static_cast<std::uint8_t>(length), 0});
}

}  // namespace

TEST_CASE("merge: the parent-sub bit is cleared where an origin stands") {
  CHECK(merge({"010101002801016d016b017702763100", "01010101a8010001770276320101010001",
               "01010102a8010101770276330101010101"}) ==
        "010301002801016d016b0177027631880100017702763288010101770276330101010002");
}

TEST_CASE("diff of a state with map overwrites") {
  CHECK(diff("010201002101016d016b02a8010101770276330101010002", "00") ==
        "010201002101016d016b0288010101770276330101010002");
}

TEST_CASE("diff cuts the first struct, also inside a surrogate pair") {
  CHECK(diff("010101000401017405 61f09f9880 00", "010101") == "0101010184010004f09f988000");
  CHECK(diff("01010100040101740661f09f98806200", "010102") == "0101010284010104efbfbd6200");
  CHECK(diff("01010100040101740661f09f98806200", "010104") == "0000");
}

TEST_CASE("diff keeps the parent-sub bit of a struct that is cut") {
  CHECK(diff("010101002101016d016b0200", "010101") == "01010101a101000100");
}

TEST_CASE("merge: ties between a GC and an item") {
  CHECK(merge({item(0, 3), gc(0, 3)}) == gc(0, 3));
  CHECK(merge({gc(0, 3), item(0, 3)}) == item(0, 3));
  CHECK(merge({gc(0, 5), item(0, 3)}) ==
        "01020100040101740361626300"
        "0200");
  CHECK(merge({item(0, 3), gc(0, 5)}) == gc(0, 5));
  CHECK(merge({item(0, 3),
               "010101000101017403"
               "00"}) == item(0, 3));
}

TEST_CASE("merge: adjacent GCs of two updates become one, of one update they stay") {
  CHECK(merge({gc(0, 3), gc(3, 4)}) == gc(0, 7));
  CHECK(merge({gc(0, 3), gc(2, 5)}) == gc(0, 7));
  CHECK(merge({"01020100 0003 0004 00", "0000"}) == "010201000003000400");
}

TEST_CASE("@y/y 14 leaves adjacent GCs apart and tidies delete sets") {
  const std::vector<Bytes> gcs = {hex(gc(0, 3)), hex(gc(3, 4))};
  const std::vector<ByteView> views(gcs.begin(), gcs.end());
  const auto v14 = [](const auto& result) {
    REQUIRE(result);
    return to_hex(*result);
  };
  CHECK(v14(merge_updates(views, Encoding::v1, Compat::v14)) == "010201000003000400");
  // Sections of clients 1, 2, 1: the second one of client 1 replaces the first.
  const Bytes deletes = hex("00 03 010209010501 02020301 0101 0103 0001 0101 0700");
  CHECK(v14(diff_update(deletes, {}, Encoding::v1, Compat::v14)) ==
        "00020202"
        "01010301"
        "01010002");
  CHECK(v14(diff_update(deletes, {})) ==
        "0002"
        "02020301"
        "0101"
        "0105"
        "0901"
        "0501"
        "0001"
        "0101"
        "0700");
  CHECK(v14(convert_update(deletes, Encoding::v1, Encoding::v1, Compat::v14)) ==
        "00020202"
        "01010301"
        "01010002");
}

TEST_CASE("merge: none, one, nothing new") {
  CHECK(merge({}) == "0000");
  CHECK(merge({}, Encoding::v2) == "00000000000001000000000000");
  CHECK(merge({"01010100a403000161 00"}) == "01010100a40300016100");
  CHECK(merge({item(0, 3), item(0, 3), item(0, 2)}) == item(0, 3));
  CHECK(merge({item(0, 2), item(0, 3)}) ==
        "01020100040101740261628401010163"
        "00");
}

TEST_CASE("merge: a hole becomes a Skip, and a filled hole vanishes") {
  const std::string gap = merge({item(0, 1), item(2, 1)});
  CHECK(gap ==
        "01030100040101740161"
        "0a01"
        "040101740161"
        "00");
  CHECK(merge({gap, item(1, 1)}) ==
        "01030100040101740161"
        "040101740161"
        "040101740161"
        "00");
  CHECK(merge({item(2, 1), item(2, 1)}) == item(2, 1));
}

TEST_CASE("merge: delete sets are sorted and joined") {
  CHECK(merge({"00 01 01 02 0502 0001", "00 02 01 01 0104 07 01 0001"}) ==
        "00"
        "02"
        "07010001"
        "01010007");
  CHECK(merge({"00 01 01 01 0500", "00 01 01 01 0100"}) ==
        "00"
        "01"
        "01"
        "02"
        "0100"
        "0500");
}

TEST_CASE("one malformed update among many is an error") {
  CHECK(merge({item(0, 3), "0101"}) == message(Errc::unexpected_end));
  CHECK(merge({"0101"}) == message(Errc::unexpected_end));
  CHECK(merge({item(0, 3), "010101000401017401ff00"}) == message(Errc::invalid_utf8));
  CHECK(merge({item(0, 3), item(0, 3).substr(0, 22)}) == message(Errc::unexpected_end));
}

TEST_CASE("lengths near 2^53 - 1 are merged without allocation") {
  const std::string huge = "01010100 00 feffffffffffff0f 00";
  CHECK(merge({huge, huge}) == to_hex(hex(huge)));
  CHECK(merge({huge, "010101 ffffffffffffff0f 00 00 00"}) ==
        "01030100"
        "00feffffffffffff0f"
        "0a01"
        "0000"
        "00");
  CHECK(merge({huge, "010101 ffffffffffffff0f 00 01 00"}) == message(Errc::number_too_large));
}

TEST_CASE("state vector of an update ends at the first hole and needs clock 0") {
  const auto sv = [](const char* update) {
    const auto bytes = encode_state_vector_from_update(hex(update));
    REQUIRE(bytes);
    const auto value = state_vector_from_update(hex(update));
    REQUIRE(value);
    CHECK(value->encode() == *bytes);
    return to_hex(*bytes);
  };
  CHECK(sv("0000") == "00");
  CHECK(sv("010306002801016d0161017d010a012801016d0163017d0300") == "010601");
  CHECK(sv("01010105 0003 00") == "00");
  CHECK(sv("02 010200 0003 010100 0004 00") == "0202030104");
  CHECK(sv("01010100 0a03 00") == "010103");  // Yjs counts a Skip that comes first
}

TEST_CASE("meta tells the first and the last clock of each client") {
  const auto meta = parse_update_meta(hex("02 010205 0003 020100 0004 0a02 00"));
  REQUIRE(meta);
  CHECK(to_hex(meta->from.encode()) == "0202050100");
  CHECK(to_hex(meta->to.encode()) == "0202080106");
}

TEST_CASE("golden updates are converted both ways") {
  for (const auto& golden : test::kGoldenUpdates) {
    INFO(golden.what);
    const auto v2 = convert_update(hex(golden.v1), Encoding::v1, Encoding::v2);
    REQUIRE(v2);
    CHECK(to_hex(*v2) == golden.v2);
    const auto v1 = convert_update(*v2, Encoding::v2, Encoding::v1);
    REQUIRE(v1);
    CHECK(to_hex(*v1) == golden.v1);
  }
}

TEST_CASE("delete ranges that V2 cannot hold are merged on the way") {
  const auto v2 =
      convert_update(hex("00 02 0203 0001 0501 0202 0901 0100"), Encoding::v1, Encoding::v2);
  REQUIRE(v2);
  const auto v1 = convert_update(*v2, Encoding::v2, Encoding::v1);
  REQUIRE(v1);
  CHECK(to_hex(*v1) ==
        "000102030001"
        "0202"
        "0501");
}

TEST_CASE("every tool answers every cut of every golden update") {
  for (const auto& golden : test::kGoldenUpdates) {
    for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
      const Bytes whole = hex(encoding == Encoding::v1 ? golden.v1 : golden.v2);
      CHECK(validate_update(whole, encoding));
      for (std::size_t size = 0; size < whole.size(); ++size) {
        const ByteView cut = ByteView(whole).first(size);
        const std::vector<ByteView> pair = {whole, cut};
        CHECK_FALSE(validate_update(cut, encoding));
        CHECK_FALSE(merge_updates(pair, encoding));
        CHECK_FALSE(diff_update(cut, {}, encoding));
        CHECK_FALSE(convert_update(cut, encoding, Encoding::v1));
        CHECK_FALSE(convert_update(cut, encoding, Encoding::v2));
        CHECK_FALSE(encode_state_vector_from_update(cut, encoding));
        CHECK_FALSE(parse_update_meta(cut, encoding));
      }
    }
  }
}

TEST_CASE("the order for many updates agrees with the exact one where no GC ties with an item") {
  // 3,000 updates of five clients in three rows of overlapping pieces: merged at once, and in parts
  // that are small enough for the exact order.
  std::vector<Bytes> inputs;
  for (std::uint8_t row = 0; row < 3; ++row) {
    for (int clock = 0; clock < 1000; ++clock) {
      update::EncoderV1 encoder;
      encoder.write_rest_varuint(1);
      encoder.write_rest_varuint(1);
      encoder.write_client(static_cast<ClientId>(clock % 5));
      encoder.write_rest_varuint(static_cast<std::uint64_t>(clock));
      encoder.write_info(0x84);
      encoder.write_left_id({0, 0});
      encoder.write_string(std::string("abcdefghijkl").substr(0, 5U + row));
      encoder.write_rest_varuint(0);
      inputs.push_back(encoder.finish());
    }
  }
  const std::vector<ByteView> views(inputs.begin(), inputs.end());
  const auto at_once = merge_updates(views);
  REQUIRE(at_once);
  std::vector<Bytes> parts;
  for (std::size_t i = 0; i < views.size(); i += 500) {
    parts.push_back(*merge_updates(std::span(views).subspan(i, 500)));
  }
  const std::vector<ByteView> part_views(parts.begin(), parts.end());
  CHECK(state_vector_from_update(*merge_updates(part_views)) == state_vector_from_update(*at_once));
  // Twice the same gives nothing new.
  const std::vector<ByteView> twice = {*at_once, *at_once};
  CHECK(*merge_updates(twice) == *at_once);
}

TEST_CASE("the empty update as Yjs writes it") {
  CHECK(to_hex(empty_update()) == "0000");
  CHECK(to_hex(empty_update(Encoding::v2)) == "00000000000001000000000000");
  CHECK(validate_update(empty_update(Encoding::v2), Encoding::v2));
}

// Which of the two Yjs keeps hangs on how V8 sorts.
TEST_CASE("among many updates the kind that came last wins where a GC and an item tie") {
  const auto merged = [](const std::vector<std::string>& ties) {
    std::vector<std::string> updates = ties;
    for (int i = 0; i < 1024; ++i) {  // of client 2, one after the other
      updates.push_back(to_hex(Bytes{1, 1, 2, static_cast<std::uint8_t>(0x80 | (i & 0x7F)),
                                     static_cast<std::uint8_t>(i >> 7), 0, 1, 0}));
    }
    return merge(updates);
  };
  const std::string collected = "010100000300";  // the section of client 1 and no deletes
  const std::string kept = "010100040101740361626300";
  CHECK(merged({item(0, 3), gc(0, 3)}).ends_with(collected));
  CHECK(merged({gc(0, 3), item(0, 3)}).ends_with(kept));
  CHECK(merged({item(0, 3), item(0, 3), gc(0, 3), item(0, 3)}).ends_with(kept));
}
