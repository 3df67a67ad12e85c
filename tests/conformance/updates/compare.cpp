// Reads cases (case_file.mjs tells their form) and compares what the update tools give with what
// Yjs gave:  weft-update-compare FILE...
// Exit 0 when all agree, 1 at a difference, 2 when a file cannot be read.
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <weft/content_ids.hpp>
#include <weft/update.hpp>

#include "compare_decode.hpp"
#include "compare_docs.hpp"
#include "compare_ids.hpp"
#include "encoding/reader.hpp"
#include "encoding/writer.hpp"
#include "update/merge_order.hpp"

namespace {

using weft::Bytes;
using weft::ByteView;
using weft::Compat;
using weft::Encoding;
using weft::Error;
using weft::Result;

enum class Operation : std::uint8_t {
  merge,
  diff,
  convert,
  state_vector,
  meta,
  sort,
  obfuscate,
  content_ids,
  intersect,
  id_sets,
  id_maps,
  contents,
  document,
  decode
};
constexpr std::array kNames = {"merge",   "diff",      "convert",     "state vector", "meta",
                               "sort",    "obfuscate", "content ids", "intersect",    "id sets",
                               "id maps", "contents",  "documents",   "decode"};
constexpr int kReportsMax = 10;

struct Case {
  Operation operation{};
  Encoding encoding{};
  Compat compat{};
  bool yjs_threw = false;
  std::uint64_t seed = 0;
  std::vector<ByteView> inputs;
  ByteView expected;
};

struct Tally {
  std::array<std::uint64_t, kNames.size()> agreed{};
  std::uint64_t yjs_threw = 0;
  std::uint64_t differ = 0;
};

std::optional<Case> read_case(weft::encoding::Reader& in) {
  Case c;
  c.operation = static_cast<Operation>(in.u8());
  const std::uint8_t flags = in.u8();
  c.encoding = (flags & 1) != 0 ? Encoding::v2 : Encoding::v1;
  c.yjs_threw = (flags & 2) != 0;
  c.compat = (flags & 4) != 0 ? Compat::v14 : Compat::v13;
  c.seed = in.varuint();
  for (auto count = in.varuint(); count > 0 && in.ok(); --count) c.inputs.push_back(in.varbytes());
  c.expected = in.varbytes();
  if (!in.ok() || static_cast<std::size_t>(c.operation) >= kNames.size()) return std::nullopt;
  return c;
}

Result<Bytes> meta(const Case& c) {
  const auto meta = weft::parse_update_meta(c.inputs[0], c.encoding);
  if (!meta) return std::unexpected(meta.error());
  Bytes result = meta->from.encode();
  const Bytes to = meta->to.encode();
  result.insert(result.end(), to.begin(), to.end());
  return result;
}

// Pairs of bytes (clock, is a GC), and where the sort puts each.
Bytes sort(ByteView flat) {
  struct Element {
    weft::update::HeadKey key;
    std::uint64_t place;
  };
  std::vector<Element> elements;
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
    elements.push_back({{.client = 0, .clock = flat[i], .is_gc = flat[i + 1] != 0}, i / 2});
  }
  weft::update::v8_sort(std::span(elements), [](const Element& a, const Element& b) {
    return weft::update::yjs_before(a.key, b.key);
  });
  weft::encoding::Writer out;
  for (const Element& element : elements) out.varuint(element.place);
  return out.take();
}

Result<Bytes> diff(const Case& c) {
  const auto since = weft::StateVector::decode(c.inputs[1]);
  if (!since) return std::unexpected(since.error());
  return weft::diff_update(c.inputs[0], *since, c.encoding, c.compat);
}

Result<Bytes> obfuscate(const Case& c) {
  const unsigned options = c.inputs[1][0];
  return weft::obfuscate_update(
      c.inputs[0],
      {.formatting = (options & 1) != 0, .subdocs = (options & 2) != 0, .yxml = (options & 4) != 0},
      c.encoding, c.compat);
}

Result<Bytes> content_ids(const Case& c) {
  const auto ids = weft::content_ids_from_update(c.inputs[0], c.encoding);
  if (!ids) return std::unexpected(ids.error());
  return ids->encode();
}

Result<Bytes> intersect(const Case& c) {
  const auto ids = weft::ContentIds::decode(c.inputs[1]);
  if (!ids) return std::unexpected(ids.error());
  return weft::intersect_update(c.inputs[0], *ids, c.encoding);
}

Result<Bytes> run(const Case& c) {
  switch (c.operation) {
    case Operation::merge:
      return weft::merge_updates(c.inputs, c.encoding, c.compat);
    case Operation::diff:
      return diff(c);
    case Operation::convert:
      return weft::convert_update(c.inputs[0], c.encoding,
                                  c.encoding == Encoding::v1 ? Encoding::v2 : Encoding::v1,
                                  c.compat);
    case Operation::state_vector:
      return weft::encode_state_vector_from_update(c.inputs[0], c.encoding);
    case Operation::meta:
      return meta(c);
    case Operation::sort:
      return sort(c.inputs[0]);
    case Operation::obfuscate:
      return obfuscate(c);
    case Operation::content_ids:
      return content_ids(c);
    case Operation::intersect:
      return intersect(c);
    case Operation::id_sets:
      return id_sets(c.inputs[0]);
    case Operation::id_maps:
      return id_maps(c.inputs[0]);
    case Operation::contents:
      return contents(c.inputs);
    case Operation::document:
      return documents(c.inputs);
    case Operation::decode:
      return described_update(c.inputs[0], c.encoding);
  }
  return Bytes{};
}

void print_bytes(const char* name, ByteView bytes) {
  std::printf("  %s ", name);
  for (const std::uint8_t byte : bytes) std::printf("%02x", byte);
  std::printf("\n");
}

void report(const Case& c, const Result<Bytes>& result) {
  std::printf("Yjs %s %s %s, seed %llu:\n", c.compat == Compat::v14 ? "14" : "13",
              c.encoding == Encoding::v1 ? "V1" : "V2",
              kNames[static_cast<std::size_t>(c.operation)],
              static_cast<unsigned long long>(c.seed));
  for (const ByteView input : c.inputs) print_bytes("input", input);
  print_bytes("yjs  ", c.expected);
  if (result) {
    print_bytes("weft ", *result);
  } else {
    std::printf("  weft  %s\n", weft::message(result.error()).c_str());
  }
}

bool compare(const Bytes& file, Tally& tally) {
  weft::encoding::Reader in(file);
  while (!in.at_end()) {
    const auto c = read_case(in);
    if (!c) return false;
    const auto result = run(*c);
    if (c->yjs_threw) {
      ++tally.yjs_threw;
    } else if (result &&
               std::equal(result->begin(), result->end(), c->expected.begin(), c->expected.end())) {
      ++tally.agreed[static_cast<std::size_t>(c->operation)];
    } else if (++tally.differ <= kReportsMax) {
      report(*c, result);
    }
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  Tally tally;
  for (int i = 1; i < count; ++i) {
    std::ifstream stream(arguments[i], std::ios::binary);
    const Bytes file((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (!stream || !compare(file, tally)) {
      std::fprintf(stderr, "%s: not a file of cases\n", arguments[i]);
      return 2;
    }
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::printf("%s %llu, ", kNames[i], static_cast<unsigned long long>(tally.agreed[i]));
  }
  std::printf("yjs threw %llu, differ %llu\n", static_cast<unsigned long long>(tally.yjs_threw),
              static_cast<unsigned long long>(tally.differ));
  return tally.differ == 0 ? 0 : 1;
}
