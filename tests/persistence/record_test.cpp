// Stored records: the checksum is part of the format, and an UpdateLog keeps what it is given.
#include "persistence/record.hpp"

#include <string>

#include <catch2/catch.hpp>
#include <xxhash.h>

#include "persistence/store.hpp"

using namespace weft;
using namespace weft::persistence;

namespace {

std::string number(std::uint64_t value) {
  std::string out;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

std::string text(std::string_view value) { return number(value.size()) + std::string(value); }

std::uint64_t seal(const std::string& header, std::string_view payload) {
  return XXH3_64bits_withSeed(payload.data(), payload.size(),
                              XXH3_64bits(header.data(), header.size()));
}

StoredUpdate sample() {
  return {7, as_bytes("payload"), Encoding::v1, "Ada", "s-1", 1'700'000'000'000};
}

}  // namespace

TEST_CASE("checksums are computed as the format says", "[record]") {
  REQUIRE(update_checksum("doc", sample()) ==
          seal("u" + text("doc") + number(7) + number(1) + number(1'700'000'000'000) + text("Ada") +
                   text("s-1"),
               "payload"));
  REQUIRE(checkpoint_checksum("doc", {as_bytes("state"), Encoding::v2, 9, -5}) ==
          seal("c" + text("doc") + number(9) + number(2) + number(std::uint64_t(-5)), "state"));
  // As stored today: a change of these numbers makes every stored document unreadable.
  REQUIRE(update_checksum("doc", sample()) == 0x262378ace979f290);
  REQUIRE(checkpoint_checksum("doc", {as_bytes("state"), Encoding::v2, 9, -5}) ==
          0xd9c7899ed0cd4e9e);
}

TEST_CASE("every field of an update is under its checksum", "[record]") {
  const std::uint64_t right = update_checksum("doc", sample());
  const auto differs = [&](auto change) {
    StoredUpdate update = sample();
    change(update);
    return update_checksum("doc", update) != right;
  };
  REQUIRE(update_checksum("doC", sample()) != right);
  REQUIRE(differs([](StoredUpdate& update) { update.sequence = 8; }));
  REQUIRE(differs([](StoredUpdate& update) { update.bytes = as_bytes("paYload"); }));
  REQUIRE(differs([](StoredUpdate& update) { update.bytes = as_bytes("payload "); }));
  REQUIRE(differs([](StoredUpdate& update) { update.encoding = Encoding::v2; }));
  REQUIRE(differs([](StoredUpdate& update) { update.created_at_ms++; }));
  // Bytes that move from one field to its neighbour.
  REQUIRE(differs([](StoredUpdate& update) {
    update.user = "Ad";
    update.session = "as-1";
  }));
}

TEST_CASE("an update log keeps small and large updates, also when it moves", "[record]") {
  UpdateLog log;
  std::vector<std::string> texts;
  for (Sequence sequence = 1; sequence <= 3000; ++sequence) {
    const std::size_t size = sequence % 500 == 0 ? 700'000 : sequence % 300;
    texts.push_back(std::string(size, static_cast<char>('a' + sequence % 26)));
    log.add({sequence, as_bytes(texts.back()), Encoding::v1, "user" + std::to_string(sequence),
             "session", 0});
  }
  const UpdateLog moved = std::move(log);
  REQUIRE(moved.size() == 3000);
  Sequence expected = 0;
  for (const StoredUpdate& update : moved) {
    ++expected;
    REQUIRE(update.sequence == expected);
    REQUIRE(as_text(update.bytes) == texts[expected - 1]);
    REQUIRE(update.user == "user" + std::to_string(expected));
    REQUIRE(update.session == "session");
  }
}
