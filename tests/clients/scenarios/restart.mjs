// The server ends and starts again: clients come back by themselves and find their document.

import { converge, randomEdit } from '../lib/peers.mjs';
import { equal, check, until } from '../lib/wait.mjs';

export default [
  {
    name: 'a document and its clients survive a restart',
    each: true,
    everyWire: true,
    async run(context) {
      const server = await context.ownServer();
      const [a, b] = [await context.peer(), await context.peer()];
      a.insert(0, 'kept');
      for (let i = 0; i < 40; i++) randomEdit(i % 2 === 0 ? a : b, context.random);
      await converge([a, b]);
      equal('how SIGTERM ended it', await server.stop(), { code: 0, signal: null });
      await until('the clients notice', () => !a.connected && !b.connected);
      a.append(' written while it was down');
      await server.start();
      await a.synced();
      await b.synced();
      const contents = await converge([a, b]);
      check('the edit made meanwhile is there', contents.text.endsWith(' while it was down'));
      a.close();
      b.close();
      await server.stop();
      await server.start();
      const fresh = await context.peer();
      equal('what a new client reads after another restart', fresh.json, contents);
    },
  },
  {
    name: 'a room that everybody left is there when somebody comes back',
    each: true,
    everyWire: true,
    async run(context) {
      const first = await context.peer();
      for (let i = 0; i < 40; i++) randomEdit(first, context.random);
      const second = await context.peer();
      const contents = await converge([first, second]);
      first.close();
      second.close();
      const third = await context.peer();
      equal('what it reads', third.json, contents);
    },
  },
];
