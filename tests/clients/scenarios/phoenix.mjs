// The wire of Phoenix channels: joins, leaves, heartbeats, what is over, and documents.

import * as Y from 'yjs';
import { RawPhoenix, push } from '../lib/phoenix.mjs';
import { step1, update } from '../lib/raw.mjs';
import { AuthFolder } from '../lib/tokens.mjs';
import { check, equal, until } from '../lib/wait.mjs';

const wire = 'phoenix';

async function raw(context, query, protocols) {
  const client = new RawPhoenix(context.server.url, query, protocols);
  context.closes(client);
  return client.open();
}

/** The next messages, once there are `count`; they are taken away. */
async function next(client, count) {
  await until(`${count} messages`, () => client.messages.length >= count);
  return client.messages.splice(0, count);
}

const ok = (joinRef, ref, topic) =>
  [joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }];
const refused = (joinRef, ref, topic, reason) =>
  [joinRef, ref, topic, 'phx_reply', { status: 'error', response: { reason } }];

export default [
  {
    name: 'phoenix: a conversation, frame by frame',
    wire,
    async run(context) {
      const topic = `workflow:collaborate:${context.room}`;
      const client = await raw(context);
      client.send([null, '1', 'phoenix', 'heartbeat', {}]);
      equal('heartbeat', await next(client, 1), [ok(null, '1', 'phoenix')]);
      client.send(['3', '2', topic, 'save_workflow', {}]);
      equal('not joined', await next(client, 1), [refused('3', '2', topic, 'unmatched topic')]);
      client.send(['3', '3', topic, 'phx_join', { project_id: 'p', action: 'edit' }]);
      equal('joined', await next(client, 1), [ok('3', '3', topic)]);

      const doc = new Y.Doc();
      client.send(push('3', '4', topic, 'yjs_sync', step1(doc)));
      const answers = await next(client, 3);
      equal('to whom', answers.map(({ kind, event }) => [kind, event]),
        Array.from({ length: 3 }, () => [2, 'yjs']));
      equal('step 1, nobody, step 2', answers.map(({ data }) => [...data]),
        [[0, 0, 1, 0], [1, 1, 0], [0, 1, 2, 0, 0]]);
      doc.getText('text').insert(0, 'h');
      const bytes = update(Y.encodeStateAsUpdate(doc));
      client.send(push('3', '5', topic, 'yjs', bytes));
      equal('the echo', (await next(client, 1))[0].data, new Uint8Array(bytes));
      client.send(['3', '6', topic, 'save_workflow', {}]);
      equal('an unknown event', await next(client, 1), [refused('3', '6', topic, 'unknown event')]);
      client.send(push('2', '7', topic, 'yjs', bytes));
      equal('a join of before', await next(client, 1),
        [refused('2', '7', topic, 'unmatched topic')]);

      client.send(['8', '8', topic, 'phx_join', {}]);
      equal('joined again', await next(client, 2),
        [['3', '3', topic, 'phx_close', {}], ok('8', '8', topic)]);
      client.send(['8', '9', topic, 'phx_leave', {}]);
      equal('left', await next(client, 2),
        [ok('8', '9', topic), ['8', '8', topic, 'phx_close', {}]]);
      client.send(['8', '10', topic, 'phx_leave', {}]);
      equal('once', await next(client, 1), [refused('8', '10', topic, 'unmatched topic')]);
    },
  },
  {
    name: 'phoenix: what is malformed ends the socket, or only its channel',
    wire,
    async run(context) {
      const topic = context.room;
      const hostile = [
        '', 'null', '[]', '[1,2,3,4,5]', '[null,null,"a","b"]', '{"topic":"a"}', 'nonsense',
        '['.repeat(100_000),
      ];
      for (const text of hostile) {
        const client = await raw(context);
        client.ws.send(text);
        equal(`code of ${text.slice(0, 20)}`, await client.closed, 1007);
      }
      const binary = [[], [0], [1, 0, 0, 0, 0], [0, 255, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0xFF]];
      for (const bytes of binary) {
        const client = await raw(context);
        client.ws.send(Buffer.from(bytes));
        equal(`code of [${bytes}]`, await client.closed, 1007);
      }
      const client = await raw(context);
      client.send(['1', '1', topic, 'phx_join', {}]);
      client.send(['1', '2', 'other', 'phx_join', {}]);
      await next(client, 2);
      client.send(push('1', '3', topic, 'yjs', [0, 2, 3, 9, 9, 9]));
      const [failed] = await next(client, 1);
      equal('the channel has failed', failed.slice(0, 4), ['1', '1', topic, 'phx_error']);
      client.send(['1', '4', 'other', 'phx_leave', {}]);
      equal('the other has not', (await next(client, 1))[0], ok('1', '4', 'other'));
      client.send(['1', '5', 'x'.repeat(256), 'phx_join', {}]);
      await next(client, 1);
      equal('a topic that is too long', await next(client, 1),
        [refused('1', '5', 'x'.repeat(256), 'unmatched topic')]);
      for (let i = 0; i < 101; i++) client.send([`j${i}`, `${i}`, `t${i}`, 'phx_join', {}]);
      equal('the hundred and first', (await next(client, 101)).at(-1),
        refused('j100', '100', 't100', 'too many channels'));
    },
  },
  {
    name: 'phoenix: the token of the socket, of the join, and of the subprotocol',
    wire,
    async run(context) {
      const folder = new AuthFolder({ tokens: [
        { token: 'writer', user: 'ada', role: 'write', documents: ['mine:*'] },
      ] });
      context.closes(folder);
      await context.ownServer(['--auth', folder.path]);
      const join = async (client, topic, payload = {}) => {
        client.send(['1', '1', topic, 'phx_join', payload]);
        const [, , , , { status, response }] = (await next(client, 1))[0];
        return [status, response.reason];
      };
      const token = `base64url.bearer.phx.${Buffer.from('writer').toString('base64url')}`;
      equal('the socket', await join(await raw(context, 'vsn=2.0.0&token=writer'), 'mine:a'),
        ['ok', undefined]);
      const client = await raw(context);
      equal('none', await join(client, 'mine:a'), ['error', 'a token is needed']);
      equal('the join', await join(client, 'mine:a', { token: 'writer' }), ['ok', undefined]);
      check('another document', (await join(client, 'other', { token: 'writer' }))[0] === 'error');
      const subprotocol = await raw(context, 'vsn=2.0.0', ['phoenix', token]);
      equal('what was offered is answered', subprotocol.ws.protocol, 'phoenix');
      equal('the subprotocol', await join(subprotocol, 'mine:a'), ['ok', undefined]);
      const old = new RawPhoenix(context.server.url, 'vsn=1.0.0');
      const error = await old.open().then(() => null, (reason) => reason);
      check('version 1', error?.message.includes('403'));
    },
  },
];
