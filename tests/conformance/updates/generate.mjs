// Makes cases for the update tools from a seed, with what Yjs answers:
//   node generate.mjs --seed S --rounds N --out FILE
// Each round is a seed of its own, so one that fails is made again with --seed THAT --rounds 1.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { CaseWriter } from './case_file.mjs';
import { describedUpdate } from './described.mjs';
import { documentRound } from './generate_docs.mjs';
import { contentRound, idsRound, updatesRound } from './generate14.mjs';
import { randomHistory } from './random_docs.mjs';
import { randomStyle, randomUpdate } from './random_updates.mjs';

const kLargeEvery = 10; // rounds: Yjs takes long for it

const kV1 = {
  v2: false,
  merge: Y.mergeUpdates,
  diff: Y.diffUpdate,
  convert: Y.convertUpdateFormatV1ToV2,
  stateVector: Y.encodeStateVectorFromUpdate,
  meta: Y.parseUpdateMeta,
  obfuscate: Y.obfuscateUpdate,
  decode: Y.decodeUpdate,
};
const kV2 = {
  v2: true,
  merge: Y.mergeUpdatesV2,
  diff: Y.diffUpdateV2,
  convert: Y.convertUpdateFormatV2ToV1,
  stateVector: Y.encodeStateVectorFromUpdateV2,
  meta: Y.parseUpdateMetaV2,
  obfuscate: Y.obfuscateUpdateV2,
  decode: Y.decodeUpdateV2,
};

/** Both maps of parseUpdateMeta as state vectors. */
function encodeMeta({ from, to }) {
  const out = encoding.createEncoder();
  for (const map of [from, to]) {
    encoding.writeVarUint(out, map.size);
    for (const [client, clock] of [...map].sort((a, b) => b[0] - a[0])) {
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, clock);
    }
  }
  return encoding.toUint8Array(out);
}

function randomVector(gen, style) {
  const out = encoding.createEncoder();
  const clients = prng.int32(gen, 0, style.clients);
  encoding.writeVarUint(out, clients);
  for (let i = clients; i > 0; i--) {
    encoding.writeVarUint(out, (i - 1) * 100);
    encoding.writeVarUint(out, prng.int32(gen, 0, style.clocks + 10));
  }
  return encoding.toUint8Array(out);
}

/** In V2 ranges that do not ascend cannot be written, and Yjs writes rubbish then. */
function deletesAscend(update, { decode }) {
  for (const ranges of decode(update).ds.clients.values()) {
    let end = 0;
    for (const { clock, len } of ranges) {
      if (clock < end || len === 0) return false;
      end = clock + len;
    }
  }
  return true;
}

function addObfuscate(cases, seed, update, tools) {
  const options = seed % 8;
  const input = new Uint8Array([options]);
  const [formatting, subdocs, yxml] = [1, 2, 4].map((bit) => (options & bit) !== 0);
  cases.add('obfuscate', tools.v2, seed, [update, input], () =>
    tools.obfuscate(update, { formatting, subdocs, yxml }));
}

function addTools(cases, seed, update, vector, tools) {
  const { v2 } = tools;
  const ascend = deletesAscend(update, tools);
  if (!v2 || ascend) addObfuscate(cases, seed, update, tools);
  if (!v2 || ascend) {
    cases.add('diff', v2, seed, [update, vector], () => tools.diff(update, vector));
  }
  cases.add('stateVector', v2, seed, [update], () => tools.stateVector(update));
  cases.add('decode', v2, seed, [update], () => describedUpdate(update, tools.decode));
  cases.add('meta', v2, seed, [update], () => encodeMeta(tools.meta(update)));
  if (v2 || ascend) {
    cases.add('convert', v2, seed, [update], () => tools.convert(update));
  }
}

function shuffled(gen, values) {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = prng.int32(gen, 0, i);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

function pick(gen, values, count) {
  return Array.from({ length: count }, () => prng.oneOf(gen, values));
}

/** Which updates one call of mergeUpdates gets: in order, out of order, missing, twice. */
function selections(gen, { updates, states }) {
  const from = prng.int32(gen, 0, updates.length - 1);
  const all = [...updates, ...states];
  return [
    updates,
    updates.slice(from),
    shuffled(gen, updates),
    updates.filter(() => prng.int32(gen, 0, 3) > 0),
    pick(gen, updates, prng.int32(gen, 0, 6)),
    pick(gen, states, 2),
    pick(gen, all, prng.int32(gen, 1, 10)),
    shuffled(gen, all),
  ];
}

function historyRound(cases, seed) {
  const gen = prng.create(seed);
  const history = randomHistory(gen, prng.int32(gen, 1, 5), prng.oneOf(gen, [3, 10, 40]));
  if (history.updates.length === 0) return;
  const asV2 = (update) => Y.convertUpdateFormatV1ToV2(update);
  for (const inputs of selections(gen, history)) {
    cases.add('merge', false, seed, inputs, () => Y.mergeUpdates(inputs));
    const merged = Y.mergeUpdates(inputs);
    addTools(cases, seed, merged, prng.oneOf(gen, history.vectors), kV1);
    const inputsV2 = inputs.map(asV2);
    cases.add('merge', true, seed, inputsV2, () => Y.mergeUpdatesV2(inputsV2));
    addTools(cases, seed, asV2(merged), prng.oneOf(gen, history.vectors), kV2);
    // What was merged, cut or merged before is merged once more.
    const again = [
      merged,
      Y.diffUpdate(merged, prng.oneOf(gen, history.vectors)),
      ...inputs.slice(0, 3),
    ];
    cases.add('merge', false, seed, again, () => Y.mergeUpdates(again));
  }
  for (const state of history.states) {
    addTools(cases, seed, state, prng.oneOf(gen, history.vectors), kV1);
  }
}

function syntheticRound(cases, seed) {
  const gen = prng.create(seed);
  for (const tools of [kV1, kV2]) {
    const style = randomStyle(gen);
    const count = prng.int32(gen, 0, prng.oneOf(gen, [3, 6, 20, 100]));
    const updates = Array.from({ length: count }, () => randomUpdate(gen, style, tools.v2));
    cases.add('merge', tools.v2, seed, updates, () => tools.merge(updates));
    for (const update of updates.slice(0, 6)) {
      addTools(cases, seed, update, randomVector(gen, style), tools);
    }
  }
}

/** More updates than the exact order takes; without GCs, whose ties it follows only up to there. */
function largeRound(cases, seed) {
  const gen = prng.create(seed);
  const style = { ...randomStyle(gen), gc: 0, clocks: prng.oneOf(gen, [12, 400]) };
  const count = prng.int32(gen, 1025, 1300);
  const updates = Array.from({ length: count }, () => randomUpdate(gen, style, false));
  cases.add('merge', false, seed, updates, () => Y.mergeUpdates(updates));
  const history = randomHistory(gen, prng.int32(gen, 2, 5), 900, false);
  for (const inputs of [history.updates, shuffled(gen, history.updates)]) {
    cases.add('merge', false, seed, inputs, () => Y.mergeUpdates(inputs));
  }
}

/** V8's own sort with Yjs's comparison: ids as numbers, GC or Item, and where each ended. */
function sortRound(cases, seed) {
  const gen = prng.create(seed);
  const length = prng.int32(gen, 2, prng.oneOf(gen, [8, 70, 300, 1000]));
  const range = prng.oneOf(gen, [2, 10, 100]);
  const keys = Array.from({ length }, (_, i) => ({
    clock: prng.bool(gen) ? prng.int32(gen, 0, range) : Math.floor((i * range) / length),
    gc: prng.int32(gen, 0, 3) === 0,
    i,
  }));
  const flat = new Uint8Array(keys.flatMap(({ clock, gc }) => [clock, gc ? 1 : 0]));
  cases.add('sort', false, seed, [flat], () => {
    keys.sort((a, b) => (a.clock !== b.clock ? a.clock - b.clock : a.gc === b.gc ? 0 : -1));
    const out = encoding.createEncoder();
    for (const { i } of keys) encoding.writeVarUint(out, i);
    return encoding.toUint8Array(out);
  });
}

/** Returns {bytes, count}. */
export function generate(seed, rounds) {
  const cases = new CaseWriter();
  for (let i = 0; i < rounds; i++) {
    historyRound(cases, seed + i);
    for (let n = 0; n < 10; n++) syntheticRound(cases, seed + i + n * 1e6);
    for (let n = 0; n < 10; n++) updatesRound(cases, seed + i + n * 1e6);
    for (let n = 0; n < 20; n++) idsRound(cases, seed + i + n * 1e6);
    contentRound(cases, seed + i);
    documentRound(cases, seed + i);
    sortRound(cases, seed + i);
    if ((seed + i) % kLargeEvery === 0) largeRound(cases, seed + i);
  }
  return { bytes: cases.finish(), count: cases.count };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '20' },
      out: { type: 'string' },
    },
  });
  const { bytes, count } = generate(Number(values.seed), Number(values.rounds));
  writeFileSync(values.out, bytes);
  console.log(`${values.out}: ${count} cases, ${bytes.length} bytes`);
}
