// The handshake as a provider lives it: synced, resynced, echoed, merged after an absence.

import { covers } from '../lib/ledger.mjs';
import { converge } from '../lib/peers.mjs';
import { kStep2, kSync, kUpdate, read } from '../lib/raw.mjs';
import { check, equal, sleep, until } from '../lib/wait.mjs';

const isSync = (wanted) => ({ type, kind }) => type === kSync && kind === wanted;

export default [
  {
    name: 'the sync event fires, on an empty room and on a full one',
    each: true,
    async run(context) {
      for (const text of ['', 'full']) {
        const peer = await context.peer({ connect: false });
        const events = [];
        peer.provider.on('sync', (state) => events.push([state, peer.json.text]));
        peer.provider.connect();
        await peer.synced();
        equal('the events', events, [[true, text]]);
        if (text === '') {
          peer.insert(0, 'full');
          await until('the echo', () => peer.frames.map(read).some(isSync(kUpdate)));
        }
      }
    },
  },
  {
    name: 'every resync is answered',
    each: true,
    async run(context) {
      const peer = await context.peer({ resyncInterval: 40 });
      const replies = () => peer.frames.map(read).filter(isSync(kStep2)).length;
      const before = replies();
      await until('ten more step 2', () => replies() >= before + 10, 5000);
      check('the socket is still the first one', peer.provider.wsUnsuccessfulReconnects === 0);
    },
  },
  {
    name: 'an author gets its own updates back',
    each: true,
    async run(context) {
      const [author] = [await context.peer(), await context.peer()];
      const updates = [];
      author.doc.on('update', (bytes) => updates.push(bytes));
      author.insert(0, 'echo this');
      author.edit(({ text }) => text.delete(0, 5));
      author.edit(({ set }) => set('key', 'value'));
      equal('updates made', updates.length, 3);
      await until('all three came back', () => {
        const echoed = author.frames.map(read).filter(isSync(kUpdate));
        return updates.every((made) => covers(echoed.map(({ body }) => body), made));
      });
    },
  },
  {
    name: 'edits made offline by two clients merge',
    each: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      a.insert(0, 'middle');
      await converge([a, b]);
      a.provider.disconnect();
      b.provider.disconnect();
      a.insert(0, 'before ');
      a.edit((types) => types.set('a', 1));
      b.append(' after');
      b.edit((types) => types.list.insert(0, ['b']));
      await sleep(30);
      equal('what the second holds offline', b.json.text, 'middle after');
      a.provider.connect();
      b.provider.connect();
      const contents = await converge([a, b]);
      equal('the merged document', contents, {
        text: 'before middle after', map: { a: 1 }, list: ['b'],
      });
    },
  },
  {
    name: 'a cut socket loses nothing',
    each: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      for (let i = 0; i < 6; i++) {
        const broken = i % 2 === 0 ? a : b;
        await broken.synced();
        a.append(`a${i} `);
        b.append(`b${i} `);
        broken.cut();
        broken.append(`A${i} `);
      }
      const { text } = await converge([a, b]);
      for (let i = 0; i < 6; i++) {
        for (const word of [`a${i} `, `b${i} `, `A${i} `]) {
          check(`${word} is there`, text.includes(word));
        }
      }
    },
  },
];
