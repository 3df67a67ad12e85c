// Structs and deletes that came before their causes: when they are tried again, and which of two
// forms of one struct is kept. All values are those of Yjs 13.6.33
// unless the case says otherwise.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/text.hpp>

#include "support/hex.hpp"

using namespace weft;
using namespace weft::test;

namespace {

struct Step {
  const char* update;
  const char* state;    // encodeStateAsUpdate after it
  const char* emitted;  // "" for none
  const char* missing;  // store.pendingStructs.missing
};

std::string missing_of(const Doc& doc) {
  std::string text;
  std::vector<Id> missing = doc.missing();
  std::ranges::sort(missing, {}, &Id::client);
  for (const Id& id : missing) {
    text += std::to_string(id.client) + ":" + std::to_string(id.clock) + " ";
  }
  return text;
}

void check_steps(std::initializer_list<Step> steps) {
  Doc doc({.client_id = 99});
  std::string emitted;
  const auto subscription =
      doc.on_update([&](const UpdateEvent& event) { emitted += to_hex(event.update); });
  for (const Step& step : steps) {
    INFO(step.update);
    emitted.clear();
    REQUIRE(doc.apply_update(hex(step.update)));
    CHECK(to_hex(doc.encode_state_as_update()) == to_hex(hex(step.state)));
    CHECK(emitted == to_hex(hex(step.emitted)));
    CHECK(missing_of(doc) == step.missing);
    CHECK(doc.check_invariants().empty());
  }
}

struct Told {
  const char* update;
  const char* missing;
  const char* contents;
};

void check_contents(std::initializer_list<Told> steps) {
  Doc doc({.client_id = 99});
  doc.map("r");
  for (const Told& step : steps) {
    INFO(step.update);
    REQUIRE(doc.apply_update(hex(step.update)));
    CHECK(missing_of(doc) == step.missing);
    CHECK(doc.to_json().to_json() == step.contents);
  }
}

}  // namespace

TEST_CASE("what waits is tried again when the first missing clock comes, not before") {
  // 3:0 stands behind 2:0, which stands behind 5:0. 2:0 comes as collected, so all that 3:0 needs
  // is known; but what was missing is 5:0.
  check_steps(
      {{"02 010300 84 0200 0162 010200 84 0500 0163 00", "020103008402000162010200840500016300", "",
        "5:0 "},
       {"010102000001 00", "02010300840200016201020000010102010001", "01010200000100", "5:0 "},
       {"01010500 0401017401 61 00", "0301050004010174016101030000010102000001020301000102010001",
        "02010500040101740161010300000100", ""}});
}

TEST_CASE("an item and a GC at one clock wait: what came last stays") {
  check_steps({{"01010201 84 0200 0162 00", "01010201840200016200", "", "2:0 "},
               {"01010201 0001 00", "01010201000100", "", "2:0 "},
               {"01010200 0401017401 61 00", "0102020004010174016100010102010101",
                "01020200040101740161000100", ""}});
  check_steps(
      {{"01010201 0001 00", "01010201000100", "", "2:0 "},
       {"01010201 84 0200 0162 00", "01010201840200016200", "", "2:0 "},
       {"01010200 0401017401 61 00", "010102000401017402616200", "010102000401017402616200", ""}});
}

TEST_CASE("two items at one clock wait: who led last in merging stays") {
  const char* const first = "01010201 84 0200 0162 00";
  check_steps(
      {{first, "01010201840200016200", "", "2:0 "},
       {"01010201 81 0200 01 00", "01010201840200016200", "", "2:0 "},
       {"01010200 0401017401 61 00", "010102000401017402616200", "010102000401017402616200", ""}});
  // Only the second update has client 3, so it leads when both come to client 2.
  check_steps(
      {{first, "01010201840200016200", "", "2:0 "},
       {"02 010300 84 0201 0163 010201 81 0200 01 00", "0201030084020101630102018102000100", "",
        "2:0 "},
       {"01010200 0401017401 61 00", "020103008402010163020200040101740161810200010102010101",
        "020103008402010163020200040101740161810200010102010101", ""}});
  // Behind a hole the other one leads.
  check_steps(
      {{"01030201 84 0200 0162 0a01 84 0202 0163 00", "0103020184020001620a01840202016300", "",
        "2:0 "},
       {"01030201 81 0200 01 0a01 81 0202 01 00", "0103020184020001620a018102020100", "", "2:0 "},
       {"01010200 0401017401 61 00", "01030200040101740261620a018102020100",
        "010102000401017402616200", "2:2 "},
       {"01010202 84 0201 0178 00", "010202000401017403616278810202010102010301",
        "010202028402010178810202010102010301", ""}});
}

TEST_CASE("rows that wait and overlap are cut") {
  check_steps({{"01010203 84 0202 03 636465 00", "010102038402020363646500", "", "2:2 "},
               {"01010202 84 0201 03 78797a 00", "010202028402010378797a840204016500", "", "2:1 "},
               {"01010200 0401017402 6162 00", "010102000401017406616278797a6500",
                "010102000401017406616278797a6500", ""}});
  check_steps({{"01010203 84 0202 02 6364 00", "0101020384020202636400", "", "2:2 "},
               {"01010204 84 0203 03 78797a 00", "0102020384020202636484020402797a00", "", "2:2 "},
               {"01010200 0401017403 616263 00", "0101020004010174076162636364797a00",
                "0101020004010174076162636364797a00", ""}});
}

TEST_CASE("deletes wait beside structs") {
  check_steps({{"00 010201 0102", "000102010102", "", ""},
               {"01010202 84 0201 0163 00", "0101020284020101630102010102", "", "2:1 "},
               {"01010200 0401017402 6162 00", "01020200040101740161810200020102010102",
                "01020200040101740161810200020102010102", ""}});
}

TEST_CASE("what stays behind has what it waits for joined first") {
  // 5:0 and 7:0 set two keys of the map 1:0; 7 is the higher client, but something waits for 5:2.
  const char* const map = "010101002701017201780100";
  const char* const five = "01010500280001000161017d0500";
  const char* const seven = "01010700280001000162017d0700";
  // 4:0 waits for 3:0, which has all tried once.
  const char* const three = "010103002701017201790100";
  const char* const four = "0101040028000300017a017d0400";
  const char* const only_y = R"({"r":{"y":{"z":4}}})";
  const char* const in_order = R"({"r":{"y":{"z":4},"x":{"a":5,"b":7}}})";
  SECTION("new since all was tried") {
    check_contents({{"01010900280005020171017d0900", "5:0 ", R"({"r":{}})"},
                    {seven, "1:0 5:0 ", R"({"r":{}})"},
                    {five, "1:0 5:0 ", R"({"r":{}})"},
                    {map, "5:1 ", R"({"r":{"x":{"a":5,"b":7}}})"}});
  }
  SECTION("known since then") {
    check_contents({{"01010900280005020171017d0900", "5:0 ", R"({"r":{}})"},
                    {four, "3:0 5:0 ", R"({"r":{}})"},
                    {three, "5:0 ", only_y},
                    {seven, "1:0 5:0 ", only_y},
                    {five, "1:0 5:0 ", only_y},
                    {map, "5:1 ", in_order}});
  }
  SECTION("new, through one that is known") {
    check_contents({{"010106002700050201680100", "5:0 ", R"({"r":{}})"},
                    {four, "3:0 5:0 ", R"({"r":{}})"},
                    {three, "5:0 ", only_y},
                    {"01010900280006000171017d0900", "5:0 6:0 ", only_y},
                    {seven, "1:0 5:0 6:0 ", only_y},
                    {five, "1:0 5:0 6:0 ", only_y},
                    {map, "5:1 ", in_order}});
  }
  SECTION("new, through one that is known and has others beside it") {
    check_contents({{"010102002700050201680100", "5:0 ", R"({"r":{}})"},
                    {"0101060028000502016b017d0600", "5:0 ", R"({"r":{}})"},
                    {four, "3:0 5:0 ", R"({"r":{}})"},
                    {three, "5:0 ", only_y},
                    {"01010900280002000171017d0900", "2:0 5:0 ", only_y},
                    {seven, "1:0 2:0 5:0 ", only_y},
                    {five, "1:0 2:0 5:0 ", only_y},
                    {map, "5:1 ", in_order}});
  }
  SECTION("known, through another") {
    check_contents(
        {{"010106002700050201680100", "5:0 ", R"({"r":{}})"},
         {"01010900280006000171017d0900", "5:0 6:0 ", R"({"r":{}})"},
         {four, "3:0 5:0 6:0 ", R"({"r":{}})"},
         {three, "5:0 ", only_y},
         {seven, "1:0 5:0 ", only_y},
         {five, "1:0 5:0 ", only_y},
         {map, "5:1 ", in_order},
         {"01010501280001000166017d0100", "5:2 ", R"({"r":{"y":{"z":4},"x":{"a":5,"b":7,"f":1}}})"},
         {"010105022701017201670100", "",
          R"({"r":{"y":{"z":4},"x":{"a":5,"b":7,"f":1},"g":{"h":{"q":9}}}})"}});
  }
}

TEST_CASE("structs that wait for each other in a circle are all kept") {
  // Nobody writes such; Yjs forgets 2:0.
  const char* const circle = "0202020084010001618402000162010100840201016300";
  check_steps({{circle, circle, "", "2:0 "}, {circle, circle, "", "2:0 "}});
}

TEST_CASE("keystrokes of two writers in any order, some twice, come to one text") {
  std::mt19937 random(7);
  std::vector<Bytes> log;
  Doc writers[] = {Doc({.client_id = 1}), Doc({.client_id = 2})};
  for (int i = 0; i < 400; ++i) {
    Doc& writer = writers[random() % 2];
    Text text = writer.text("text");
    const auto subscription = writer.on_update([&](const UpdateEvent& event) {
      log.emplace_back(event.update.begin(), event.update.end());
    });
    Transaction txn = writer.transact();
    const auto place = static_cast<std::uint32_t>(random() % (text.length() + 1));
    if (random() % 4 == 0 && place < text.length()) {
      REQUIRE(text.remove(txn, place, 1));
    } else {
      REQUIRE(text.insert(txn, place, random() % 8 == 0 ? "\xC3\xA4" : "x"));
    }
    txn.commit();
    if (i % 10 == 0) {
      REQUIRE(writers[0].apply_update(writers[1].encode_state_as_update()));
      REQUIRE(writers[1].apply_update(writers[0].encode_state_as_update()));
    }
  }
  Doc in_order;
  for (const Bytes& update : log) REQUIRE(in_order.apply_update(update));
  for (int round = 0; round < 20; ++round) {
    std::vector<Bytes> shuffled = log;
    shuffled.insert(shuffled.end(), log.begin(), log.begin() + 50);
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    Doc doc;
    for (const Bytes& update : shuffled) REQUIRE(doc.apply_update(update));
    CHECK(doc.check_invariants().empty());
    CHECK(doc.missing().empty());
    CHECK(doc.text("text").to_string() == in_order.text("text").to_string());
    CHECK(doc.state_vector() == in_order.state_vector());
  }
}
