// Edits under load while the server is killed or stopped and its store fails, at random moments:
// `node crash.mjs --server PATH_TO_WEFT [--store sqlite|postgres] [--rounds N] [--seed N]`.
//
// Writers change several documents as fast as they are let. Each remembers which of its updates
// the server sent back to it: that echo means "on disk". In each round the store may fail for a
// while; then the server is killed (or stopped) and started again. Applying any echoed update to
// what a new client is given must then change nothing, and every echoed key must hold its value.
// The writers then go on, so each round also tests what the one before left behind. At the end
// all of them must hold the same document.

import { parseArgs } from 'node:util';
import { Ledger } from '../clients/lib/ledger.mjs';
import { Random } from '../clients/lib/random.mjs';
import {
  RawClient, fetchDoc, kStep1, kStep2, kSync, kUpdate, step1, step2, update,
} from '../clients/lib/raw.mjs';
import { Server } from '../clients/lib/server.mjs';
import { shape } from '../clients/lib/shape.mjs';
import { check, equal, sleep, until } from '../clients/lib/wait.mjs';
import * as Y from '../clients/lib/yjs.mjs';
import { postgresStore, sqliteStore } from './stores.mjs';

const kDocuments = 3;
const kWriters = 3;         // per document
const kPause = [0, 4];      // ms between two edits of a writer
const kLife = [100, 900];   // ms of load before something happens
const kFault = [20, 400];   // ms that a store fails
const kStopped = 0.25;      // the share of servers that are stopped in order instead of killed

class Writer {
  constructor(number, room, seed) {
    this.number = number;
    this.room = room;
    this.random = new Random(seed);
    this.ledger = new Ledger();
    this.doc = new Y.Doc();
    this.doc.clientID = seed % 0xffffffff;
    this.edits = 0;
    this.doc.on('update', (bytes, origin) => {
      if (origin === this) return;
      this.ledger.wrote(bytes);
      this.client?.send(update(bytes));
    });
  }

  /** Joins as a provider does: both sides send step 1, each answers with what the other lacks. */
  async join(url) {
    const client = await new RawClient(url, this.room).open();
    this.client = client;
    let synced = false;
    client.each((message) => {
      if (message.type !== kSync) return;
      if (message.kind === kStep1) return client.send(step2(this.doc, message.body));
      if (message.kind === kUpdate) this.ledger.received(message.body);
      synced ||= message.kind === kStep2;
      Y.applyUpdate(this.doc, message.body, this);
    });
    client.send(step1(this.doc));
    await until('the writer is synced', () => synced);
  }

  edit() {
    const text = this.doc.getText('text');
    const key = `${this.number}-${this.edits++}`;
    this.doc.transact(() => {
      this.doc.getMap('map').set(key, key);
      text.insert(this.random.int(0, text.length), `${key} `);
      if (text.length > 400) text.delete(this.random.int(0, 200), this.random.int(1, 40));
    });
  }

  async work(end) {
    while (performance.now() < end && this.client.closed === null) {
      this.edit();
      await sleep(this.random.int(...kPause));
    }
  }

  leave() {
    this.client.close();
    this.client = null;
  }
}

/** Compares what a new client is given with what was echoed. Returns the number of echoes. */
async function verify(server, room, writers) {
  const doc = await fetchDoc(server.url, room);
  equal(`${room}: structs that wait for others`, doc.store.pendingStructs, null);
  const before = shape(doc);
  const map = doc.getMap('map');
  let tested = 0;
  for (const { number, ledger } of writers) {
    for (const bytes of ledger.acknowledged) {
      for (const key of keysOf(bytes)) equal(`${room}: writer ${number}'s key`, map.get(key), key);
      Y.applyUpdate(doc, bytes);
      tested++;
    }
    equal(`${room}: what writer ${number}'s echoed updates add`, shape(doc), before);
  }
  return tested;
}

function keysOf(bytes) {
  const { structs } = Y.decodeUpdate(bytes);
  return structs.map(({ parentSub }) => parentSub).filter((key) => typeof key === 'string');
}

/** Lets the store fail once for a while, or not; the writers go on meanwhile. */
async function disturb(store, random) {
  await sleep(random.int(...kLife));
  const fault = store.faults[random.int(0, store.faults.length)];  // one more: none
  if (fault === undefined) return 'nothing';
  await fault.begin();
  await sleep(random.int(...kFault));
  await fault.end();
  await sleep(random.int(...kLife));
  return fault.name;
}

async function round(server, store, rooms, random) {
  const writers = [...rooms.values()].flat();
  await Promise.all(writers.map((writer) => writer.join(server.url)));
  const working = Promise.all(writers.map((writer) => writer.work(performance.now() + 30_000)));
  const fault = await disturb(store, random);
  const stopped = random.int(0, 99) < kStopped * 100;
  await (stopped ? server.stop() : server.kill());
  await working;
  writers.forEach((writer) => writer.leave());
  const waiting = writers.reduce((sum, { ledger }) => sum + ledger.pending, 0);
  await server.start();
  let tested = 0;
  for (const [room, group] of rooms) tested += await verify(server, room, group);
  return { fault: `${fault}, ${stopped ? 'then stopped' : 'then killed'}`, tested, waiting };
}

/** All writers come back once more; then they hold what the server holds, and all is echoed. */
async function settle(server, rooms) {
  for (const [room, group] of rooms) {
    await Promise.all(group.map((writer) => writer.join(server.url)));
    const shapes = () => new Set(group.map(({ doc }) => JSON.stringify(shape(doc))));
    await until(`${room}: all writers hold the same document`, () => shapes().size === 1);
    const expected = shape(group[0].doc);
    await until(`${room}: the server holds it too`, async () =>
      JSON.stringify(shape(await fetchDoc(server.url, room))) === JSON.stringify(expected));
    group.forEach((writer) => writer.leave());
  }
}

function writersIn(rooms, random) {
  for (let d = 0; d < kDocuments; d++) {
    const group = Array.from({ length: kWriters }, (_, w) =>
      new Writer(`${d}${w}`, `crash-${d}`, random.int(1, 0x7fffffff)));
    rooms.set(`crash-${d}`, group);
  }
  return rooms;
}

async function run(binary, store, rounds, random) {
  const rooms = writersIn(new Map(), random);
  const server = new Server(binary, store.arguments, { ownStore: true });
  let before = 0;
  let failed = 0;
  try {
    await server.start();
    for (let number = 1; number <= rounds; number++) {
      const { fault, tested, waiting } = await round(server, store, rooms, random);
      check('some updates were echoed', tested > before);
      console.log(`ok ${number} - ${fault}: ${tested - before} more updates echoed, ` +
        `${tested} in all, every one there; ${waiting} not yet echoed`);
      before = tested;
    }
    await settle(server, rooms);
  } catch (error) {
    failed = 1;
    console.log(`not ok - ${String(error.stack ?? error).replaceAll('\n', '\n# ')}`);
    console.log(`# the server wrote: ${server.output.slice(-1000)}`.replaceAll('\n', '\n# '));
  }
  await server.discard();
  return failed;
}

async function main() {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      store: { type: 'string', default: 'sqlite' },
      rounds: { type: 'string', default: '8' },
      seed: { type: 'string' },
    },
  });
  const stores = { sqlite: sqliteStore, postgres: postgresStore };
  if (values.server === undefined || stores[values.store] === undefined) {
    console.error('usage: node crash.mjs --server PATH_TO_WEFT [--store sqlite|postgres]' +
      ' [--rounds N] [--seed N]');
    return 2;
  }
  const random = new Random(Number(values.seed ?? Date.now() % 1_000_000));
  const rounds = Number(values.rounds);
  console.log(`# --store ${values.store} --seed ${random.seed}`);
  const store = await stores[values.store]();
  const failed = await run(values.server, store, rounds, random);
  await store.discard();
  console.log(`1..1\n# tests 1\n# pass ${1 - failed}\n# fail ${failed}`);
  return failed;
}

process.exit(await main());
