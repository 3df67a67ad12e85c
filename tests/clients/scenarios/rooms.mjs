// The room is the URL's path: any path, whole, and nothing but the path.

import { equal, sleep } from '../lib/wait.mjs';

const kNames = [
  'a/b', 'a/b/c', 'a', 'with space', 'ünïcode/日本語/🧵', 'dots.and-dashes_~', 'x%2Fy', 'x/y',
  '100%25', 'UPPER', 'upper', 'q=1&r=2', "quote'", 'long'.repeat(50),
];

export default [
  {
    name: 'rooms with slashes, spaces and any script are rooms of their own',
    each: true,
    async run(context) {
      const rooms = kNames.map((name) => `${context.room}/${name}`);
      const writers = [];
      for (const room of rooms) writers.push(await context.peer({}, { room }));
      writers.forEach((peer, i) => peer.insert(0, rooms[i]));
      for (const [i, room] of rooms.entries()) {
        const reader = await context.peer({}, { room });
        await reader.sees(`the text of ${room}`, ({ text }) => text !== '');
        equal(`the text of ${room}`, reader.json.text, rooms[i]);
      }
      await sleep(50);
      writers.forEach((peer, i) => equal(`the text of ${rooms[i]}`, peer.json.text, rooms[i]));
    },
  },
  {
    name: 'URL parameters are no part of the room',
    each: true,
    async run(context) {
      const a = await context.peer({ params: { token: 'one two/three?' } });
      const b = await context.peer({ params: { other: 'x' } });
      a.insert(0, 'same room');
      await b.sees('the text', ({ text }) => text === 'same room');
    },
  },
];
