// Makes one replay from a seed:
//   node generate.mjs --seed S --mods NAME --iterations N --mode apply|edit [--no-gc]
//                     [--observed] [--late] [--users N] [--full-at STEP|all] [--check-every K]
//                     --out FILE
// The same arguments give the same file. Names of modifications: see kMods in mods.mjs.

import { clock } from './clock.mjs'; // before lib0
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as prng from 'lib0/prng';
import { kRoots, Network } from './harness.mjs';
import { LateNetwork } from './late.mjs';
import { kMods, kUnrecorded, kWithHistory, resetMods } from './mods.mjs';
import { ReplayWriter } from './replay_file.mjs';

const kUsers = 5;

/** Yjs's harness numbers its users 0 to 4; real ones draw 32 bits, @y/y 14 draws 53. */
function drawClients(gen, users) {
  if (users !== kUsers) return Array.from({ length: users }, () => prng.uint32(gen, 0, 0xffffffff));
  switch (prng.int32(gen, 0, 3)) {
    case 0:
    case 1:
      return Array.from({ length: kUsers }, (_, i) => i);
    case 2:
      return Array.from({ length: kUsers }, () => prng.uint32(gen, 0, 0xffffffff));
    default:
      return [2 ** 53 - 1, 128, prng.uint53(gen, 2 ** 32, 2 ** 52), 1, 127];
  }
}

/** Returns {bytes, steps, comparisons}. */
export function generate({
  seed,
  mods,
  iterations,
  mode,
  gc = true,
  observed = false,
  late = false,
  users = kUsers,
  checkEvery,
  fullAt = null,
}) {
  if (!(mods in kMods)) throw new Error(`no modifications named '${mods}'`);
  if (mode === 'edit' && kUnrecorded.has(mods)) throw new Error(`'${mods}' needs the mode apply`);
  const withHistory = kWithHistory.has(mods);
  if (mode === 'apply' && withHistory) throw new Error(`'${mods}' needs the mode edit`);
  resetMods();
  const gen = prng.create(seed);
  const clients = drawClients(gen, users);
  const every = checkEvery ?? (iterations <= 600 ? 1 : Math.ceil(iterations / 300));
  const many = users !== kUsers && { users };
  const settings = { mode, gc, observed, ...(late && { late }), ...many, checkEvery: every };
  const description = JSON.stringify({ seed, mods, iterations, ...settings });
  const both = late; // encodings
  const header = { description, gc, observed, both, clients, roots: kRoots };
  const recorder = new ReplayWriter({ ...header, fullAt });
  const Kind = late ? LateNetwork : Network;
  const network = new Kind({ gen, clients, recorder, withHistory, ...settings });
  for (let i = 0; i < iterations; i++) network.iterate(kMods[mods]);
  network.finish();
  clock.time = null;
  return { bytes: recorder.finish(), steps: recorder.step + 1, comparisons: recorder.comparisons };
}

function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      mods: { type: 'string', default: 'all' },
      iterations: { type: 'string', default: '100' },
      mode: { type: 'string', default: 'apply' },
      'no-gc': { type: 'boolean', default: false },
      observed: { type: 'boolean', default: false },
      late: { type: 'boolean', default: false },
      users: { type: 'string' },
      'check-every': { type: 'string' },
      'full-at': { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new Error('--out FILE is missing');
  const fullAt = values['full-at'];
  const { bytes, steps, comparisons } = generate({
    seed: Number(values.seed),
    mods: values.mods,
    iterations: Number(values.iterations),
    mode: values.mode,
    gc: !values['no-gc'],
    observed: values.observed,
    late: values.late,
    users: values.users && Number(values.users),
    checkEvery: values['check-every'] && Number(values['check-every']),
    fullAt: fullAt === undefined || fullAt === 'all' ? fullAt : Number(fullAt),
  });
  writeFileSync(values.out, bytes);
  console.log(`${values.out}: ${bytes.length} bytes, ${steps} steps, ${comparisons} comparisons`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
