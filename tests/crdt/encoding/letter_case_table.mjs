// Writes crdt/encoding/letter_case_table.hpp, what Node knows of upper and lower case:
//   node letter_case_table.mjs > ../../../crdt/encoding/letter_case_table.hpp

/** Runs of code points with one distance to their other form, and those that become several. */
function mappings(convert) {
  const runs = [];
  const special = [];
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const from = String.fromCodePoint(point);
    const to = [...convert(from)].map((character) => character.codePointAt(0));
    if (to.length > 1) special.push([point, ...to]);
    if (to.length > 1 || to[0] === point) continue;
    const distance = to[0] - point;
    const last = runs.at(-1);
    const step = last === undefined ? 0 : point - last.end;
    if (last?.distance === distance && step <= 2 && (last.step === 0 || last.step === step)) {
      Object.assign(last, { end: point, step });
    } else {
      runs.push({ begin: point, end: point, step: 0, distance });
    }
  }
  return { runs, special };
}

const hex = (number) => `0x${number.toString(16).toUpperCase()}`;

function lines(entries) {
  const out = [];
  for (const entry of entries) {
    const last = out.at(-1);
    if (last === undefined || last.length + entry.length > 97) out.push(`    ${entry}`);
    else out[out.length - 1] = `${last} ${entry}`;
  }
  return out.join('\n');
}

function runTable(name, runs) {
  const entries = runs.map(
    ({ begin, end, step, distance }) => `{${hex(begin)}, ${hex(end)}, ${step || 1}, ${distance}},`,
  );
  return `inline constexpr CaseRun ${name}[] = {\n${lines(entries)}\n};\n`;
}

function specialTable(name, special) {
  const entries = special.map(
    ([point, a, b, c = 0]) => `{${hex(point)}, {${[a, b, c].map(hex).join(', ')}}},`,
  );
  return `inline constexpr CaseSpecial ${name}[] = {\n${lines(entries)}\n};\n`;
}

const lower = mappings((text) => text.toLowerCase());
const upper = mappings((text) => text.toUpperCase());
const { unicode } = process.versions;
console.log(`// Upper and lower case of Unicode ${unicode}. Written by letter_case_table.mjs.
#pragma once

#include <cstdint>

namespace weft::encoding {

/// Every \`step\`th code point from \`begin\` to \`end\` has its other form at that distance.
struct CaseRun {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t step;
  std::int32_t distance;
};

/// A code point whose other form is two or three; 0 for no third.
struct CaseSpecial {
  std::uint32_t point;
  std::uint32_t to[3];
};

// clang-format off
${runTable('kLowerRuns', lower.runs)}
${specialTable('kLowerSpecial', lower.special)}
${runTable('kUpperRuns', upper.runs)}
${specialTable('kUpperSpecial', upper.special)}// clang-format on

}  // namespace weft::encoding`);
