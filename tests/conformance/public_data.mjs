// Documents and recordings that others published, read into the engine: the contents must be those
// that are known, and the state, in V1 and V2, the bytes that Yjs writes.
//   node public_data.mjs --reencode PATH [--data DIR] [--only PART]
//
// DIR (or $WEFT_DATA) holds, each of them where present:
//   egwalker/NAME.yjs         documents of the eg-walker paper (josephg/egwalker-paper), V2 updates
//   traces/NAME.json.gz       recordings of writers (josephg/editing-traces), typed with Yjs
//   updates/NAME.framed.gz    logs of V1 updates; manifest.json tells root, kind and sha256
// Without any of them the test is skipped; a document among them that it does not know is an error.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { FramedLog, typePatches } from './framed.mjs';
import { jsonText } from './values.mjs';

const kSkipped = 77;

/** Length in UTF-16 units and beginning of the sha1 of each document of the paper. */
const kEgWalker = {
  S1: [314556, '18df734514f3'],
  S2: [170307, '8620ca09caa5'],
  S3: [122271, '3fc9a584e35e'],
  C1: [534050, '3c637f6c2ac4'],
  C2: [528700, '15d16a68db24'],
  A1: [38142, '8b41f5a6f1e1'],
  A2: [227126, '311f13e2c51b'],
};
/** Recordings of one writer. */
const kTraces = [
  'automerge-paper',
  'seph-blog1',
  'rustcode',
  'sveltecomponent',
  'json-crdt-patch',
  'json-crdt-blog-post',
];
/** Recordings of several who write at the same time. */
const kConcurrentTraces = ['friendsforever', 'clownschool'];

const digest = (kind, text) => createHash(kind).update(text, 'utf8').digest('hex');

function require(condition, message) {
  if (!condition) throw new Error(message);
}

/** Each as {name, form, bytes, root, kind, doc}: what to read, and what Yjs makes of it. */
function* egWalker(folder) {
  for (const [name, [length, sha1]] of Object.entries(kEgWalker)) {
    const file = join(folder, 'egwalker', `${name}.yjs`);
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    const doc = new Y.Doc();
    Y.applyUpdateV2(doc, bytes);
    const [root] = doc.share.keys();
    const text = doc.getText(root).toString();
    require(text.length === length && digest('sha1', text).startsWith(sha1), `${name}: other text`);
    yield { name, form: 'v2', bytes, root, kind: 'text', doc };
  }
}

/** {name: recording} of those that are present. */
function* recordings(folder, names) {
  for (const name of names) {
    const file = join(folder, 'traces', `${name}.json.gz`);
    if (!existsSync(file)) continue;
    const trace = JSON.parse(gunzipSync(readFileSync(file)));
    const patches = trace.txns.flatMap((txn) => txn.patches);
    // Positions count code points, Yjs counts code units: the same where there are no pairs.
    require(!patches.some(([, , inserted]) => /[\ud800-\udfff]/.test(inserted)), `${name}: pairs`);
    yield { name, trace, patches };
  }
}

function* traces(folder) {
  for (const { name, trace, patches } of recordings(folder, kTraces)) {
    const { log, text, doc } = typePatches(patches, { start: trace.startContent });
    require(text === trace.endContent, `${name}: another text than recorded`);
    yield { name, form: 'framed', bytes: log.bytes(), root: 'text', kind: 'text', doc };
  }
}

/** Each writer has a document, which gets what the recording says that the writer had seen. */
class Writers {
  constructor(count) {
    this.log = new FramedLog();
    this.updates = []; // of each transaction
    this.users = Array.from({ length: count }, (_, agent) => {
      const doc = new Y.Doc();
      doc.clientID = agent + 1;
      doc.on('update', (update, origin) => {
        if (origin === null) this.log.add((this.updates[this.at] = update));
      });
      return { doc, seen: new Set() };
    });
  }

  write(at, { agent, parents, patches }) {
    const { doc, seen } = this.users[agent];
    const unseen = [];
    for (const left = [...parents]; left.length > 0; ) {
      const parent = left.pop();
      if (seen.has(parent)) continue;
      seen.add(parent);
      unseen.push(parent);
      left.push(...this.parents[parent]);
    }
    for (const parent of unseen.sort((a, b) => a - b)) {
      if (this.updates[parent]) Y.applyUpdate(doc, this.updates[parent], 'other');
    }
    seen.add(at);
    this.at = at;
    doc.transact(() => {
      const text = doc.getText('text');
      for (const [position, deleted, inserted] of patches) {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted !== '') text.insert(position, inserted);
      }
    });
  }
}

function* concurrentTraces(folder) {
  for (const { name, trace } of recordings(folder, kConcurrentTraces)) {
    const writers = new Writers(trace.numAgents);
    writers.parents = trace.txns.map(({ parents }) => parents);
    trace.txns.forEach((txn, at) => writers.write(at, txn));
    const doc = new Y.Doc();
    doc.getText('text');
    for (const update of writers.updates) if (update) Y.applyUpdate(doc, update);
    require(doc.getText('text').toString() === trace.endContent, `${name}: another text`);
    yield { name, form: 'framed', bytes: writers.log.bytes(), root: 'text', kind: 'text', doc };
  }
}

function* logs(folder) {
  const manifest = join(folder, 'updates', 'manifest.json');
  if (!existsSync(manifest)) return;
  for (const [name, entry] of Object.entries(JSON.parse(readFileSync(manifest)))) {
    const file = join(folder, 'updates', `${name}.framed.gz`);
    if (!existsSync(file)) continue;
    const bytes = gunzipSync(readFileSync(file));
    const doc = new Y.Doc();
    const root = { text: Y.Text, array: Y.Array, map: Y.Map }[entry.kind];
    doc.get(entry.root, root);
    const decoder = decoding.createDecoder(bytes);
    while (decoding.hasContent(decoder)) {
      Y.applyUpdate(doc, decoding.readVarUint8Array(decoder));
    }
    if (entry.kind === 'text') {
      const found = digest('sha256', doc.getText(entry.root).toString());
      require(found === entry.sha256, `${name}: another text than recorded`);
    }
    yield { name, form: 'framed', bytes, root: entry.root, kind: entry.kind, doc };
  }
}

function check(program, folder, { name, form, bytes, root, kind, doc }) {
  const file = join(folder, 'in');
  const out = join(folder, 'out');
  writeFileSync(file, bytes);
  const { status, signal } = spawnSync(program, [file, form, root, kind, out, '13']);
  require(status === 0, `${name}: ended with ${status ?? signal}`);
  const read = (ending) => readFileSync(out + ending);
  require(read('.v1').equals(Y.encodeStateAsUpdate(doc)), `${name}: another state in V1`);
  require(read('.v2').equals(Y.encodeStateAsUpdateV2(doc)), `${name}: another state in V2`);
  const json = jsonText(doc.share.get(root).toJSON());
  require(read('.json').equals(Buffer.from(json)), `${name}: other contents`);
}

/** Names of the documents in a part of the data. */
function present(folder, part, ending) {
  const path = join(folder, part);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith(ending));
  return names.map((name) => `${part}/${name.slice(0, -ending.length)}`);
}

const { values } = parseArgs({
  options: {
    reencode: { type: 'string' },
    data: { type: 'string', default: process.env.WEFT_DATA ?? '' },
    only: { type: 'string' },
  },
});
const parts = [
  ['egwalker', egWalker, '.yjs'],
  ['traces', traces, '.json.gz'],
  ['traces', concurrentTraces, '.json.gz'],
  ['updates', logs, '.framed.gz'],
];
const folder = mkdtempSync(join(tmpdir(), 'weft-public-'));
const wanted = parts.filter(([part]) => values.data !== '' && (values.only ?? part) === part);
const unread = new Set(wanted.flatMap(([part, , ending]) => present(values.data, part, ending)));
let count = 0;
try {
  for (const [part, documents] of wanted) {
    for (const document of documents(values.data)) {
      check(values.reencode, folder, document);
      unread.delete(`${part}/${document.name}`);
      console.log(`${part}/${document.name}: ${document.bytes.length} bytes: equal`);
      count++;
    }
  }
  require(unread.size === 0, `not read: ${[...unread].join(' ')}`);
} finally {
  rmSync(folder, { recursive: true });
}
if (count === 0) console.log('skipped: no public data (set WEFT_DATA to its folder)');
process.exit(count === 0 ? kSkipped : 0);
