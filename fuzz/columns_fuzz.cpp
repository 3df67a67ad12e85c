// The columns of V2 and the text below them: what a writer wrote a reader reads, and arbitrary
// bytes cost a reader no more than they are.
//
// Input: a byte that chooses the column, then the numbers or texts.
//
// Reaches: crdt/encoding/column_reader.cpp crdt/encoding/column_writer.cpp crdt/encoding/utf.cpp
#include <string>
#include <vector>

#include "encoding/column_reader.hpp"
#include "encoding/column_writer.hpp"
#include "input.hpp"
#include "target.hpp"

namespace {

using namespace weft;
using namespace weft::encoding;

constexpr std::size_t kReadsMax = 300;

template <typename Column, typename Number>
void numbers(ByteView bytes, unsigned shift) {
  std::vector<Number> values;
  Column column;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    values.push_back(static_cast<Number>(std::uint64_t{bytes[i]} << (shift * (i % 7))));
    column.writer.write(values.back());
  }
  const ByteView finished = column.writer.finish();
  const Bytes written(finished.begin(), finished.end());
  Reader owner(written);
  typename Column::InputReader reader(written);
  for (const Number value : values) WEFT_PROMISE(reader.read(owner) == value);
  WEFT_PROMISE(owner.ok());

  Reader hostile_owner(bytes);
  typename Column::InputReader hostile(bytes);
  for (std::size_t i = 0; i < kReadsMax && hostile_owner.ok(); ++i) hostile.read(hostile_owner);
}

struct Rle {
  RleWriter writer;
  using InputReader = RleReader;
};
struct UintOptRle {
  UintOptRleWriter writer;
  using InputReader = UintOptRleReader;
};
struct IntDiffOptRle {
  IntDiffOptRleWriter writer;
  using InputReader = IntDiffOptRleReader;
};

// Texts of the input that are valid come back, whatever stands beside them.
void texts(ByteView bytes) {
  Input input(bytes.data(), bytes.size());
  std::vector<std::string> written;
  StringWriter writer;
  while (!input.empty()) {
    const ByteView piece = input.bytes(input.up_to(20));
    if (!scan_utf8(as_text(piece)).valid) continue;
    written.emplace_back(as_text(piece));
    writer.write(written.back());
  }
  Writer out;
  writer.finish(out);
  Reader whole(out.bytes());
  const ByteView column = whole.varbytes();
  Reader owner(column);
  StringReader reader(column, owner);
  for (const std::string& text : written) {
    const ColumnText read = reader.read(owner);
    WEFT_PROMISE(owner.ok());
    WEFT_PROMISE(read.text == text);
    WEFT_PROMISE(read.length_utf16 == utf16_length(text));
  }

  Reader hostile_owner(bytes);
  StringReader hostile(bytes, hostile_owner);
  for (std::size_t i = 0; i < kReadsMax && hostile_owner.ok(); ++i) hostile.read(hostile_owner);
}

// Every place in a text is found where counting one character at a time finds it.
void places(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  const Utf8Scan scan = scan_utf8(text);
  if (!scan.valid) return;
  std::uint64_t units = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    WEFT_PROMISE(find_utf16(text, units).byte == at);
    if (size == 4) WEFT_PROMISE(find_utf16(text, units + 1).inside_pair);
    units += size == 4 ? 2 : 1;
    at += size;
  }
  WEFT_PROMISE(scan.length_utf16 == units);
  WEFT_PROMISE(utf16_length(text) == units);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t choice = input.byte();
  const ByteView bytes = input.rest();
  switch (choice % 5) {
    case 0:
      numbers<Rle, std::uint8_t>(bytes, 0);
      break;
    case 1:
      numbers<UintOptRle, std::uint64_t>(bytes, choice / 5 % 7);
      break;
    case 2:
      numbers<IntDiffOptRle, std::uint64_t>(bytes, choice / 5 % 6);
      break;
    case 3:
      texts(bytes);
      break;
    default:
      places(bytes);
  }
  return 0;
}
