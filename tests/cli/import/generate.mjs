// Writes the stores of other servers that import_test.mjs reads, with these servers' own software:
//
//   npm install --no-save yjs@13.6.33 y-leveldb@0.2.0 @hocuspocus/server@4.7.0 \
//     @hocuspocus/extension-sqlite@4.7.0      (in a folder of its own; then run this file there)
//   node generate.mjs OUT
//
// What it wrote is kept here, since these packages need compilers and other networks than tests
// may have. y-sweet's npm package is a loader of a binary: its file is written as its source says
// (bincode of yrs-kvstore's entries, version 0.9.1).

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const Y = await load('yjs');

const out = process.argv[2];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** The updates of a document that somebody typed into, in their order. */
function typed(client, text) {
  const doc = new Y.Doc();
  doc.clientID = client;
  const updates = [];
  doc.on('update', (update) => updates.push(update));
  for (const character of text) doc.getText('t').insert(doc.getText('t').length, character);
  doc.getText('t').delete(0, 1);
  doc.getMap('m').set('from', text);
  return updates;
}

async function writeLeveldb() {
  const { LeveldbPersistence } = await load('y-leveldb');
  const store = new LeveldbPersistence(join(out, 'y-leveldb'));
  for (const [name, text] of [['notes', '-from y-leveldb'], ['été/日本', '-named in UTF-8']]) {
    for (const update of typed(name.length, text)) await store.storeUpdate(name, update);
  }
  // This one is flushed: its updates become one.
  for (const update of typed(77, '-flushed')) await store.storeUpdate('flushed', update);
  await store.flushDocument('flushed');
  await store.setMeta('notes', 'title', 'not an update');
  await store.destroy();
  // Opening makes a table of the log; what comes now is in a log again.
  const again = new LeveldbPersistence(join(out, 'y-leveldb'));
  for (const update of typed(78, '-after a restart')) await again.storeUpdate('later', update);
  await again.destroy();
}

async function writeHocuspocus() {
  const { SQLite } = await load('@hocuspocus/extension-sqlite');
  const { Hocuspocus } = await load('@hocuspocus/server');
  const database = join(out, 'hocuspocus.sqlite');
  const server = new Hocuspocus({ extensions: [new SQLite({ database })], quiet: true });
  await server.hooks('onConfigure', { configuration: server.configuration, instance: server });
  for (const [name, text] of [['page', '-from hocuspocus'], ['other', '-another row']]) {
    const connection = await server.openDirectConnection(name);
    await connection.transact((doc) => {
      for (const update of typed(5, text)) Y.applyUpdate(doc, update);
    });
    await connection.disconnect();
  }
  server.closeConnections();
}

/** bincode: a count, then keys and values with their lengths, 64 bits little-endian each. */
function writeYSweet(folder, updates, flushed) {
  const number = (value, bytes, little) => {
    const buffer = Buffer.alloc(bytes);
    if (little) buffer.writeBigUInt64LE(BigInt(value));
    else buffer.writeUInt32BE(value);
    return buffer;
  };
  const oid = number(1, 4, false);
  const key = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
  const doc = new Y.Doc();
  for (const update of updates.slice(0, flushed)) Y.applyUpdate(doc, update);
  const entries = [
    [key([0, 0], Buffer.from('doc'), [0]), oid],
    [key([0, 1], oid, [0]), Buffer.from(Y.encodeStateAsUpdate(doc))],
    [key([0, 1], oid, [1]), Buffer.from(Y.encodeStateVector(doc))],
    ...updates.slice(flushed).map((update, clock) => [
      key([0, 1], oid, [2], number(clock, 4, false), [0]), Buffer.from(update)]),
  ];
  const bytes = [number(entries.length, 8, true)];
  for (const [name, value] of entries) {
    bytes.push(number(name.length, 8, true), name, number(value.length, 8, true), value);
  }
  mkdirSync(join(out, 'y-sweet', folder), { recursive: true });
  writeFileSync(join(out, 'y-sweet', folder, 'data.ysweet'), Buffer.concat(bytes));
}

await writeLeveldb();
await writeHocuspocus();
const updates = typed(9, '-from y-sweet');
writeYSweet('whiteboard', updates, updates.length);
writeYSweet('with-updates', updates, 4);
