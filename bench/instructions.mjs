// Counts the instructions of fixed workloads with callgrind and compares them with the baseline:
//   node instructions.mjs --program PATH --build KEY [--write]
// More than 5 % above it fails; `--write` makes the present counts the baseline (instructions.json,
// by compiler and build type, since counts hang on both). Time depends on the machine and who else
// uses it; instructions do not.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const kSkipped = 77;
const kTolerance = 1.05;
const kBaseline = join(dirname(fileURLToPath(import.meta.url)), 'instructions.json');

const { values } = parseArgs({
  options: {
    program: { type: 'string' },
    build: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(kSkipped);
}

// valgrind 3.19 stops at the debug information of clang 19.
const program = `${values.program}.stripped`;
execFileSync('strip', ['--strip-debug', '-o', program, values.program]);

function count(name) {
  const { stderr, status, error } = spawnSync(
    'valgrind',
    ['--tool=callgrind', '--toggle-collect=*measured*', '--callgrind-out-file=/dev/null',
      program, name],
    // Meson has malloc fill what it gives, which would be counted.
    { encoding: 'utf8', env: { ...process.env, MALLOC_PERTURB_: '0' } },
  );
  if (error?.code === 'ENOENT') skip('no valgrind');
  const collected = /Collected\s*:\s*(\d+)/.exec(stderr);
  if (status !== 0 || collected === null) throw new Error(`${name}: ${stderr}`);
  return Number(collected[1]);
}

const baseline = JSON.parse(readFileSync(kBaseline, 'utf8'));
const expected = baseline[values.build];
if (expected === undefined && !values.write) skip(`no baseline for ${values.build}`);
const names = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
const counts = Object.fromEntries(names.map((name) => [name, count(name)]));
if (values.write) {
  baseline[values.build] = counts;
  writeFileSync(kBaseline, `${JSON.stringify(baseline, null, 2)}\n`);
}
let dearer = 0;
for (const name of names) {
  const ratio = counts[name] / (baseline[values.build][name] ?? 0);
  const change = `${((ratio - 1) * 100).toFixed(1)} %`;
  console.log(`${name}: ${counts[name]} instructions, ${change} against the baseline`);
  if (!(ratio <= kTolerance)) dearer++;
}
process.exit(dearer > 0 ? 1 : 0);
