// kill -9 under load: `node crash.mjs --server PATH_TO_WEFT [--rounds N] [--seed N]`.
//
// Writers change several documents as fast as they are let. Each remembers which of its updates
// the server sent back to it: that echo means "on disk". The server is killed at a random moment
// and started again; then applying any echoed update to what a new client is given must change
// nothing, and every echoed key must hold its value. The writers then go on, so each round also
// tests what the one before left behind.

import { parseArgs } from 'node:util';
import * as Y from 'yjs';
import { Ledger } from './lib/ledger.mjs';
import { shape } from './lib/peers.mjs';
import { Random } from './lib/random.mjs';
import {
  RawClient, fetchDoc, kStep1, kStep2, kSync, kUpdate, step1, step2, update,
} from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { check, equal, sleep, until } from './lib/wait.mjs';

const kDocuments = 3;
const kWriters = 3;         // per document
const kPause = [0, 4];      // ms between two edits of a writer
const kLife = [150, 1200];  // ms of load before the server is killed

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

async function round(server, rooms, random) {
  const writers = [...rooms.values()].flat();
  await Promise.all(writers.map((writer) => writer.join(server.url)));
  const life = random.int(...kLife);
  const end = performance.now() + life;
  const working = Promise.all(writers.map((writer) => writer.work(end + 1000)));
  await sleep(life);
  await server.kill();
  await working;
  writers.forEach((writer) => writer.leave());
  const waiting = writers.reduce((sum, { ledger }) => sum + ledger.pending, 0);
  await server.start();
  let tested = 0;
  for (const [room, group] of rooms) tested += await verify(server, room, group);
  return { life, tested, waiting };
}

async function main() {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      rounds: { type: 'string', default: '8' },
      seed: { type: 'string' },
    },
  });
  if (values.server === undefined) {
    console.error('usage: node crash.mjs --server PATH_TO_WEFT [--rounds N] [--seed N]');
    return 2;
  }
  const random = new Random(Number(values.seed ?? Date.now() % 1_000_000));
  const rounds = Number(values.rounds);
  console.log(`1..${rounds}\n# seed ${random.seed}`);
  const rooms = new Map();
  for (let d = 0; d < kDocuments; d++) {
    const group = Array.from({ length: kWriters }, (_, w) =>
      new Writer(`${d}${w}`, `crash-${d}`, random.int(1, 0x7fffffff)));
    rooms.set(`crash-${d}`, group);
  }
  const server = new Server(values.server);
  await server.start();
  let before = 0;
  let passed = 0;
  let failed = 0;
  for (let number = 1; number <= rounds; number++) {
    try {
      const { life, tested, waiting } = await round(server, rooms, random);
      check('some updates were echoed before the kill', tested > before);
      console.log(`ok ${number} - killed after ${life} ms: ${tested - before} more updates ` +
        `echoed, ${tested} in all, every one there; ${waiting} not yet echoed`);
      before = tested;
      passed++;
    } catch (error) {
      console.log(`not ok ${number} - ${String(error.stack ?? error).replaceAll('\n', '\n# ')}`);
      console.log(`# the server wrote: ${server.output.slice(-1000)}`.replaceAll('\n', '\n# '));
      failed++;
      break;
    }
  }
  await server.discard();
  console.log(`# tests ${passed + failed}\n# pass ${passed}\n# fail ${failed}`);
  return failed === 0 ? 0 : 1;
}

process.exit(await main());
