// Mutates updates as updates, where single bytes would end at the first length that no longer fits:
// drops, repeats, moves and invents structs and delete ranges, and writes the whole anew, in V2
// through V1. Half of the time libFuzzer mutates the bytes, as ever.
//
// Input: a byte of choices (bit 0: V2), then the update.
#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include <weft/update.hpp>

#include "encoding/writer.hpp"
#include "update/reader_v1.hpp"

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned seed);
// NOLINTEND(readability-identifier-naming): libFuzzer's names

namespace {

using namespace weft;
using update::Kind;

struct Row {
  ClientId client = 1;
  Clock clock = 0;
  Clock length = 1;
  Bytes bytes{};  // V1, from the info byte on
};

struct Deletion {
  ClientId client = 1;
  ClockRange range;
};

class Mutation {
 public:
  explicit Mutation(unsigned seed) : random_(seed) {}

  /// Nothing is kept of what cannot be read.
  void read(ByteView update) {
    update::ReaderV1 reader(update);
    for (update::Struct s; reader.next(s);) {
      rows_.push_back({s.client, s.clock, s.length, {reader.raw().begin(), reader.raw().end()}});
    }
    for (Deletion d; reader.ok() && reader.next_delete(d.client, d.range);) deletions_.push_back(d);
  }

  void change() {
    for (std::uint64_t changes = 1 + below(3); changes > 0; --changes) change_one();
  }

  Bytes write() const {
    encoding::Writer out;
    const auto follows = [&](std::size_t i) {
      return rows_[i].client == rows_[i - 1].client &&
             rows_[i].clock == rows_[i - 1].clock + rows_[i - 1].length;
    };
    std::vector<std::size_t> sections;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i == 0 || !follows(i)) sections.push_back(i);
    }
    out.varuint(sections.size());
    sections.push_back(rows_.size());
    for (std::size_t section = 0; section + 1 < sections.size(); ++section) {
      out.varuint(sections[section + 1] - sections[section]);
      out.varuint(rows_[sections[section]].client);
      out.varuint(rows_[sections[section]].clock);
      for (std::size_t i = sections[section]; i < sections[section + 1]; ++i)
        out.raw(rows_[i].bytes);
    }
    out.varuint(deletions_.size());
    for (const Deletion& deletion : deletions_) {
      out.varuint(deletion.client);
      out.varuint(1);
      out.varuint(deletion.range.clock);
      out.varuint(deletion.range.length);
    }
    return out.take();
  }

  std::uint64_t below(std::uint64_t bound) { return random_() % std::max<std::uint64_t>(1, bound); }

 private:
  void change_one() {
    const std::size_t at = below(rows_.size());
    switch (below(8)) {
      case 0:
        if (!rows_.empty()) rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 1:
        if (!rows_.empty()) rows_.push_back(rows_[at]);
        break;
      case 2:
        if (!rows_.empty()) std::swap(rows_[at], rows_[below(rows_.size())]);
        break;
      case 3:
        if (!rows_.empty()) rows_[at].client = client();
        break;
      case 4:
        if (!rows_.empty()) rows_[at].clock = clock();
        break;
      case 5:
        deletions_.push_back({client(), {clock(), 1 + below(4)}});
        break;
      default:
        invent();
    }
  }

  // A struct behind the last one of its client, so that it is not cut for being known.
  void invent() {
    Row row{.client = client()};
    for (const Row& other : rows_) {
      if (other.client == row.client) row.clock = std::max(row.clock, other.clock + other.length);
    }
    encoding::Writer out;
    const auto kind = static_cast<Kind>(below(11));
    const std::uint64_t head = kind == Kind::gc || kind == Kind::skip ? 0 : 32 * below(8);
    out.u8(static_cast<std::uint8_t>(static_cast<std::uint64_t>(kind) | head));
    if ((head & update::kHasOrigin) != 0) write_id(out);
    if ((head & update::kHasRightOrigin) != 0) write_id(out);
    if ((head & (update::kHasOrigin | update::kHasRightOrigin)) == 0 && kind != Kind::gc &&
        kind != Kind::skip) {
      const bool root = below(2) == 0;
      out.varuint(root ? 1 : 0);
      if (root) out.varstring(std::array{"t", "a", "m"}[below(3)]);
      if (!root) write_id(out);
      if ((head & update::kHasParentSub) != 0) out.varstring(std::array{"k", "l", ""}[below(3)]);
    }
    row.length = write_content(out, kind);
    row.bytes = out.take();
    rows_.push_back(row);
  }

  Clock write_content(encoding::Writer& out, Kind kind) {
    const Clock length = 1 + below(3);
    switch (kind) {
      case Kind::gc:
      case Kind::skip:
      case Kind::deleted:
        out.varuint(length);
        return length;
      case Kind::json:
      case Kind::any:
        out.varuint(length);
        for (Clock i = 0; i < length; ++i) {
          if (kind == Kind::json) out.varstring(R"({"a":1})");
          if (kind == Kind::any) out.u8(std::array<std::uint8_t, 4>{120, 121, 126, 127}[below(4)]);
        }
        return length;
      case Kind::string: {
        static constexpr std::array kTexts = {"a", "bcd", "\xF0\x9F\x98\x80", "\xC3\xA4"};
        static constexpr std::array<Clock, 4> kUnits = {1, 3, 2, 1};
        const std::size_t choice = below(kTexts.size());
        out.varstring(kTexts[choice]);
        return kUnits[choice];
      }
      case Kind::format:
        out.varstring(std::array{"bold", "em"}[below(2)]);
        out.varstring(std::array{"true", "null"}[below(2)]);
        return 1;
      case Kind::type: {
        const std::uint64_t type = below(8);
        out.varuint(type);
        if (type == 3 || type == 5) out.varstring("p");
        return 1;
      }
      case Kind::doc:
        out.varstring("guid");
        out.raw(std::array<std::uint8_t, 2>{118, 0});  // any: {}
        return 1;
      default:
        out.varstring("{}");  // embed, binary
        return 1;
    }
  }

  void write_id(encoding::Writer& out) {
    out.varuint(client());
    out.varuint(clock());
  }
  ClientId client() {
    if (rows_.empty() || below(6) == 0) return below(4);
    return rows_[below(rows_.size())].client;
  }
  Clock clock() {
    if (rows_.empty() || below(6) == 0) return below(12);
    const Row& row = rows_[below(rows_.size())];
    return row.clock + below(row.length + 1);
  }

  std::minstd_rand random_;
  std::vector<Row> rows_;
  std::vector<Deletion> deletions_;
};

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max,
                                    unsigned seed) {
  Mutation mutation(seed);
  if (size == 0 || mutation.below(2) == 0) return LLVMFuzzerMutate(data, size, max);
  const ByteView update(data + 1, size - 1);
  const bool v2 = (data[0] & 1) != 0;
  if (v2) {
    if (const auto v1 = convert_update(update, Encoding::v2, Encoding::v1)) mutation.read(*v1);
  } else {
    mutation.read(update);
  }
  mutation.change();
  Bytes written = mutation.write();
  if (v2) {
    const auto converted = convert_update(written, Encoding::v1, Encoding::v2);
    if (!converted) data[0] &= 0xFE;
    if (converted) written = *converted;
  }
  if (written.size() + 1 > max) return LLVMFuzzerMutate(data, size, max);
  std::ranges::copy(written, data + 1);
  return written.size() + 1;
}
