// Broken frames: each ends its own socket with a close code, and nothing else changes.

import * as Y from 'yjs';
import {
  awareness, fetchDoc, joined, kAwareness, kStep1, kStep2, kSync, kUpdate, step1, update,
} from '../lib/raw.mjs';
import { check, equal, sleep } from '../lib/wait.mjs';

const kHuge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];  // a varUint of 2^53 - 1

// One client's struct: client 1, clock 0, a ContentString under the root "text".
const struct = (...content) => [1, 1, 1, 0, 4, 1, 4, 116, 101, 120, 116, ...content];
const asUpdate = (bytes) => [kSync, kUpdate, bytes.length, ...bytes];

const kBroken = {
  'a type that never ends': [0x80],
  'a type beyond 2^53': Array(9).fill(0xff),
  'a sync message without a kind': [kSync],
  'an unknown sync kind': [kSync, 9, 0],
  'a state vector that is cut short': [kSync, kStep1, 5, 1],
  'a state vector with 2^53 - 1 clients': [kSync, kStep1, 8, ...kHuge],
  'an update longer than its frame': [kSync, kUpdate, 0xff, 0x01, 0],
  'an update of 2^53 - 1 bytes': [kSync, kUpdate, ...kHuge],
  'an update of noise': asUpdate([9, 8, 7, 6, 5, 4, 3, 2, 1]),
  'an update with 2^53 - 1 structs': asUpdate([1, ...kHuge, 1, 0]),
  'a struct with no content': asUpdate(struct()),
  'a string that is not UTF-8': asUpdate([...struct(2, 0xc3, 0x28), 0]),
  'a string longer than the update': asUpdate([...struct(0x7f, 0x61), 0]),
  'a delete set that is cut short': asUpdate([0, 1, 1, 2, 0, 1]),
  'an unknown kind of content': asUpdate([1, 1, 1, 0, 31, 1, 4, 116, 101, 120, 116, 0]),
  'an awareness update that is cut short': [kAwareness, 3, 1, 5, 1],
  'awareness of 2^53 - 1 clients': [kAwareness, 8, ...kHuge],
};

export default [
  {
    name: 'pain 28: a broken frame closes its own socket, with a code, and changes nothing',
    async run(context) {
      const doc = new Y.Doc();
      doc.getText('text').insert(0, 'untouched');
      const witness = await context.readyRaw();
      witness.send(update(Y.encodeStateAsUpdate(doc)));
      await witness.next(({ type, kind }) => type === kSync && kind === kUpdate);
      const quiet = witness.frames.length;
      for (const [what, bytes] of Object.entries(kBroken)) {
        const client = await context.readyRaw();
        client.send(Uint8Array.from(bytes));
        const { code } = await client.closes().catch(() => ({ code: 'none: still open' }));
        const fit = [1002, 1003, 1007, 1008, 1009].includes(code) || (code >= 4000 && code <= 4999);
        check(`${what}: close code ${code} tells what was wrong`, fit);
      }
      equal('the witness is connected', witness.closed, null);
      equal('frames that the witness got', witness.messages.slice(quiet), []);
      const after = await fetchDoc(context.server.url, context.room);
      equal('the text', after.getText('text').toString(), 'untouched');
      equal('the clients', [...after.store.clients.keys()], [doc.clientID]);
    },
  },
  {
    name: 'a text frame closes its own socket, with a code',
    async run(context) {
      const client = await context.readyRaw();
      client.send('{"type":"hello"}');
      const { code } = await client.closes();
      check(`close code ${code}`, [1002, 1003, 1007, 1008].includes(code) || code >= 4000);
    },
  },
  {
    name: 'what is sound before the broken message of a frame is kept',
    async run(context) {
      const doc = new Y.Doc();
      doc.getText('text').insert(0, 'sound');
      const client = await context.readyRaw();
      client.send(joined(update(Y.encodeStateAsUpdate(doc)), Uint8Array.of(0x80)));
      await client.closes();
      const after = await fetchDoc(context.server.url, context.room);
      equal('the text', after.getText('text').toString(), 'sound');
    },
  },
  {
    name: 'awareness that is no JSON reaches nobody',
    async run(context) {
      const [bad, witness] = [await context.readyRaw(), await context.readyRaw()];
      bad.send(awareness([[31, 1, '{"cut":']]));
      await sleep(150);
      const seen = witness.messages.filter(({ type }) => type === kAwareness);
      equal('states that the witness was sent', seen.flatMap(({ states }) => states), []);
      const from = witness.frames.length;
      witness.send(step1(new Y.Doc()));
      await witness.next(({ type, kind }) => type === kSync && kind === kStep2, { from });
    },
  },
];
