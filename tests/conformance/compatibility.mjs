// Documents of older releases of Yjs must look the same for ever:
//   node compatibility.mjs --replay PATH [--engine weft|reference]
//
// Two sources. The documents of Yjs's own compatibility test, written by Yjs 13.2.0, are read from
// the npm package yjs 13.4.0 (MIT, Kevin Jahns), which carries its tests. And Yjs 13.2.0 itself,
// from npm, writes documents here. Each is loaded by the present Yjs, whose contents must be those
// that the old release had, and by the engine, which must hold what the present Yjs holds.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import * as OldY from 'yjs-13.2';

import {
  captureUpdates,
  expectationOf,
  kRoots,
  makeRoots,
  sortedKeys,
} from './harness.mjs';
import { ReplayWriter } from './replay_file.mjs';
import { jsonText, randomText, randomValue } from './values.mjs';

const kOldTests = new URL(
  'tests/compatibility.tests.js',
  import.meta.resolve('yjs-13.4/package.json'),
);
const kLiveDocuments = 40;
const kNothing = new Uint8Array([0]);

/** A replay of one replica that applies `updates`, and the document that it makes. */
function replayOf(description, updates) {
  const doc = new Y.Doc();
  makeRoots(doc);
  const takeUpdates = captureUpdates(doc);
  const writer = new ReplayWriter({
    description,
    gc: true,
    clients: [0],
    roots: kRoots,
    fullAt: 'all',
  });
  for (const update of updates) {
    Y.applyUpdate(doc, update);
    writer.apply(
      0,
      update,
      takeUpdates().map((event) => event.update),
    );
    writer.check(0, expectationOf(doc, kNothing));
  }
  return { bytes: writer.finish(), doc };
}

/** {name, update, root, expected} of each test in the package; `expected` as toJSON gives it. */
function packagedDocuments() {
  const source = readFileSync(fileURLToPath(kOldTests), 'utf8');
  const tests = source.matchAll(
    /export const (\w+)[^]*?oldDoc = '(.+)'[^]*?oldVal = (.*)[^]*?get\w+\('(\w+)'\)\.(\w+)/g,
  );
  return [...tests].map(([, name, base64, literal, root, read]) => {
    const json =
      /JSON\.parse\('(.*)'\)/.exec(literal)?.[1] ?? literal.replace(/^\/\*.*?\*\/ */, '');
    let expected = JSON.parse(json.replace(/^\((.*)\)$/, '$1'));
    if (read === 'toDelta') {
      expected = expected.map((op) => (typeof op.insert === 'string' ? op.insert : '')).join('');
    }
    return { name, update: new Uint8Array(Buffer.from(base64, 'base64')), root, expected };
  });
}

/** Yjs 13.2.0 cuts a surrogate pair in two; later releases replace both halves. */
const withoutPairs = (text) => text.replace(/[\ud800-\udfff]/g, '-');

function oldEdit(doc, gen) {
  const text = doc.getText('text');
  const array = doc.getArray('array');
  const map = doc.getMap('map');
  const within = (type) => prng.int32(gen, 0, type.length);
  switch (prng.int32(gen, 0, 9)) {
    case 0:
    case 1:
      return text.insert(within(text), withoutPairs(randomText(gen, 1, 8)));
    case 2:
      return text.length > 2 && text.delete(prng.int32(gen, 0, text.length - 2), 2);
    case 3:
      return text.format(0, Math.min(3, text.length), { bold: true });
    case 4:
      return text.insertEmbed(within(text), { image: randomText(gen, 0, 4) });
    case 5:
      return array.insert(within(array), [randomValue(gen, 1, false) ?? 0, { a: [1, null, 'x'] }]);
    case 6:
      return array.length > 1 && array.delete(prng.int32(gen, 0, array.length - 2), 2);
    case 7:
      return map.set(prng.oneOf(gen, ['a', 'b']), randomValue(gen, 1, false));
    case 8:
      return map.set('nested', new OldY.Array());
    default:
      return array.insert(0, [new OldY.Map()]);
  }
}

/** Updates of two documents of Yjs 13.2.0 that edit together, and what they then hold. */
function liveDocument(seed) {
  const gen = prng.create(seed);
  const docs = [5, 6].map((client) => Object.assign(new OldY.Doc(), { clientID: client }));
  const updates = [];
  docs.forEach((doc) =>
    doc.on('update', (update, origin) => origin !== 'sync' && updates.push(update)),
  );
  for (let i = 0; i < 60; i++) {
    oldEdit(prng.oneOf(gen, docs), gen);
    if (i % 10 < 9) continue;
    const states = docs.map((doc) => OldY.encodeStateAsUpdate(doc));
    docs.forEach((doc, k) => OldY.applyUpdate(doc, states[1 - k], 'sync'));
  }
  const roots = ['text', 'array', 'map'];
  const contents = roots.map((name) => [name, docs[0].get(name).toJSON()]);
  return { name: `live ${seed}`, updates, whole: OldY.encodeStateAsUpdate(docs[0]), contents };
}

function requireEqual(name, root, doc, expected) {
  const contents = sortedKeys(doc.share.get(root).toJSON());
  if (jsonText(contents) !== jsonText(sortedKeys(expected))) {
    throw new Error(`${name}: the present Yjs reads '${root}' differently`);
  }
}

function main() {
  const { values } = parseArgs({
    options: { replay: { type: 'string' }, engine: { type: 'string', default: 'weft' } },
  });
  const replays = [];
  const packaged = packagedDocuments();
  if (packaged.length < 3) throw new Error('the package yjs 13.4.0 has another test than expected');
  for (const { name, update, root, expected } of packaged) {
    const { bytes, doc } = replayOf(name, [update]);
    requireEqual(name, root, doc, expected);
    replays.push(bytes);
  }
  for (let seed = 1; seed <= kLiveDocuments; seed++) {
    const { name, updates, whole, contents } = liveDocument(seed);
    for (const list of [updates, [whole]]) {
      const { bytes, doc } = replayOf(name, list);
      contents.forEach(([root, expected]) => requireEqual(name, root, doc, expected));
      replays.push(bytes);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'weft-compatibility-'));
  const files = replays.map((bytes, i) => {
    const file = join(folder, `${i}.replay`);
    writeFileSync(file, bytes);
    return file;
  });
  const { status, error } = spawnSync(values.replay, ['--engine', values.engine, ...files], {
    stdio: 'inherit',
  });
  rmSync(folder, { recursive: true });
  if (error !== undefined) throw error;
  process.exit(status ?? 1);
}

main();
