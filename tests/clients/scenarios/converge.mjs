// Clients of one version, and clients of all versions together, end with the same document.

import { converge, randomEdit } from '../lib/peers.mjs';
import { equal, sleep } from '../lib/wait.mjs';

async function writeAtRandom(peers, random, rounds) {
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) randomEdit(peer, random);
    if (round % 8 === 0) await sleep(1);
  }
}

export default [
  {
    name: 'two clients write to each other',
    each: true,
    everyWire: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      a.insert(0, 'warp');
      await b.sees('what the first wrote', ({ text }) => text === 'warp');
      b.append(' and weft');
      await a.sees('what the second wrote', ({ text }) => text === 'warp and weft');
      await converge([a, b]);
    },
  },
  {
    name: 'five clients write at random and converge',
    each: true,
    everyWire: true,
    async run(context) {
      const peers = [];
      for (let i = 0; i < 5; i++) peers.push(await context.peer());
      await writeAtRandom(peers, context.random, 60);
      const contents = await converge(peers);
      const late = await context.peer();
      equal('what a late client reads', late.json, contents);
    },
  },
  {
    name: 'all versions together write at random and converge',
    async run(context) {
      const peers = [];
      for (const version of [...context.versions, ...context.versions]) {
        peers.push(await context.peer({}, { version }));
      }
      await writeAtRandom(peers, context.random, 40);
      const contents = await converge(peers, 20_000);
      for (const version of context.versions) {
        const late = await context.peer({}, { version });
        equal(`what a late ${version.name} reads`, late.json, contents);
      }
    },
  },
];
