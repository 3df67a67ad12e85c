// Those who write while the server fails, and the check of what they were told.

import { Ledger } from '../clients/lib/ledger.mjs';
import { Random } from '../clients/lib/random.mjs';
import {
  RawClient, fetchDoc, kStep1, kStep2, kSync, kUpdate, step1, step2, update,
} from '../clients/lib/raw.mjs';
import { shape } from '../clients/lib/shape.mjs';
import { equal, sleep, until } from '../clients/lib/wait.mjs';
import * as Y from '../clients/lib/yjs.mjs';

const kPause = [0, 4];     // ms between two edits of a writer
const kPatience = 30_000;  // ms

/** An editor that remembers which of its updates were echoed: that means "on disk". */
export class Writer {
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
    await until('the writer is synced', () => synced, kPatience);
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

export function keysOf(bytes) {
  const { structs } = Y.decodeUpdate(bytes);
  return structs.map(({ parentSub }) => parentSub).filter((key) => typeof key === 'string');
}

/**
 * Compares what a new client is given with what was echoed: applying any echoed update to it must
 * change nothing, and every echoed key must hold its value. Returns the number of echoes.
 */
export async function verify(server, room, writers) {
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

/** All writers come back once more; then they hold what the server holds. Returns its shape. */
export async function settle(server, room, writers) {
  await Promise.all(writers.map((writer) => writer.join(server.url)));
  const shapes = () => new Set(writers.map(({ doc }) => JSON.stringify(shape(doc))));
  await until(`${room}: all writers hold the same document`, () => shapes().size === 1, kPatience);
  const [expected] = shapes();
  await until(`${room}: the server holds it too`, async () =>
    JSON.stringify(shape(await fetchDoc(server.url, room))) === expected, kPatience);
  writers.forEach((writer) => writer.leave());
  return expected;
}
