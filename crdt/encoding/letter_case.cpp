#include "encoding/letter_case.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "encoding/letter_case_table.hpp"
#include "encoding/utf.hpp"

namespace weft::encoding {

namespace {

constexpr std::uint32_t kCapitalSigma = 0x3A3;
constexpr std::uint32_t kFinalSigma = 0x3C2;

std::uint32_t mapped(std::span<const CaseRun> runs, std::uint32_t point) {
  const auto run = std::partition_point(runs.begin(), runs.end(),
                                        [&](const CaseRun& r) { return r.end < point; });
  if (run == runs.end() || point < run->begin || (point - run->begin) % run->step != 0) {
    return point;
  }
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(point) + run->distance);
}

const CaseSpecial* special(std::span<const CaseSpecial> table, std::uint32_t point) {
  const auto entry = std::partition_point(table.begin(), table.end(),
                                          [&](const CaseSpecial& s) { return s.point < point; });
  return entry == table.end() || entry->point != point ? nullptr : &*entry;
}

void append_mapped(std::string& out, std::uint32_t point, std::span<const CaseRun> runs,
                   std::span<const CaseSpecial> table) {
  if (const CaseSpecial* several = special(table, point)) {
    for (const std::uint32_t to : several->to) {
      if (to != 0) append_code_point(out, to);
    }
  } else {
    append_code_point(out, mapped(runs, point));
  }
}

/// The code point at `at`, which moves behind it.
std::uint32_t take(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  const std::uint32_t lead = byte(0);
  std::uint32_t point = lead;
  std::size_t size = 1;
  if (lead >= 0xF0) {
    point =
        (lead & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
    size = 4;
  } else if (lead >= 0xE0) {
    point = decode_three(text, at);
    size = 3;
  } else if (lead >= 0x80) {
    point = (lead & 0x1FU) << 6 | (byte(1) & 0x3FU);
    size = 2;
  }
  at += size;
  return point;
}

bool is_cased(std::uint32_t point) {
  return mapped(kLowerRuns, point) != point || mapped(kUpperRuns, point) != point ||
         special(kUpperSpecial, point) != nullptr;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool cased_before = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = take(text, at);
    if (point < 0x80) {
      const bool capital = point >= 'A' && point <= 'Z';
      out.push_back(static_cast<char>(capital ? point + 32 : point));
    } else if (point == kCapitalSigma && cased_before) {
      std::size_t behind = at;
      const bool final = behind >= text.size() || !is_cased(take(text, behind));
      append_code_point(out, final ? kFinalSigma : mapped(kLowerRuns, point));
    } else {
      append_mapped(out, point, kLowerRuns, kLowerSpecial);
    }
    cased_before = is_cased(point);
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    append_mapped(out, take(text, at), kUpperRuns, kUpperSpecial);
  }
  return out;
}

}  // namespace weft::encoding
