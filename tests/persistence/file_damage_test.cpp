// One wrong byte in the database file: SQLite gives it without a word, the checksums do not.
#include <fstream>
#include <iterator>

#include "support.hpp"

namespace weft::persistence::test {

namespace {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("one wrong byte in the file is found, wherever a payload has it") {
  SqliteBench bench;
  const std::string payload = "the payload that one looks for";
  const std::string state = "the state that one looks for";
  REQUIRE(append(bench, "a", update_of(1, "first")));
  REQUIRE(checkpoint(bench, "a", checkpoint_of(1, state)));
  REQUIRE(append(bench, "a", update_of(2, payload)));
  REQUIRE(append(bench, "b", update_of(1, "sound")));
  bench.close();
  const std::string whole = read_file(bench.file());
  for (const std::string& text : {payload, state}) {
    const std::size_t at = whole.find(text);
    REQUIRE(at != std::string::npos);
    REQUIRE(whole.find(text, at + 1) == std::string::npos);
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string damaged = whole;
      damaged[at + i] = static_cast<char>(damaged[at + i] ^ (1 << (i % 8)));
      write_file(bench.file(), damaged);
      bench.open();
      CHECK(code_of(load(bench, "a")) == StoreErrc::corrupt);
      CHECK(code_of(append(bench, "a", update_of(3, "over"))) == StoreErrc::corrupt);
      CHECK(describe(load(bench, "b")) == "1:sound last 1");
      bench.close();
    }
  }
  write_file(bench.file(), whole);
  bench.open();
  CHECK(describe(load(bench, "a")) == "checkpoint(1 v2 " + state + ") 2:" + payload + " last 2");
}

}  // namespace weft::persistence::test
