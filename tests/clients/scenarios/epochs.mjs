// Documents that were deleted and made again, and versions that came back, as real clients meet
// them: the server stops, the operator works on the store, the server starts again.

import { spawnSync } from 'node:child_process';
import { converge } from '../lib/peers.mjs';
import { check, equal, until } from '../lib/wait.mjs';

const kOtherHistory = 4409;

/** `weft docs ARGS` on the store of `server`, which must not run; what it printed. */
function docs(context, server, ...args) {
  const { status, stdout, stderr } = spawnSync(context.binary,
    ['docs', ...args, '--data', server.data], { timeout: 30_000 });
  if (status !== 0) throw new Error(`weft docs ${args.join(' ')}: ${stderr}`);
  return stdout.toString();
}

export default [
  {
    name: 'pain 18: a copy of a deleted document is refused, and doubles nothing',
    each: true,
    async run(context) {
      const server = await context.ownServer();
      const [old, other] = [await context.peer(), await context.peer()];
      old.insert(0, 'contents');
      await converge([old, other]);
      other.append(' of before');
      await converge([old, other]);
      other.close();
      await server.stop();
      docs(context, server, 'delete', context.room);
      const codes = [];
      old.provider.on('connection-close', (event) => codes.push(event?.code));
      await server.start();
      // Also while there is no new document: it would be back.
      await until('the old copy is refused', () => codes.includes(kOtherHistory));
      const fresh = await context.peer();
      equal('what a new client reads', fresh.json.text, '');
      fresh.insert(0, 'contents of now');
      codes.length = 0;
      old.provider.connect();  // some have given up: the code says that it is for good
      await until('it is refused again', () => codes.includes(kOtherHistory));
      equal('what it still shows', old.json.text, 'contents of before');
      const third = await context.peer();
      await third.sees('the new contents alone', ({ text }) => text === 'contents of now');
      old.close();
      third.append('!');
      await fresh.sees('the edit', ({ text }) => text === 'contents of now!');
    },
  },
  {
    name: 'who was away while the server lost nothing comes back with what it wrote',
    each: true,
    everyWire: true,
    async run(context) {
      const server = await context.ownServer();
      const [away, here] = [await context.peer(), await context.peer()];
      away.insert(0, 'both ');
      await converge([away, here]);
      await server.stop();
      await until('the clients notice', () => !away.connected && !here.connected);
      away.append('written away');
      await server.start();
      await away.synced();
      await here.synced();
      const { text } = await converge([away, here]);
      equal('the text', text, 'both written away');
    },
  },
  {
    name: 'a restored version reaches clients that collect what was deleted',
    each: true,
    everyWire: true,
    async run(context) {
      const server = await context.ownServer();
      const [a, b] = [await context.peer(), await context.peer()];
      a.insert(0, 'first draft');
      a.edit((types) => types.set('state', { step: 1 }));
      const draft = await converge([a, b]);
      await server.stop();
      const kept = JSON.parse(docs(context, server, 'versions', context.room, '--json')
        .trim().split('\n').at(-1));
      equal('why there is a version', kept.kind, 'automatic');
      await server.start();
      await a.synced();
      await b.synced();
      b.edit((types) => {
        types.text.delete(0, 6);
        types.text.insert(0, 'last ');
        types.set('state', { step: 2 });
        types.set('more', 1);
      });
      const last = await converge([a, b]);
      equal('the text before', last.text, 'last draft');
      await server.stop();
      docs(context, server, 'restore', context.room, String(kept.version));
      await server.start();
      await a.synced();
      await b.synced();
      await a.sees('the version', ({ text }) => text === 'first draft');
      equal('what both show', await converge([a, b]), draft);
      a.append(' goes on');
      await b.sees('an edit after it', ({ text }) => text === 'first draft goes on');
      check('nothing is lost', last.map.more === 1);
    },
  },
];
