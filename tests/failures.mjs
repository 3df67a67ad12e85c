// What failed inside a program, found in what it printed: the cases that Catch2 2.13 and TAP name,
// with their expressions and messages; for a crash or a timeout, the end of the output. Continuous
// integration keeps little more than the last lines, so they must say which case it was.

const kFailuresMax = 8;
const kLinesMax = 12;  // of one failure
const kTailLines = 20;
const kColumnsMax = 200;

const isRule = (line, mark) => line.length >= 70 && [...line].every((c) => c === mark);

/** Catch2: a headline between rules names the case and its sections; then one block per failure. */
function catchFailures(lines) {
  const failures = [];
  let name = '';
  for (let i = 0; i < lines.length; i++) {
    if (isRule(lines[i], '-')) {
      const end = lines.findIndex((line, k) => k > i && isRule(line, '-'));
      if (end < 0) break;
      name = lines.slice(i + 1, end).map((line) => line.trim()).join(' / ');
      i = end;
    } else if (/^\S+:\d+: FAILED:$/.test(lines[i])) {
      const end = lines.findIndex((line, k) => k > i && (isRule(line, '-') || isRule(line, '=') ||
        /^\S+:\d+: (FAILED|PASSED|warning):?$/.test(line)));
      const block = lines.slice(i, end < 0 ? lines.length : end).filter((line) => line !== '');
      failures.push([name, ...block.map((line) => `  ${line}`)]);
      i += block.length - 1;
    }
  }
  return failures;
}

const kParents = /failureType: '(subtestsFailed|cancelledByParent)'/;
const kNoise = /^(---|\.\.\.|duration_ms:|failureType:|code:|name:|stack:)|node:internal|\(node:/;
const kDeaths = new RegExp(['ERROR: \\w+Sanitizer', 'WARNING: ThreadSanitizer', 'runtime error:',
  'Assertion .* failed', 'terminate called'].join('|'));

/** TAP: the lines that belong to a `not ok`, but for stacks, times, and parents of failed tests. */
function tapFailures(lines) {
  const failures = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, name] = /^( *)not ok\b(?: \d+)?(?: - )?(.*)$/.exec(lines[i]) ?? [];
    if (name === undefined) continue;
    const block = [];
    for (let k = i + 1; k < lines.length; k++) {
      const own = lines[k].startsWith(`${indent}  `) || lines[k].startsWith('# ');
      if (!own || /^# (tests|Subtest)\b/.test(lines[k])) break;
      block.push(lines[k].replace(/^# /, '').trim());
    }
    if (block.some((line) => kParents.test(line))) continue;
    const told = block.filter((line) => line !== '' && !kNoise.test(line));
    failures.push([name, ...told.map((line) => `  ${line}`)]);
  }
  return failures;
}

/** Why a program died: from a sanitizer's or an assertion's first line on, or the last lines. */
function tail(lines) {
  const told = lines.filter((line) => line.trim() !== '');
  const first = told.findIndex((line) => kDeaths.test(line));
  return first < 0 ? told.slice(-kTailLines) : told.slice(first, first + kTailLines);
}

const shortened = (lines, max) => [
  ...lines.slice(0, max).map((line) => line.length > kColumnsMax
    ? `${line.slice(0, kColumnsMax)} ...` : line),
  ...(lines.length > max ? [`  ... ${lines.length - max} lines more in meson-logs`] : []),
];

/** The lines that tell what failed in one entry of testlog.json. */
export function failuresOf({ stdout = '', stderr = '' }) {
  const lines = stdout.split('\n');
  // A case whose CHECKs failed is told again at each of its sections' ends.
  const blocks = [...catchFailures(lines), ...tapFailures(lines)];
  const named = [...new Map(blocks.map((block) => [block.join('\n'), block])).values()];
  const told = named.slice(0, kFailuresMax).flatMap((block) => shortened(block, kLinesMax));
  if (named.length > kFailuresMax) told.push(`${named.length - kFailuresMax} failures more`);
  if (named.length === 0) told.push(...shortened(tail(lines), kTailLines));
  told.push(...shortened(tail(stderr.split('\n')), kTailLines));
  return told;
}
