// Structs read from golden updates and written again, in both encodings; every cut of them; and
// updates that lie.
#include <string>

#include <catch2/catch.hpp>

#include "support/golden.hpp"
#include "support/hex.hpp"
#include "update/content_writer.hpp"
#include "update/encoder_v1.hpp"
#include "update/encoder_v2.hpp"
#include "update/reader_v1.hpp"
#include "update/reader_v2.hpp"

using namespace weft;          // NOLINT(google-build-using-namespace): the room under test
using namespace weft::update;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

namespace {

// One section of structs and the delete set, written anew: the shape of all golden updates.
template <typename Reader, typename Encoder>
std::string rewrite(ByteView input) {
  Reader reader(input);
  Encoder encoder;
  Struct s;
  bool first = true;
  while (reader.next(s)) {
    if (first) {
      encoder.write_rest_varuint(1);
      encoder.write_rest_varuint(reader.structs_left() + 1);
      encoder.write_client(s.client);
      encoder.write_rest_varuint(s.clock);
    }
    first = false;
    write_struct(encoder, s, 0);
  }
  if (first) encoder.write_rest_varuint(0);
  IdSet deletes;
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
    deletes.add(client, range.clock, range.length);
  }
  REQUIRE(reader.ok());
  encoder.write_rest_varuint(deletes.clients().size());
  for (const auto& [owner, ranges] : deletes.clients()) {
    encoder.begin_delete_client();
    encoder.write_rest_varuint(owner);
    encoder.write_rest_varuint(ranges.size());
    for (const ClockRange& range : ranges) encoder.write_delete(range);
  }
  return to_hex(encoder.finish());
}

template <typename Reader>
Result<int> read_all(ByteView input) {
  Reader reader(input);
  int structs = 0;
  for (Struct s; reader.next(s);) ++structs;
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return structs;
}

Errc error_v1(std::string_view digits) {
  const auto result = read_all<ReaderV1>(hex(digits));
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

Errc error_v2(std::string_view digits) {
  const auto result = read_all<ReaderV2>(hex(digits));
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("golden updates are read and written again in both encodings") {
  for (const auto& golden : test::kGoldenUpdates) {
    INFO(golden.what);
    const std::string v1 = golden.v1;
    CHECK(rewrite<ReaderV1, EncoderV1>(hex(v1)) == v1);
    const std::string v2 = rewrite<ReaderV1, EncoderV2>(hex(v1));
    CHECK(v2 == golden.v2);
    CHECK(rewrite<ReaderV2, EncoderV1>(hex(v2)) == v1);
    CHECK(rewrite<ReaderV2, EncoderV2>(hex(v2)) == v2);
  }
}

TEST_CASE("golden updates cut at every byte are errors") {
  for (const auto& golden : test::kGoldenUpdates) {
    const Bytes v1 = hex(golden.v1);
    for (std::size_t size = 0; size < v1.size(); ++size) {
      CHECK_FALSE(read_all<ReaderV1>(ByteView(v1).first(size)));
    }
    const Bytes v2 = hex(rewrite<ReaderV1, EncoderV2>(v1));
    for (std::size_t size = 0; size < v2.size(); ++size) {
      CHECK_FALSE(read_all<ReaderV2>(ByteView(v2).first(size)));
    }
  }
}

TEST_CASE("golden updates with any one byte changed give an answer") {
  for (const auto& golden : test::kGoldenUpdates) {
    Bytes v1 = hex(golden.v1);
    Bytes v2 = hex(rewrite<ReaderV1, EncoderV2>(v1));
    for (Bytes* bytes : {&v1, &v2}) {
      for (auto& byte : *bytes) {
        const std::uint8_t before = byte;
        for (int value = 0; value < 256; ++value) {
          byte = static_cast<std::uint8_t>(value);
          const auto result =
              bytes == &v1 ? read_all<ReaderV1>(*bytes) : read_all<ReaderV2>(*bytes);
          if (!result) CHECK(result.error().offset <= bytes->size());
        }
        byte = before;
      }
    }
  }
}

TEST_CASE("which V1 structs may be copied as they are") {
  const auto canonical = [](const char* struct_digits) {
    const Bytes input = hex(std::string("01010100") + struct_digits + "00");
    ReaderV1 reader(input);
    Struct s;
    REQUIRE(reader.next(s));
    EncoderV1 encoder;
    write_struct(encoder, s, 0);
    CHECK(reader.raw_is_canonical() ==
          (encoder.finish() == Bytes(reader.raw().begin(), reader.raw().end())));
    return reader.raw_is_canonical();
  };
  CHECK(canonical("0401017401 61"));
  CHECK(canonical("0005"));
  CHECK_FALSE(canonical("8005"));  // a GC with more bits
  CHECK(canonical("0a05"));
  CHECK_FALSE(canonical("a80001 01 7d05"));      // parent-sub bit without a parent
  CHECK_FALSE(canonical("04 8100 0174 01 61"));  // longer varuint
  CHECK_FALSE(canonical("04 02 0100 0161"));     // parent info that is neither 0 nor 1
  CHECK_FALSE(canonical("880001 01 7c3f800000"));
  CHECK_FALSE(canonical("85000104203120 20"));
  CHECK_FALSE(canonical("82000102 0131 0220 32"));
  CHECK(canonical("82000102 0131 09756e646566696e6564"));
  CHECK_FALSE(canonical("8900010147 7603 026763 78 086175746f4c6f6164 79 01 78 7d01"));
}

TEST_CASE("options of subdocuments are what Yjs would make of them") {
  const auto options = [](const char* any) {
    const Bytes input = hex(std::string("01010100 8900010147") + any + "00");
    ReaderV1 reader(input);
    Struct s;
    REQUIRE(reader.next(s));
    return std::string(s.content.key) + " " + to_hex(as_bytes(s.content.bytes));
  };
  CHECK(options("7600") == "G 7600");
  CHECK(options("7602 086175746f4c6f6164 78 026763 79") == "G 760202676379086175746f4c6f616478");
  CHECK(options("7601 026763 7d00") == "G 760102676379");
  CHECK(options("7601 046d657461 7e") == "G 7600");
  CHECK(options("7601 0467756964 770148") == "H 7600");
  CHECK(options("770161") == "G 7600");
  CHECK(error_v1("01010100 8900010147 7e 00") == Errc::invalid_content);
}

TEST_CASE("what no update may hold") {
  CHECK(error_v1("") == Errc::unexpected_end);
  CHECK(error_v1("ffffffffffffff0f") == Errc::unexpected_end);
  CHECK(error_v1("01ffffffffffffff0f0100") == Errc::unexpected_end);
  CHECK(error_v1("010101008a05 00") == Errc::invalid_content);
  CHECK(error_v1("010101008b05 00") == Errc::invalid_content);
  CHECK(error_v1("01010100 87000108 00") == Errc::invalid_content);
  CHECK(error_v1("01010100 84000102c328 00") == Errc::invalid_utf8);
  CHECK(error_v1("01010100 850001017b 00") == Errc::invalid_json);
  CHECK(error_v1("01010100 880001ffffffffffffff0f 7e 00") == Errc::unexpected_end);
  CHECK(error_v1("010101ffffffffffffff0f 0001 00") == Errc::number_too_large);
  CHECK(error_v1("00 0101 01 ffffffffffffff0f 01") == Errc::invalid_delete_set);
  CHECK(error_v1("00 01 01 ffffffffffffff0f 00 01") == Errc::unexpected_end);
}

TEST_CASE("no V2 update holds an unknown kind of content") {
  // key, client [1], left, right, info, string ["t"], parent [root], type, len, one struct
  const auto with_info = [](const char* info) {
    return std::string("00 00 0101 00 00 01") + info + "03017401 0101 00 00 01 01 00 00";
  };
  CHECK(error_v2(with_info("0b")) == Errc::invalid_content);
  CHECK(error_v2(with_info("1f")) == Errc::invalid_content);
}

TEST_CASE("a length of 2^53 - 1 costs nothing") {
  const auto result = read_all<ReaderV1>(hex("010101 00 00 ffffffffffffff0f 00"));
  REQUIRE(result);
  CHECK(*result == 1);
}

TEST_CASE("a V2 update that claims 2^53 - 1 structs for nothing is refused") {
  // key, client [1], left, right, info [0 for ever], string, parent, type, len [1, a run of 2^53]
  CHECK(error_v2("00 00 0101 00 00 0100 0100 00 00 0941ffffffffffffff0f"
                 "01 ffffffffffffff0f 00 00") == Errc::too_large);
}

TEST_CASE("V2 keys that were written before are found by number") {
  // Two formats whose key column says 0, 0: a writer that fills its table.
  const Bytes input =
      hex("00 020100 024101 020002 00 0186 03016201 00 00 00"
          "01 02 02 78 7e 00");
  ReaderV2 reader(input);
  Struct s;
  REQUIRE(reader.next(s));
  CHECK(s.content.key == "b");
  REQUIRE(reader.next(s));
  CHECK(s.content.key == "b");
}
