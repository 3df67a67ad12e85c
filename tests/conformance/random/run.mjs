// Yjs's random tests with the same seed here and in C++, compared after every message and edit:
//   node run.mjs --tests PATH (--short | --long SECONDS | --only MODS:SEED:ITERATIONS:FLAGS)
//               [--yjs14] [--seed S]
// Flags of a document: o observed, u undo, 4 by @y/y 14, t what is said of updates as texts. At a
// divergence it prints the first line that differs, what Yjs held then, and the call that shows it
// again; ends with 1.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

import { modsOf } from './mods.mjs';
import { modsOf14 } from './mods14.mjs';
import { Network } from './network.mjs';

const kShortBudget = 60_000; // ms, on a machine that is shared
const kShortBudget14 = 20_000;

/** The sizes of Yjs's own tests: [mods, flags, iterations...]. */
const kYjsSizes = [
  ['array', '', 6, 40, 42, 43, 44, 45, 46, 300, 400, 500, 600, 1000, 1800],
  ['map', 'o', 3, 40, 42, 43, 44, 45, 46, 300, 400, 500, 600, 1000, 1800],
  ['text', '', 5, 30, 40, 50, 70, 90, 300],
  ['quill', '', 1, ...Array(100).fill(2), 3, 30, 40, 70, 100, 300],
];
/** The largest, for the nightly form: those of Yjs's own tests, and 30,000 of each kind. */
const kLargest = [
  ['array', 30000, 'u'],
  ['map', 100000, 'o'],
  ['text', 30000, 'u'],
  ['xml', 30000, 'ou'],
  ['quill', 30000, 'u'],
  ['all', 30000, 'ou'],
];
const kFlags = ['', 'o', 'u', 'ou'];
const kLargest14 = 300;
const kMost14 = 12;

const kNames = ['array', 'map', 'text', 'quill', 'xml', 'all'];

/** Mixed, so that a machine too slow for all of it still runs some of each. */
function mixed(groups, seed) {
  const plans = groups.flatMap((group) =>
    group.map((plan, n) => ({ ...plan, seed: seed++, at: (n + 1) / (group.length + 1) })),
  );
  return plans.sort((a, b) => a.at - b.at);
}

function shortPlan(seed) {
  const groups = kYjsSizes.map(([mods, flags, ...sizes]) =>
    sizes.map((iterations) => ({ mods, iterations, flags })),
  );
  for (const mods of kNames) {
    for (const flags of kFlags) {
      groups.push([20, 40, 40, 80, 150, 400].map((iterations) => ({ mods, iterations, flags })));
    }
  }
  return mixed(groups, seed);
}

/** The sizes of its tests are those of Yjs 13; the larger ones are left to --long. */
function shortPlan14(seed) {
  const groups = kYjsSizes.map(([mods, , ...sizes]) =>
    sizes
      .filter((iterations, n) => iterations <= kLargest14 && n < kMost14)
      .map((iterations) => ({ mods, iterations, flags: '4o' })),
  );
  for (const mods of kNames) {
    for (const flags of kFlags) {
      const sizes = [20, 40, 80, 150];
      groups.push(sizes.map((iterations) => ({ mods, iterations, flags: `4${flags}` })));
    }
  }
  return mixed(groups, seed);
}

function* longPlan(seed, dialect) {
  const names = [...kNames, 'all'];
  const sizes = [20, 40, 80, 150, 300, 600, 1800];
  for (let n = 0; ; n++) {
    const flags = dialect + kFlags[n % kFlags.length];
    const mods = names[n % names.length];
    yield { mods, seed: seed++, iterations: sizes[Math.floor(n / 28) % sizes.length], flags };
    if (n % 400 !== 399) continue;
    const [large, iterations, of] = kLargest[Math.floor(n / 400) % kLargest.length];
    yield { mods: large, seed: seed++, iterations, flags: dialect + of };
  }
}

const wordOf = ({ mods, seed, iterations, flags }) => `${mods}:${seed}:${iterations}:${flags}`;

function planOf(word) {
  const [mods, seed, iterations, flags = ''] = word.split(':');
  return { mods, seed: Number(seed), iterations: Number(iterations), flags };
}

function runTests(program, plan) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [wordOf(plan)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const lines = Buffer.concat(chunks).toString('latin1').split('\n');
      resolve({ ended: status ?? signal, lines: lines.slice(1, -1) });
    });
  });
}

function runYjs(plan, shown) {
  const options = {
    ...plan,
    observed: plan.flags.includes('o'),
    undo: plan.flags.includes('u'),
    yjs14: plan.flags.includes('4'),
    texts: plan.flags.includes('t'),
    // With undo and below collected XML, Yjs itself keeps and joins structs unalike.
    alike: !plan.flags.includes('u') && !['xml', 'all'].includes(plan.mods),
    shown,
  };
  const network = new Network(options);
  try {
    network.run((options.yjs14 ? modsOf14 : modsOf)(options));
  } catch (error) {
    if (shown === undefined) throw error;
  }
  return network;
}

function explain(plan, expected, { ended, lines }) {
  const at = expected.findIndex((line, i) => line !== lines[i]);
  console.log(`${wordOf(plan)} diverged (the program ended with ${ended})`);
  if (at < 0) {
    console.log(lines.slice(expected.length).join('\n'));
    return;
  }
  console.log(`  Yjs   ${expected[at]}\n  here  ${lines[at]}`);
  const step = Number.parseInt(expected[at], 10);
  if (!Number.isNaN(step)) console.log(runYjs(plan, step).shown);
  console.log(`again: node run.mjs --tests PROGRAM --only ${wordOf(plan)}`);
}

/** True when both sides wrote the same lines; counts them. */
async function compareOne(program, plan, totals) {
  const there = runTests(program, plan);
  await new Promise(setImmediate); // the program runs while Yjs does
  const { lines } = runYjs(plan);
  const result = await there;
  const equal =
    result.ended === 0 &&
    result.lines.length === lines.length &&
    lines.every((line, i) => line === result.lines[i]);
  if (!equal) {
    explain(plan, lines, result);
    return false;
  }
  totals.documents++;
  for (const line of lines) {
    totals.steps++;
    totals.comparisons += line.split(':').length - 1;
  }
  return true;
}

async function main() {
  const { values } = parseArgs({
    options: {
      tests: { type: 'string' },
      short: { type: 'boolean', default: false },
      yjs14: { type: 'boolean', default: false },
      long: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const ways = [values.short || undefined, values.long, values.only];
  if (values.tests === undefined || ways.filter((way) => way !== undefined).length !== 1) {
    console.error(
      'usage: node run.mjs --tests PATH (--short | --long SECONDS | ' +
        '--only MODS:SEED:ITERATIONS:FLAGS) [--seed S]',
    );
    process.exit(2);
  }
  const seed = Number(values.seed ?? (values.short ? 1 : Date.now() % 1e9));
  const budget = values.yjs14 ? kShortBudget14 : kShortBudget;
  const deadline = Date.now() + (values.long ? Number(values.long) * 1000 : budget);
  const plans = values.only
    ? [planOf(values.only)]
    : values.short
      ? (values.yjs14 ? shortPlan14 : shortPlan)(seed)
      : longPlan(seed, values.yjs14 ? '4' : '');
  const totals = { documents: 0, steps: 0, comparisons: 0 };
  let failed = false;
  for (const plan of plans) {
    if (Date.now() > deadline) {
      if (values.short) console.log('the machine was too slow for all documents of --short');
      break;
    }
    failed = !(await compareOne(values.tests, plan, totals));
    if (failed) break;
  }
  const { documents, steps, comparisons } = totals;
  console.log(
    `${documents} documents, ${steps} messages and edits, ${comparisons} comparisons with Yjs` +
      ` (seeds from ${seed})${failed ? ', then a divergence' : ': equal'}`,
  );
  process.exit(failed ? 1 : 0);
}

await main();
