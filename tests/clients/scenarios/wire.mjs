// Frames by hand: what the protocol asks of a server beyond what providers exercise.

import * as Y from 'yjs';
import {
  awareness, fetchDoc, joined, kAwareness, kStep1, kStep2, kSync, kUpdate, queryAwareness, read,
  step1, step2, update,
} from '../lib/raw.mjs';
import { check, equal, sleep, until } from '../lib/wait.mjs';

const kKeepAlive = 20_000;  // ms within which an idle client must be sent data
const isSync = (wanted) => ({ type, kind }) => type === kSync && kind === wanted;

const holdsState = (id) => ({ type, states }) =>
  type === kAwareness && states.some(({ client }) => client === id);

function docWith(text) {
  const doc = new Y.Doc();
  doc.getText('text').insert(0, text);
  return doc;
}

export default [
  {
    name: 'the server speaks first: step 1, then the states that are there',
    async run(context) {
      const first = await context.raw();
      equal('the first frame', [...(await first.next(isSync(kStep1))).body], [0]);
      first.send(awareness([[7, 1, '{"name":"seven"}']]));
      await first.next(({ type }) => type === kAwareness);
      const second = await context.raw();
      await second.next(({ type }) => type === kAwareness);
      const [a, b] = second.messages;
      equal('the kinds', [a.type, a.kind, b.type], [kSync, kStep1, kAwareness]);
      const states = b.states.map(({ client, json }) => [client, json]);
      equal('the states', states, [[7, '{"name":"seven"}']]);
    },
  },
  {
    name: 'an empty step 2 is sent all the same',
    async run(context) {
      const client = await context.raw();
      const doc = docWith('known');
      client.send(step1(new Y.Doc()));
      equal('from an empty room', [...(await client.next(isSync(kStep2))).body], [0, 0]);
      client.send(update(Y.encodeStateAsUpdate(doc)));
      await client.next(isSync(kUpdate));
      const from = client.frames.length;
      client.send(step1(doc));
      const answer = await client.next(isSync(kStep2), { from });
      equal('when nothing is missing', [...answer.body], [0, 0]);
    },
  },
  {
    name: 'a step 2 holds what the state vector lacks, and no more',
    async run(context) {
      const client = await context.raw();
      const doc = docWith('one');
      client.send(update(Y.encodeStateAsUpdate(doc)));
      const known = Y.encodeStateVector(doc);
      doc.getText('text').insert(3, ' two');
      client.send(update(Y.encodeStateAsUpdate(doc, known)));
      const echoes = () => client.messages.filter(isSync(kUpdate)).length;
      await until('both updates came back', () => echoes() === 2);
      const from = client.frames.length;
      client.send(joined(Uint8Array.of(kSync, kStep1, known.length), known));
      const { body } = await client.next(isSync(kStep2), { from });
      equal('the difference', [...body], [...Y.encodeStateAsUpdate(doc, known)]);
    },
  },
  {
    name: 'pain 34: several messages in one frame are all answered, each in its own frame',
    async run(context) {
      const client = await context.raw();
      const doc = docWith('together');
      client.send(joined(
        update(Y.encodeStateAsUpdate(doc)),
        awareness([[9, 1, '{"n":9}']]),
        step1(new Y.Doc()),
        queryAwareness(),
      ));
      const { body } = await client.next(isSync(kStep2));
      const copy = new Y.Doc();
      Y.applyUpdate(copy, body);
      equal('the text', copy.getText('text').toString(), 'together');
      await client.next(isSync(kUpdate));
      await client.next(holdsState(9));
      for (const { rest } of client.messages) equal('bytes after a message', rest, 0);
    },
  },
  {
    name: 'a query for awareness is answered with all states',
    async run(context) {
      const [a, b] = [await context.raw(), await context.raw()];
      a.send(awareness([[21, 3, '{"n":21}']]));
      b.send(awareness([[22, 5, '{"n":22}']]));
      await a.next(holdsState(22));
      for (const query of [queryAwareness(), joined(queryAwareness(), Uint8Array.of(1, 0))]) {
        const from = a.frames.length;
        a.send(query);
        const answer = await a.next(({ type }) => type === kAwareness, { from, ms: 2000 });
        equal('who is there', answer.states.map(({ client }) => client).sort(), [21, 22]);
      }
    },
  },
  {
    name: 'an idle client is sent data within 20 s',
    background: true,
    async run(context) {
      const client = await context.readyRaw();
      await sleep(500);
      const started = performance.now();
      const from = client.frames.length;
      await until('a frame', () => client.frames.length > from, kKeepAlive + 2000);
      const message = read(client.frames[from]);
      const waited = client.arrivals[from] - started;
      check(`${waited} ms are no more than 20 s`, waited <= kKeepAlive + 500);
      equal('what is sent', [message.type, message.states], [kAwareness, []]);
    },
  },
  {
    name: 'unknown message types are ignored',
    async run(context) {
      const client = await context.readyRaw();
      for (const type of [4, 5, 100, 102, 126]) client.send(Uint8Array.of(type, 1, 2, 3));
      client.send(Uint8Array.of(0xff, 0x7f, 1, 2));
      const from = client.frames.length;
      client.send(step1(new Y.Doc()));
      await client.next(isSync(kStep2), { from });
    },
  },
  {
    name: 'the truncated sync message of some 4.0 clients is tolerated',
    async run(context) {
      const client = await context.readyRaw();
      client.send(Uint8Array.of(0, 0));
      const from = client.frames.length;
      client.send(step1(new Y.Doc()));
      await client.next(isSync(kStep2), { from });
    },
  },
  {
    name: 'an offered subprotocol is accepted by its name; none is invented',
    async run(context) {
      const offers = ['weft.test', 'other'];
      const client = await context.raw(offers);
      check(`${client.socket.protocol} was offered`, offers.includes(client.socket.protocol));
      const plain = await context.raw();
      equal('without an offer', plain.socket.protocol, '');
    },
  },
  {
    name: 'an update that is known already is not sent to others again',
    async run(context) {
      const [a, b] = [await context.readyRaw(), await context.readyRaw()];
      const bytes = Y.encodeStateAsUpdate(docWith('once'));
      a.send(update(bytes));
      await b.next(isSync(kUpdate));
      a.send(update(bytes));
      a.send(step2(docWith('')));
      a.send(update(Y.encodeStateAsUpdate(docWith('twice'))));
      await until('the new text', () => b.messages.filter(isSync(kUpdate)).length >= 2);
      await sleep(50);
      equal('updates sent', b.messages.filter(isSync(kUpdate)).length, 2);
    },
  },
  {
    name: 'an update whose beginning is missing waits for it, across a new connection',
    async run(context) {
      const doc = docWith('begin');
      const begin = Y.encodeStateAsUpdate(doc);
      const known = Y.encodeStateVector(doc);
      doc.getText('text').insert(5, ' end');
      const end = Y.encodeStateAsUpdate(doc, known);
      const client = await context.readyRaw();
      client.send(update(end));
      client.send(step1(new Y.Doc()));
      await client.next(isSync(kStep2), { from: client.frames.length });
      const text = async () => {
        const seen = await fetchDoc(context.server.url, context.room);
        return seen.getText('text').toString();
      };
      equal('before', await text(), '');
      client.send(update(begin));
      await until('both are there', async () => await text() === 'begin end', 3000);
    },
  },
];
