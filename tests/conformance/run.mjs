// The random differential test:
//   node run.mjs --replay PATH [--engine weft|reference] (--short | --long SECONDS)
//               [--seed S] [--mods NAME,...] [--late]
// Generates documents, lets the replay program compare the engine with Yjs at every step, and says
// how many documents, steps and comparisons that were. At a divergence it generates the document
// again with all bytes of that step, prints the report, keeps the file, and ends with 1.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';

const kFilesAtOnce = 16; // documents for one call of the replay program
const kShortBudget = 75_000; // ms: sizes are chosen to end well before it on two cores

/** What --short runs: [modifications, iterations, documents, whether messages come late, users]. */
const kShort = [
  ...[1, 3, 30, 40, 70, 100, 300].map((iterations) => ['quill', iterations, 6]),
  ['quill', 2, 1000],
  ...['text', 'rich', 'map', 'array', 'tree', 'all'].flatMap((mods) => [
    [mods, 6, 24],
    [mods, 40, 48],
    [mods, 300, 10],
    [mods, 1000, 3],
    [mods, 3000, 1],
  ]),
  ...['xml', 'rare', 'everything'].flatMap((mods) => [
    [mods, 40, 24],
    [mods, 300, 4],
    [mods, 1000, 1],
  ]),
  ...['undo', 'undo-map', 'undo-tree'].flatMap((mods) => [
    [mods, 40, 40],
    [mods, 300, 8],
    [mods, 1000, 1],
  ]),
  ...['all', 'rich', 'map', 'tree', 'everything', 'undo-map'].flatMap((mods) => [
    [mods, 20, 16, true],
    [mods, 150, 4, true],
  ]),
  ...['all', 'map', 'undo-map'].map((mods) => [mods, 60, 3, true, 24]),
];
/** Documents that once diverged, or that Yjs could not make. */
const kFound = [
  // A struct whose causes are here waits on for the first clock that was missing.
  { seed: 32384, mods: 'undo-map', iterations: 2000, mode: 'edit', gc: true, observed: false },
  // A format in force that its own edit deletes.
  { seed: 930090, mods: 'quill', iterations: 300, mode: 'edit', gc: true, observed: true, late: 1 },
  // A struct that follows its own collected beginning, where Yjs throws (corrected.mjs).
  { seed: 990009, mods: 'undo-map', iterations: 10000, mode: 'edit', gc: true, observed: false },
];
const kRecordedAlways = new Set(['undo', 'undo-map', 'undo-tree']);
const kRecordedNot = new Set(['xml', 'rare', 'everything']);

/** The reference engine knows no formats, so it neither edits rich text nor cleans it up. */
const kFormats = new Set(['quill', 'rich', 'tree', 'everything', ...kRecordedAlways]);

/**
 * Mode, collection and observers for the n-th document: every fourth keeps what is deleted; every
 * other of those whose users edit has observers.
 */
function settings(mods, n) {
  const recorded = kRecordedAlways.has(mods) || (!kRecordedNot.has(mods) && n % 2 === 0);
  const mode = recorded ? 'edit' : 'apply';
  return { mode, gc: n % 4 < 2 || n % 8 >= 4, observed: mode === 'edit' && n % 4 === 2 };
}

/** Mixed, so that a machine too slow for all of it still runs some of each. */
function shortPlan(seed) {
  const plans = kShort.flatMap(([mods, iterations, documents, late = false, users]) =>
    Array.from({ length: documents }, (_, n) => ({
      seed: seed++,
      mods,
      iterations,
      late,
      users,
      ...settings(mods, n),
      at: (n + 1) / (documents + 1),
    })),
  );
  return [...kFound, ...plans.sort((a, b) => a.at - b.at)];
}

/** Without end; small documents most of the time, since they find the same with shorter reports. */
function* longPlan(seed) {
  const sizes = [10, 20, 40, 40, 80, 150, 300, 600, 2000];
  const mods = [
    ...['text', 'map', 'array', 'all', 'all', 'rich', 'quill', 'tree', 'xml', 'rare', 'everything'],
    ...kRecordedAlways,
  ];
  for (let n = 0; ; n++) {
    const name = mods[n % mods.length];
    const round = Math.floor(n / mods.length);
    const iterations = sizes[round % sizes.length];
    const late = round % 3 === 1;
    const users = round % 6 === 4 && iterations <= 300 ? 24 : undefined; // many wait for many
    const plan = { seed: seed++, mods: name, iterations, late, users };
    yield { ...plan, ...settings(name, Math.floor(n / 3)) };
  }
}

function runReplay(program, engine, files) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--engine', engine, ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, output }));
  });
}

const fileName = ({ seed, mods, iterations, mode, gc, observed, late, users }) =>
  `${mods}-${iterations}-${mode}${gc ? '' : '-keep'}${observed ? '-observed' : ''}` +
  `${late ? '-late' : ''}${users ? `-${users}` : ''}-${seed}.replay`;

const commandFor = ({ seed, mods, iterations, mode, gc, observed, late, users }) =>
  `node generate.mjs --seed ${seed} --mods ${mods} --iterations ${iterations} --mode ${mode}` +
  `${gc ? '' : ' --no-gc'}${observed ? ' --observed' : ''}${late ? ' --late' : ''}` +
  `${users ? ` --users ${users}` : ''}`;

/** Finds the document that diverged and explains it with all bytes. */
async function explain(program, engine, batch, folder) {
  for (const plan of batch) {
    const file = join(folder, fileName(plan));
    const first = await runReplay(program, engine, [file]);
    if (first.status === 0) continue;
    const step = /diverged at step (\d+)/.exec(first.output)?.[1];
    if (step === undefined) {
      console.log(first.output, `ended with ${first.signal ?? first.status}: ${file}`);
    } else {
      writeFileSync(file, generate({ ...plan, fullAt: Number(step) }).bytes);
      console.log((await runReplay(program, engine, [file])).output);
      console.log(`again: ${commandFor(plan)} --full-at ${step} --out FILE`);
    }
    return;
  }
  console.log('a batch failed whose documents pass one by one');
}

/** A replay with one wrong byte must be refused, or the program compares nothing. */
async function requireRefusal(program, engine, folder) {
  const { bytes } = generate({ seed: 1, mods: 'all', iterations: 20, mode: 'apply' });
  bytes[bytes.length - 2] ^= 1; // before the end mark: the last expectation
  const file = join(folder, 'wrong.replay');
  writeFileSync(file, bytes);
  const { status } = await runReplay(program, engine, [file]);
  if (status !== 1)
    throw new Error(`a replay with a wrong expectation ended with ${status}, not 1`);
  rmSync(file);
}

async function main() {
  const { values } = parseArgs({
    options: {
      replay: { type: 'string' },
      engine: { type: 'string', default: 'weft' },
      short: { type: 'boolean', default: false },
      long: { type: 'string' },
      seed: { type: 'string' },
      mods: { type: 'string' },
      late: { type: 'boolean', default: false },
      users: { type: 'string' },
    },
  });
  if (values.replay === undefined || values.short === (values.long !== undefined)) {
    console.error(
      'usage: node run.mjs --replay PATH [--engine weft|reference] ' +
        '(--short | --long SECONDS) [--seed S] [--mods NAME,...] [--late] [--users N]',
    );
    process.exit(2);
  }
  const seed = Number(values.seed ?? (values.short ? 1 : Date.now() % 1e9));
  const deadline = Date.now() + (values.short ? kShortBudget : Number(values.long) * 1000);
  const folder = mkdtempSync(join(tmpdir(), 'weft-conformance-'));
  await requireRefusal(values.replay, values.engine, folder);
  const totals = { documents: 0, steps: 0, comparisons: 0 };
  const running = [];
  let failed = false;

  const start = (batch) => {
    const files = batch.map((plan) => join(folder, fileName(plan)));
    running.push(
      runReplay(values.replay, values.engine, files).then(async (result) => {
        const counts = /^(\d+) documents, (\d+) steps, (\d+) comparisons: equal$/m.exec(
          result.output,
        );
        if (result.status === 0 && counts) {
          totals.documents += Number(counts[1]);
          totals.steps += Number(counts[2]);
          totals.comparisons += Number(counts[3]);
          files.forEach((file) => rmSync(file));
        } else if (!failed) {
          failed = true;
          await explain(values.replay, values.engine, batch, folder);
        }
      }),
    );
  };

  const wanted = values.mods?.split(',');
  let batch = [];
  let incomplete = false;
  for (const plan of values.short ? shortPlan(seed) : longPlan(seed)) {
    if (failed) break;
    if (values.engine === 'reference') plan.observed = false; // it has no observers
    if (values.engine === 'reference' && plan.late) continue; // it tells no V2
    if (wanted !== undefined && !wanted.includes(plan.mods)) continue;
    if (values.late) plan.late = true;
    if (values.users !== undefined) plan.users = Number(values.users);
    if (values.engine === 'reference' && kFormats.has(plan.mods)) continue;
    if (Date.now() > deadline) {
      incomplete = values.short;
      break;
    }
    writeFileSync(join(folder, fileName(plan)), generate(plan).bytes);
    batch.push(plan);
    if (batch.length < kFilesAtOnce && plan.iterations < 1000) continue;
    start(batch);
    batch = [];
    await new Promise(setImmediate);
    while (running.length > 2) await running.shift();
  }
  if (batch.length > 0 && !failed) start(batch);
  await Promise.all(running);
  const { documents, steps, comparisons } = totals;
  console.log(
    `${documents} documents, ${steps} steps, ${comparisons} comparisons with Yjs ` +
      `(seeds from ${seed})${failed ? ', then a divergence; files are in ' + folder : ': equal'}`,
  );
  if (incomplete) console.log('the machine was too slow for all documents of --short');
  if (!failed) rmSync(folder, { recursive: true });
  process.exit(failed ? 1 : 0);
}

await main();
