// Other engines on the same inputs, one engine a process: node peers.mjs ENGINE --inputs DIR
// [--filter REGEX] [--quick]. Prints one JSON line for each workload: {name, ms}. Names are those
// of the C++ programs. Only work that means the same is measured; results are checked by length.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { readLog } from './inputs.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    filter: { type: 'string', default: '.' },
    quick: { type: 'boolean', default: false },
  },
});
const kFilter = new RegExp(values.filter);
const kPatience = values.quick ? 300 : 1500; // ms for all runs of one workload
const kUpdatesMax = values.quick ? 30_000 : 300_000; // longer logs are left to who can

/** The best of some runs: `prepare` is not timed, `work` is. */
function measure(name, work, prepare = () => undefined) {
  if (!kFilter.test(name)) return;
  let best = Infinity;
  const begin = performance.now();
  do {
    const input = prepare();
    const from = performance.now();
    const wrong = work(input) === false;
    best = Math.min(best, performance.now() - from);
    if (wrong) return console.log(JSON.stringify({ name, error: 'wrong result' }));
  } while (performance.now() - begin < kPatience);
  console.log(JSON.stringify({ name, ms: best }));
}

const read = (file) => new Uint8Array(readFileSync(join(values.inputs, file)));
const names = (extension) =>
  readdirSync(values.inputs)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();

function readEdits(name) {
  const bytes = Buffer.from(read(`${name}.edits`));
  const edits = [];
  for (let at = 0; at < bytes.length; ) {
    const head = /^(\d+) (\d+) (\d+) /.exec(bytes.toString('latin1', at, at + 40));
    const begin = at + head[0].length;
    at = begin + Number(head[3]);
    edits.push([Number(head[1]), Number(head[2]), bytes.toString('utf8', begin, at)]);
  }
  return edits;
}

/** Engines that read Yjs's updates: `api` gives {open, apply, encode, merge}. */
function measureUpdates(api) {
  for (const name of names('.framed')) {
    const log = readLog(read(`${name}.framed`));
    const state = read(`${name}.state`);
    if (log.length > kUpdatesMax) continue;
    const applyAll = (doc) => log.forEach((update) => api.apply(doc, update));
    measure(`apply/${name}`, applyAll, api.open);
    measure(`load/${name}/v1`, (doc) => api.apply(doc, state), api.open);
    const full = api.open();
    api.apply(full, state);
    measure(`encode/${name}/v1`, () => api.encode(full).length === state.length);
    if (api.merge && log.length > 1) {
      const first = log.slice(0, 10_000);
      if (log.length > 10_000 && !values.quick) {
        measure(`merge/${name}/first`, () => api.merge(first));
      } else if (log.length <= 10_000) {
        measure(`merge/${name}/all`, () => api.merge(log));
      }
    }
  }
}

function measureTyping(type) {
  for (const name of names('.edits')) {
    if (existsSync(join(values.inputs, `${name}.edits`))) type(name, readEdits(name));
  }
}

async function yjsLike(module) {
  const Y = await import(module);
  measureUpdates({
    open: () => new Y.Doc(),
    apply: (doc, update) => Y.applyUpdate(doc, update),
    encode: (doc) => Y.encodeStateAsUpdate(doc),
    merge: (updates) => Y.mergeUpdates(updates),
  });
  const get = (doc) => (module === 'yjs' ? doc.getText('text') : doc.get('text'));
  measureTyping((name, edits) => {
    const type = (text, [position, deleted, inserted]) => {
      if (deleted > 0) text.delete(position, deleted);
      if (inserted !== '') text.insert(position, inserted);
    };
    measure(`local/${name}/event`, () => {
      const doc = new Y.Doc();
      let told = 0;
      doc.on('update', () => told++);
      const text = get(doc);
      for (const edit of edits) doc.transact(() => type(text, edit));
      return told > 0;
    });
    measure(`local/${name}/one_transaction`, () => {
      const doc = new Y.Doc();
      const text = get(doc);
      doc.transact(() => edits.forEach((edit) => type(text, edit)));
    });
  });
}

async function ywasm() {
  const Y = await import('ywasm');
  measureUpdates({
    open: () => new Y.YDoc(),
    apply: (doc, update) => Y.applyUpdate(doc, update, undefined),
    encode: (doc) => Y.encodeStateAsUpdate(doc, undefined),
  });
}

async function loro() {
  const { LoroDoc } = await import('loro-crdt');
  measureTyping((name, edits) =>
    measure(`local/${name}/one_transaction`, () => {
      const doc = new LoroDoc();
      const text = doc.getText('text');
      for (const [position, deleted, inserted] of edits) {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted !== '') text.insert(position, inserted);
      }
      doc.commit();
    }),
  );
}

async function automerge() {
  const A = await import('@automerge/automerge');
  measureTyping((name, edits) =>
    measure(`local/${name}/one_transaction`, () => {
      const doc = A.from({ text: '' });
      A.change(doc, (draft) => {
        for (const [position, deleted, inserted] of edits) {
          A.splice(draft, ['text'], position, deleted, inserted);
        }
      });
    }),
  );
}

async function diamondTypes() {
  const { Doc } = await import('diamond-types-node');
  // It counts characters, not code units.
  measureTyping((name, edits) => {
    if (edits.some(([, , inserted]) => /[\ud800-\udfff]/.test(inserted))) return;
    measure(`local/${name}/one_transaction`, () => {
      const doc = new Doc('writer');
      for (const [position, deleted, inserted] of edits) {
        if (deleted > 0) doc.del(position, deleted);
        if (inserted !== '') doc.ins(position, inserted);
      }
    });
  });
}

export const kPeers = {
  yjs: () => yjsLike('yjs'),
  '@y/y': () => yjsLike('@y/y'),
  ywasm,
  'loro-crdt': loro,
  automerge,
  'diamond-types': diamondTypes,
};

if (process.argv[1]?.endsWith('peers.mjs')) await kPeers[positionals[0]]();
