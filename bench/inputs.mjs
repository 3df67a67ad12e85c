// Makes what the programs and their peers are measured on:
//   node inputs.mjs --out DIR [--traces DIR] [--quick]
// writes NAME.framed (a log of updates as Yjs emits them), NAME.state (the state that Yjs ends
// with), NAME.edits (what was typed) and NAME.v2 (a document as one V2 update).
//
// Without traces: synthetic typing (tests/conformance/typing.mjs) and B1, B2, B3 by the definitions
// of dmonad/crdt-benchmarks. The traces may be gzipped logs (*.framed.gz), recorded typing as
// published by josephg/editing-traces (*.json.gz, the sequential ones), and documents (*.yjs, V2).

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import * as Y from 'yjs';

import { typingPatches } from '../tests/conformance/typing.mjs';

const kSeed = 42;

export function readLog(bytes) {
  const decoder = decoding.createDecoder(bytes);
  const updates = [];
  while (decoding.hasContent(decoder)) updates.push(decoding.readVarUint8Array(decoder));
  return updates;
}

function writeLog(out, name, updates) {
  const encoder = encoding.createEncoder();
  const doc = new Y.Doc();
  for (const update of updates) encoding.writeVarUint8Array(encoder, update);
  for (const update of updates) Y.applyUpdate(doc, update);
  writeFileSync(join(out, `${name}.framed`), encoding.toUint8Array(encoder));
  writeFileSync(join(out, `${name}.state`), Y.encodeStateAsUpdate(doc));
}

function writeEdits(out, name, edits) {
  const parts = edits.map(([position, deleted, inserted]) => {
    const bytes = Buffer.from(inserted);
    return Buffer.concat([Buffer.from(`${position} ${deleted} ${bytes.length} `), bytes]);
  });
  writeFileSync(join(out, `${name}.edits`), Buffer.concat(parts));
}

/** Runs `edit` on replicas with clients 1, 2, ... and gives all that they emit. */
function record(replicas, edit) {
  const log = [];
  const docs = Array.from({ length: replicas }, (_, i) => {
    const doc = new Y.Doc();
    doc.clientID = i + 1;
    doc.on('update', (update, origin) => origin === 'peer' || log.push(update));
    return doc;
  });
  edit(docs, log);
  return log;
}

const word = (gen, min, max) => prng.word(gen, min, max);

/** B1: one writer, n edits. */
function singleWriter(n) {
  const texts = {
    '1.1': (gen, text, i) => text.insert(i, word(gen, 1, 1)),
    '1.3': (gen, text) => text.insert(0, word(gen, 1, 1)),
    '1.4': (gen, text) => text.insert(prng.int32(gen, 0, text.length), word(gen, 1, 1)),
    '1.5': (gen, text) => text.insert(prng.int32(gen, 0, text.length), word(gen, 2, 10)),
    '1.7': (gen, text) => {
      const place = prng.int32(gen, 0, text.length);
      if (text.length === place || prng.bool(gen)) return text.insert(place, word(gen, 2, 10));
      return text.delete(place, prng.int32(gen, 1, Math.min(9, text.length - place)));
    },
  };
  const arrays = {
    '1.8': (gen, array, i) => array.insert(i, [prng.uint32(gen, 0, 2 ** 31 - 1)]),
    '1.10': (gen, array) => array.insert(0, [prng.uint32(gen, 0, 2 ** 31 - 1)]),
    '1.11': (gen, array) =>
      array.insert(prng.int32(gen, 0, array.length), [prng.uint32(gen, 0, 2 ** 31 - 1)]),
  };
  const whole = {
    '1.2': (gen, doc) => doc.getText('text').insert(0, word(gen, n, n)),
    '1.6': (gen, doc) => {
      doc.getText('text').insert(0, word(gen, n, n));
      doc.getText('text').delete(0, n);
    },
    '1.9': (gen, doc) => {
      const numbers = Array.from({ length: n }, () => prng.uint32(gen, 0, 2 ** 31 - 1));
      doc.getArray('array').insert(0, numbers);
    },
  };
  const logs = {};
  for (const [name, edit] of Object.entries(whole)) {
    logs[`b${name}`] = record(1, ([doc]) => edit(prng.create(kSeed), doc));
  }
  const run = (kind, edits) => {
    for (const [name, edit] of Object.entries(edits)) {
      const gen = prng.create(kSeed);
      logs[`b${name}`] = record(1, ([doc]) => {
        const type = kind === 'text' ? doc.getText('text') : doc.getArray('array');
        for (let i = 0; i < n; i++) edit(gen, type, i);
      });
    }
  };
  run('text', texts);
  run('array', arrays);
  return logs;
}

/** B2: two writers, who both edit in one transaction and then exchange it. */
function twoWriters(n) {
  const edits = {
    '2.2': (gen, text) => text.insert(prng.int32(gen, 0, text.length), word(gen, 1, 1)),
    '2.3': (gen, text) => text.insert(prng.int32(gen, 0, text.length), word(gen, 3, 9)),
    '2.4': (gen, text) => {
      text.insert(prng.int32(gen, 0, text.length), word(gen, 3, 9));
      const place = prng.int32(gen, 0, text.length);
      if (text.length === place || prng.bool(gen)) return text.insert(place, word(gen, 2, 10));
      return text.delete(place, prng.int32(gen, 1, Math.min(9, text.length - place)));
    },
  };
  const logs = {};
  const both = (name, edit) => {
    const gen = prng.create(kSeed);
    logs[`b${name}`] = record(2, (docs, log) => {
      docs[0].getText('text').insert(0, word(gen, 100, 100));
      Y.applyUpdate(docs[1], log[0], 'peer');
      for (const doc of docs) doc.transact(() => edit(gen, doc.getText('text')));
    });
  };
  both('2.1', (gen, text) => text.insert(0, word(gen, n, n)));
  for (const [name, edit] of Object.entries(edits)) {
    both(name, (gen, text) => {
      for (let i = 0; i < n; i++) edit(gen, text);
    });
  }
  return logs;
}

/** B3: many writers, one edit each. */
function manyWriters(n) {
  const clients = 20 * Math.floor(Math.sqrt(n));
  const edits = {
    '3.1': (doc, i) => doc.getMap('map').set('v', i),
    '3.2': (doc, i) => doc.getMap('map').set('v', { name: `${i}`, address: 'here' }),
    '3.3': (doc, i) => doc.getMap('map').set('v', `${i}`.repeat(clients)),
    '3.4': (doc, i) => doc.getArray('array').insert(0, [`${i}`]),
    '3.5': (doc, i) => doc.getText('text').insert(0, `${i}`),
  };
  const logs = {};
  for (const [name, edit] of Object.entries(edits)) {
    const gen = prng.create(kSeed);
    const log = [];
    for (let i = 0; i < clients; i++) {
      const doc = new Y.Doc();
      doc.clientID = prng.uint32(gen, 1, 2 ** 32 - 1);
      doc.on('update', (update) => log.push(update));
      edit(doc, i);
    }
    logs[`b${name}`] = log;
  }
  return logs;
}

function typed(out, name, edits, start = '') {
  writeEdits(out, name, start === '' ? edits : [[0, 0, start], ...edits]);
  const log = record(1, ([doc]) => {
    const text = doc.getText('text');
    if (start !== '') text.insert(0, start);
    for (const [position, deleted, inserted] of edits) {
      doc.transact(() => {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted !== '') text.insert(position, inserted);
      });
    }
  });
  writeLog(out, name, log);
}

function fromTraces(out, folder) {
  for (const file of readdirSync(folder).sort()) {
    const name = file.split('.').slice(0, file.startsWith('b') ? -2 : 1).join('.');
    const path = join(folder, file);
    if (file.endsWith('.framed.gz')) {
      const bytes = new Uint8Array(gunzipSync(readFileSync(path)));
      writeLog(out, basename(file, '.framed.gz'), readLog(bytes));
    } else if (file.endsWith('.json.gz')) {
      const trace = JSON.parse(gunzipSync(readFileSync(path)));
      const patches = trace.txns.flatMap((txn) => txn.patches);
      const plain = !patches.some(([, , inserted]) => /[\ud800-\udfff]/.test(inserted));
      if (trace.kind === undefined && plain) typed(out, name, patches, trace.startContent);
    } else if (file.endsWith('.yjs')) {
      // As Yjs writes it today: some were written by one with another order.
      const doc = new Y.Doc();
      Y.applyUpdateV2(doc, readFileSync(path));
      writeFileSync(join(out, `${name}.v2`), Y.encodeStateAsUpdateV2(doc));
    }
  }
}

/** Makes the inputs if the folder does not hold those of the same options. */
export function makeInputs({ out, traces, quick }) {
  const stamp = join(out, 'made-with');
  const options = JSON.stringify({ traces, quick, format: 3 });
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === options) return;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const n = quick ? 2000 : 6000;
  typed(out, 'typing', typingPatches({ seed: 1, edits: quick ? 20_000 : 100_000 }));
  for (const logs of [singleWriter(n), twoWriters(n), manyWriters(n)]) {
    for (const [name, log] of Object.entries(logs)) writeLog(out, name, log);
  }
  for (const part of traces === undefined ? [] : ['', 'traces', 'updates', 'egwalker']) {
    const folder = join(traces, part);
    if (existsSync(folder)) fromTraces(out, folder);
  }
  writeFileSync(stamp, options);
}

if (process.argv[1]?.endsWith('inputs.mjs')) {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, traces: { type: 'string' }, quick: { type: 'boolean' } },
  });
  makeInputs(values);
}
