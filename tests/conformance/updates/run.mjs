// The update tools against Yjs:
//   node run.mjs --compare PATH [--seed S] (--rounds N | --seconds T)
// Generates cases in portions, lets the C++ program compare, and ends with 1 at the first portion
// that differs; its file of cases is kept then.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';

const kPortion = 10; // rounds

const { values } = parseArgs({
  options: {
    compare: { type: 'string' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '100' },
    seconds: { type: 'string' },
  },
});
if (values.compare === undefined) throw new Error('--compare PATH is missing');
const end = values.seconds && performance.now() + Number(values.seconds) * 1000;
const rounds = end ? Infinity : Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'weft-updates-'));
const file = join(folder, 'cases');
let total = 0;
for (let done = 0; done < rounds && (!end || performance.now() < end); done += kPortion) {
  const seed = Number(values.seed) + done;
  const { bytes, count } = generate(seed, Math.min(kPortion, rounds - done));
  writeFileSync(file, bytes);
  const { status, stdout, stderr } = spawnSync(values.compare, [file], { encoding: 'utf8' });
  if (status !== 0) {
    console.log(`${stdout}${stderr}seeds from ${seed}: status ${status}; cases kept in ${file}`);
    process.exit(1);
  }
  total += count;
}
rmSync(folder, { recursive: true });
console.log(`${total} cases agree`);
