// Presence: seen by all, gone at once with its socket, back at once with a new one.

import { equal, check, sleep, until } from '../lib/wait.mjs';

const stateOf = (watcher, peer) => watcher.awareness.getStates().get(peer.id);

async function sees(watcher, peer, name, ms) {
  await until(`the state ${name} is seen`, () => stateOf(watcher, peer)?.name === name, ms);
}

export default [
  {
    name: 'awareness reaches others, and those who come later',
    each: true,
    everyWire: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      const cursor = { anchor: 1, head: 2 };
      a.awareness.setLocalState({ name: 'first', cursor });
      await sees(b, a, 'first');
      a.awareness.setLocalStateField('name', 'second 🧵');
      await sees(b, a, 'second 🧵');
      const late = await context.peer();
      await sees(late, a, 'second 🧵', 15_000);
      equal('the whole state', stateOf(late, a), { name: 'second 🧵', cursor });
    },
  },
  {
    name: 'pain 21: awareness is removed at once when a client leaves or its socket breaks',
    each: true,
    everyWire: true,
    async run(context) {
      const watcher = await context.peer();
      for (const leave of ['destroy', 'break']) {
        const peer = await context.peer();
        peer.awareness.setLocalState({ name: leave });
        await sees(watcher, peer, leave);
        if (leave === 'destroy') {
          peer.close();
        } else {
          peer.stay();  // or it would come back
          peer.cut();
        }
        await until(`gone after ${leave}`, () => stateOf(watcher, peer) === undefined, 15_000);
      }
    },
  },
  {
    name: 'an unchanged state is seen again soon after a reconnect',
    each: true,
    everyWire: true,
    async run(context) {
      const [watcher, peer] = [await context.peer(), await context.peer()];
      peer.awareness.setLocalState({ name: 'still me' });
      await sees(watcher, peer, 'still me');
      let gone = false;
      watcher.awareness.on('change', ({ removed }) => {
        gone ||= removed.includes(peer.id);
      });
      peer.cut();
      await until('the state went with the socket', () => gone, 15_000);
      await sees(watcher, peer, 'still me', 4000);
    },
  },
  {
    name: 'a state belongs to its client, whoever else relays it',
    each: true,
    everyWire: true,
    async run(context) {
      const peers = [await context.peer(), await context.peer(), await context.peer()];
      const [owner, relay, watcher] = peers;
      owner.awareness.setLocalState({ name: 'owner' });
      await sees(relay, owner, 'owner');
      await sees(watcher, owner, 'owner');
      await sleep(50);  // by now both have sent the owner's state to the server again
      relay.close();
      await until('the relay left', () => stateOf(watcher, relay) === undefined, 15_000);
      await sleep(100);
      equal('the owner as the watcher sees it', stateOf(watcher, owner)?.name, 'owner');
    },
  },
  {
    name: 'pain 23: awareness comes to rest: nothing is relayed without a change',
    each: true,
    everyWire: true,
    async run(context) {
      const peers = [];
      for (let i = 0; i < 5; i++) peers.push(await context.peer());
      peers.forEach((peer, i) => peer.awareness.setLocalState({ name: `p${i}` }));
      for (const watcher of peers) {
        for (const [i, peer] of peers.entries()) await sees(watcher, peer, `p${i}`);
      }
      await sleep(200);
      const count = () => peers.reduce((sum, { frames }) => sum + frames.length, 0);
      const before = count();
      await sleep(700);
      // The providers renew every 15 s, so one renewal of each, to each, may fall into this time.
      check(`${count() - before} frames in 700 quiet ms`, count() - before <= 25);
    },
  },
];
