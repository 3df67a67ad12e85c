// What the Hocuspocus wire adds: acknowledgements, many documents on a socket, tokens, messages
// beside the document. After that project's own tests of its server and provider.

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import {
  frame, kType, openSocket, readFrame, stateless, sync, token, word,
} from '../lib/hocuspocus.mjs';
import { converge } from '../lib/peers.mjs';
import { RawClient, awareness as awarenessFrame } from '../lib/raw.mjs';
import { check, equal, sleep, until } from '../lib/wait.mjs';

const wire = 'hocuspocus';
const kEmptyVector = Uint8Array.of(0);

async function raw(context) {
  const client = new RawClient(context.server.url, 'hocuspocus');
  context.closes(client);
  await client.open();
  client.words = () => client.frames.map(word);
  return client;
}

function updateOf(text) {
  const doc = new Y.Doc();
  doc.getText('text').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

export default [
  {
    name: 'the handshake, frame by frame',
    wire,
    async run(context) {
      const client = await raw(context);
      const { room } = context;
      client.send(token(room, 'tok', (encoder) => encoding.writeVarString(encoder, '4.8.0')));
      client.send(sync(room, 0, kEmptyVector));
      await until('step 2', () => client.words().includes('step2'));
      equal('what comes', client.words(), ['auth:2:read-write', 'step1', 'step2']);
      equal('for whom', new Set(client.frames.map((bytes) => readFrame(bytes).address)),
        new Set([room]));
      client.send(sync(room, 1, Uint8Array.of(0, 0)));
      await until('its status', () => client.words().length === 4);
      equal('an empty step 2 is confirmed', client.words()[3], 'status:1');
      client.send(sync(room, 2, updateOf('x')));
      await until('status and echo', () => client.words().length === 6);
      equal('an update', client.words().slice(4), ['status:1', 'update']);
      client.send(frame(room, kType.close));
      await until('its end', () => client.words().length === 7);
      equal('the end', client.words()[6], 'close:provider_initiated');
      // The document can be entered again on the same socket.
      client.send(token(room, 'tok'));
      await until('entered again', () => client.words().length === 8);
      equal('again', client.words()[7], 'auth:2:read-write');
    },
  },
  {
    name: 'the provider is told its scope, and everything it writes is confirmed',
    wire,
    each: true,
    async run(context) {
      const peer = await context.peer();
      await peer.saved();
      equal('scope', peer.provider.authorizedScope ?? 'read-write', 'read-write');
      for (let i = 0; i < 20; i++) peer.append(`${i} `);
      check('something is unconfirmed at first', peer.unsynced > 0);
      await peer.saved();
      const sent = peer.sent.map(word).filter((each) => each === 'step2' || each === 'update');
      const confirmed = peer.frames.map(word).filter((each) => each === 'status:1');
      check(`${sent.length} messages`, sent.length >= 21);
      equal('one status for each', confirmed.length, sent.length);
    },
  },
  {
    name: 'pain 35: unsynced changes come back to 0, whatever overlaps',
    wire,
    each: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      for (let i = 0; i < 30; i++) {
        a.append('a');
        b.insert(0, 'b');
        // While something is unconfirmed, up to 2.15 it would count itself below zero.
        if (i % 10 === 9) (await a.saved()).provider.forceSync();
        if (i % 7 === 0) await sleep(1);
      }
      await a.saved();
      await b.saved();
      await converge([a, b]);
      a.cut();
      a.append('offline');
      await until('it comes back', () => a.connected);
      await a.saved();
      await converge([a, b]);
    },
  },
  {
    name: 'many documents on one socket, on whatever shard they live',
    wire,
    each: true,
    async run(context) {
      const socket = openSocket(context.version, context.server.url);
      context.closes({ close: () => socket.destroy() });
      const rooms = Array.from({ length: 12 }, (_, i) => `${context.room}/${i}`);
      const peers = [];
      for (const room of rooms) peers.push(await context.peer({ socket }, { room }));
      peers.forEach((peer, i) => peer.insert(0, `text ${i}`));
      for (const peer of peers) await peer.saved();
      for (const [i, room] of rooms.entries()) {
        const reader = await context.peer({}, { room });
        equal(room, reader.json.text, `text ${i}`);
        peers[i].append('!');
        await reader.sees('an edit', ({ text }) => text.endsWith('!'));
        reader.append('?');
        await peers[i].sees('an answer', ({ text }) => text.endsWith('?'));
      }
    },
  },
  {
    name: 'a document that is left no longer speaks; its neighbours on the socket go on',
    wire,
    each: true,
    async run(context) {
      const watcher = await context.peer();
      // Up to 3.1 a provider that is attached after the socket opened waits for ever.
      const socket = openSocket(context.version, context.server.url);
      context.closes({ close: () => socket.destroy() });
      const left = await context.peer({ socket });
      const other = await context.peer({ socket }, { room: `${context.room}-other` });
      left.awareness.setLocalState({ name: 'left' });
      const state = () => watcher.awareness.getStates().get(left.id);
      await until('it is seen', () => state()?.name === 'left');
      left.close();
      await until('it is gone', () => state() === undefined, 15_000);
      other.append('still here');
      await other.saved();
    },
  },
  {
    name: 'the same document twice on one socket, each with its own session',
    wire,
    async run(context) {
      const socket = openSocket(context.version, context.server.url);
      context.closes({ close: () => socket.destroy() });
      const options = { socket, sessionAwareness: true };
      const [a, b] = [await context.peer(options), await context.peer(options)];
      a.append('from a');
      await b.sees('it', ({ text }) => text === 'from a');
      b.append(' and b');
      await a.saved();
      await b.saved();
      const plain = await context.peer();
      await converge([a, b, plain]);
      a.awareness.setLocalState({ name: 'a' });
      b.awareness.setLocalState({ name: 'b' });
      const names = () => [...plain.awareness.getStates().values()].map(({ name }) => name);
      await until('both are seen', () => names().includes('a') && names().includes('b'));
      a.close();
      await until('one is gone', () => !names().includes('a'), 15_000);
      check('the other is not', names().includes('b'));
      b.append('.');
      await b.saved();
    },
  },
  {
    name: 'answers carry the address that was used, byte for byte',
    wire,
    async run(context) {
      const client = await raw(context);
      const address = `${context.room}\0session`;
      client.send(token(address, ''));
      client.send(sync(address, 0, kEmptyVector));
      client.send(sync(address, 2, updateOf('x')));
      await until('the echo', () => client.words().includes('update'));
      equal('the addresses', [...new Set(client.frames.map((bytes) => readFrame(bytes).address))],
        [address]);
    },
  },
  {
    name: 'a provider of 2.x without a token goes straight to step 1',
    wire,
    async run(context) {
      const client = await raw(context);
      client.send(sync(context.room, 0, kEmptyVector));
      await until('an answer', () => client.words().includes('step2'));
    },
  },
  {
    name: 'no token, an empty token and null are all let in where everybody is',
    wire,
    each: true,
    async run(context) {
      for (const value of [undefined, '', null, () => 'late', async () => 'later']) {
        const peer = await context.peer({ token: value });
        await peer.saved();
      }
    },
  },
  {
    name: 'pain 36: edits of one wire reach the other',
    wire,
    each: true,
    async run(context) {
      const a = await context.peer();
      const b = await context.peer({}, { version: context.versions[3] });
      a.append('hocuspocus');
      await b.sees('it', ({ text }) => text === 'hocuspocus');
      b.append(' and y-websocket');
      await a.sees('it', ({ text }) => text === 'hocuspocus and y-websocket');
      b.awareness.setLocalState({ name: 'b' });
      await until('presence', () => a.awareness.getStates().get(b.id)?.name === 'b');
      await converge([a, b]);
    },
  },
  {
    name: 'pain 25: BroadcastStateless from a client reaches nobody and ends its document',
    wire,
    async run(context) {
      const victim = await context.peer();
      const received = [];
      victim.provider.on('stateless', ({ payload }) => received.push(payload));
      const attacker = await raw(context);
      attacker.send(token(context.room, 'x'));
      attacker.send(stateless(context.room, 'spoof', kType.broadcast));
      await until('it is told', () => attacker.words().some((each) => each.startsWith('close:')));
      // Nor does a stateless message, unless the server is told to relay them.
      attacker.send(token(context.room, 'x'));
      attacker.send(stateless(context.room, 'hello'));
      attacker.send(sync(context.room, 0, kEmptyVector));
      await until('it was read', () => attacker.words().includes('step2'));
      await sleep(50);
      equal('what the victim got', received, []);
    },
  },
  {
    name: 'stateless messages reach everybody where the server relays them',
    wire,
    each: true,
    async run(context) {
      await context.ownServer(['--relay-stateless']);
      const peers = [await context.peer(), await context.peer(), await context.peer()];
      const received = peers.map(() => []);
      peers.forEach(({ provider }, i) =>
        provider.on('stateless', ({ payload }) => received[i].push(payload)));
      peers[0].provider.sendStateless('ping \u{1f9f5}');
      await until('all have it', () => received.every((each) => each.length === 1));
      equal('what came', received.map(([payload]) => payload), Array(3).fill('ping \u{1f9f5}'));
    },
  },
  {
    name: 'a query for awareness is answered',
    wire,
    async run(context) {
      const peer = await context.peer();
      peer.awareness.setLocalState({ name: 'here' });
      await until('it is sent', () => peer.frames.map(word).includes('awareness'));
      const client = await raw(context);
      client.send(token(context.room, ''));
      await until('the states at entry', () => client.words().includes('awareness'));
      client.send(frame(context.room, kType.query));
      const count = () => client.words().filter((each) => each === 'awareness').length;
      await until('the answer', () => count() >= 2);
    },
  },
  {
    name: 'pain 6: what comes before a token is bounded',
    wire,
    async run(context) {
      const flood = async (send, count) => {
        const attacker = await raw(context);
        for (let i = 0; i < count; i++) attacker.send(send(i));
        return (await attacker.closes()).code;
      };
      equal('messages', await flood(() => stateless('doc', 'x'), 1001), 4205);
      equal('bytes', await flood(() => stateless('doc', 'x'.repeat(1 << 20)), 6), 4205);
      equal('documents', await flood((i) => stateless(`doc-${i}`, 'x'), 101), 4205);
      equal('open documents', await flood((i) => token(`${context.room}-${i}`, ''), 1001), 4205);
    },
  },
  {
    name: 'pain 6: who enters no document is sent away, whatever it sends meanwhile',
    wire,
    background: true,
    async run(context) {
      const attacker = await raw(context);
      const timer = setInterval(() => attacker.send(stateless('doc', 'x')), 1000);
      const { code } = await attacker.closes(40_000);
      clearInterval(timer);
      equal('the code', code, 4408);
    },
  },
  {
    name: 'an idle socket is sent what every provider takes for a sign of life',
    wire,
    each: true,
    background: true,
    async run(context) {
      const peer = await context.peer({ awareness: null });
      await peer.saved();
      const before = peer.frames.length;
      const { socket } = peer;
      await until('a sign of life', () => peer.frames.slice(before).map(word).includes('alive'),
        20_000);
      await sleep(16_000);
      check('the socket is the same', peer.socket === socket && peer.connected);
      peer.append('x');
      await peer.saved();
    },
  },
  {
    name: 'malformed frames end the socket or the document, and nothing else',
    wire,
    async run(context) {
      const witness = await context.peer();
      const code = async (bytes) => {
        const client = await raw(context);
        client.send(bytes);
        return (await client.closes()).code;
      };
      equal('an address that is cut off', await code(Uint8Array.of(9, 65)), 4401);
      equal('no type', await code(Uint8Array.of(1, 65)), 4401);
      equal('an address that is not UTF-8', await code(Uint8Array.of(1, 0xff, 0, 0)), 4401);
      equal('an auth that is cut off', await code(Uint8Array.of(1, 65, 2, 0, 9)), 4205);
      equal('a number without end', await code(Uint8Array.of(1, 65, ...Array(12).fill(255))), 4205);

      const client = await raw(context);
      client.send(token(context.room, ''));
      client.send(token(`${context.room}-2`, ''));
      client.send(sync(context.room, 2, Uint8Array.of(1, 2, 3)));
      await until('one document ends', () => client.words().some((w) => w.startsWith('close')));
      client.send(sync(`${context.room}-2`, 0, kEmptyVector));
      await until('the other answers', () => client.words().includes('step2'));
      client.send(Uint8Array.of(9));
      await until('a pong', () => client.frames.some((f) => f.length === 1 && f[0] === 10));
      for (const name of ['', '  ', '\t\n', 'x'.repeat(1025)]) {
        const from = client.frames.length;
        client.send(token(name, ''));
        await until(`"${name.slice(0, 5)}" is denied`, () => client.frames.length > from);
        check('denied', word(client.frames[from]).startsWith('auth:1:'));
      }
      witness.append('untouched');
      await witness.saved();
    },
  },
  {
    name: 'awareness by hand is echoed to its sender',
    wire,
    async run(context) {
      const client = await raw(context);
      client.send(token(context.room, ''));
      const body = awarenessFrame([[7, 1, '{"name":"x"}']]).subarray(2);
      client.send(frame(context.room, kType.awareness,
        (encoder) => encoding.writeVarUint8Array(encoder, body)));
      await until('the echo', () => client.words().includes('awareness'));
    },
  },
  {
    name: 'durable acknowledgement: what was confirmed survives kill -9',
    wire,
    each: true,
    async run(context) {
      const server = await context.ownServer();
      const peer = await context.peer();
      for (let i = 0; i < 50; i++) peer.append(`${i} `);
      await peer.saved();
      const { text } = peer.json;
      peer.close();
      await server.kill();
      await server.start();
      const reader = await context.peer();
      equal('what is there', reader.json.text, text);
    },
  },
];
