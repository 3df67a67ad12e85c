// The HTTP interface for applications: each answer is what openapi.json says, and what Yjs says.

import * as Y from 'yjs';
import { describe, validate } from '../lib/openapi.mjs';
import { converge } from '../lib/peers.mjs';
import { AuthFolder, SigningKey } from '../lib/tokens.mjs';
import { check, equal, sleep, until } from '../lib/wait.mjs';

const kPatch = 'application/merge-patch+json';

/** Requests against the description: what the server answers must be one of its answers. */
async function interfaceOf(context) {
  const description = await describe(context.server.http);
  const call = async (method, path, { body, headers = {}, token } = {}) => {
    const all = token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` };
    const response = await fetch(`${context.server.http}${path}`, { method, body, headers: all });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return validate(description, { method, path, response, bytes });
  };
  const at = (room) => `/api/documents/${encodeURIComponent(room)}`;
  const patch = (room, value, headers = {}) => call('PATCH', `${at(room)}/json`,
    { body: JSON.stringify(value), headers: { 'Content-Type': kPatch, ...headers } });
  return { call, at, patch };
}

const loaded = (bytes, apply = Y.applyUpdate) => {
  const doc = new Y.Doc();
  apply(doc, bytes);
  return doc;
};

/** How a peer of each wire shows its token. */
function tokenOptions({ server, room, version }, token) {
  if (version.name.startsWith('hocuspocus')) return { token };
  if (!version.name.startsWith('y-sweet')) return { params: { token } };
  return version.asks ? { clientToken: async () => ({
    url: `${server.url}/d/${room}/ws`, baseUrl: `${server.http}/d/${room}`, docId: room, token,
  }) } : { params: { token } };
}

export default [
  {
    name: 'api: a document is made, listed, written and read in every form',
    async run(context) {
      await context.ownServer();
      const { call, at } = await interfaceOf(context);
      const room = 'notes/a b%';
      equal('not yet', (await call('GET', at(room))).status, 404);
      equal('made', (await call('PUT', at(room))).status, 201);
      equal('again', (await call('PUT', at(room))).status, 200);
      equal('other', (await call('PUT', at('other'))).status, 201);
      const pages = [await call('GET', '/api/documents?limit=1')];
      const next = encodeURIComponent(pages[0].json.next);
      pages.push(await call('GET', `/api/documents?after=${next}`));
      equal('the list', pages.map(({ json }) => json.documents.map(({ name }) => name)),
        [[room], ['other']]);

      const doc = new Y.Doc();
      doc.getText('text').insert(0, 'bold 🧵', { bold: true });
      doc.getMap('map').set('list', [1, null, { a: 'é' }]);
      doc.getArray('list').push([true, 2.5]);
      doc.getXmlFragment('xml').push([new Y.XmlElement('p')]);
      const posted = await call('POST', `${at(room)}/update`, { body: Y.encodeStateAsUpdate(doc) });
      equal('its clients', posted.json.clients, { [doc.clientID]: 13 });
      const read = async (path) => (await call('GET', `${at(room)}/${path}`));
      equal('V1', (await read('update')).bytes, Y.encodeStateAsUpdate(doc));
      equal('V2', (await read('update?encoding=v2')).bytes, Y.encodeStateAsUpdateV2(doc));
      equal('vector', (await read('state-vector')).bytes, Y.encodeStateVector(doc));
      equal('JSON', (await read('json')).json, {
        text: 'bold 🧵',
        map: { list: [1, null, { a: 'é' }] },
        list: [true, 2.5],
        xml: '<p></p>',
      });
      equal('one root', (await read('json?root=list')).json, [true, 2.5]);
      equal('delta', (await read('json?root=text&as=delta')).json,
        doc.getText('text').toDelta());
      equal('text', (await read('text?root=text')).text, 'bold 🧵');
      equal('XML', (await read('xml?root=xml')).text, '<p></p>');
      equal('no such root', (await read('text?root=none')).status, 404);
      equal('no root', (await read('text')).status, 400);
      const v2 = await call('POST', `${at('other')}/update?encoding=v2`,
        { body: Y.encodeStateAsUpdateV2(doc) });
      equal('posted as V2', v2.json.clients, posted.json.clients);
      equal('nonsense', (await call('POST', `${at(room)}/update`, { body: 'xyz' })).status, 400);
    },
  },
  {
    name: 'api: what is read says whether it changed, and writes can insist on it',
    async run(context) {
      const { call, at, patch } = await interfaceOf(context);
      const room = at(context.room);
      await patch(context.room, { text: 'one' });
      const first = await call('GET', `${room}/json`);
      const known = { headers: { 'If-None-Match': first.etag } };
      equal('the same', (await call('GET', `${room}/json`, known)).status, 304);
      const second = await patch(context.room, { text: 'two' }, { 'If-Match': first.etag });
      equal('written', second.status, 200);
      const late = await patch(context.room, { text: 'x' }, { 'If-Match': first.etag });
      equal('too late', late.status, 412);
      const changed = await call('GET', `${room}/json`, known);
      equal('changed', [changed.status, changed.json, changed.etag],
        [200, { text: 'two' }, second.etag]);
    },
  },
  {
    name: 'api: a patch is the smallest edit, beside what an editor writes at the same time',
    async run(context) {
      const { call, at, patch } = await interfaceOf(context);
      const peer = await context.peer();
      peer.insert(0, 'The quick brown 🦊 jumps');
      peer.edit(({ set }) => set('nested', 'plain'));
      peer.doc.getMap('map').set('inner', new Y.Map([['kept', 1], ['gone', 2]]));
      peer.doc.getMap('map').get('inner').set('text', new Y.Text('inner text'));
      await until('it is there', async () => {
        const { json } = await call('GET', `${at(context.room)}/json`);
        return json.map?.inner?.text === 'inner text';
      });
      const deltas = [];
      peer.types.text.observe(({ delta }) => deltas.push(delta));
      const inner = peer.doc.getMap('map').get('inner');
      equal('status', (await patch(context.room, {
        text: 'The quick red 🐈 jumps',
        map: { inner: { gone: null, text: 'inner tent', added: [1] }, nested: 'plain' },
        list: [1, 2, 3],
      })).status, 200);
      await peer.sees('the patch', ({ list }) => list.length === 3);
      equal('only what differs', deltas,
        [[{ retain: 10 }, { delete: 8 }, { insert: 'red 🐈' }]]);
      check('the shared map is the same one', peer.doc.getMap('map').get('inner') === inner);
      equal('inside', inner.toJSON(), { kept: 1, text: 'inner tent', added: [1] });
      await patch(context.room, { list: [1, 4, 3] });
      await peer.sees('the list', ({ list }) => list[1] === 4);
      equal('another kind', (await patch(context.room, { text: { a: 1 } })).status, 422);
      equal('nothing of it', (await patch(context.room, { list: [9], text: [] })).status, 422);
      equal('no object', (await patch(context.room, [1])).status, 422);
      const late = await context.peer();
      equal('everybody agrees', (await converge([peer, late])).list, [1, 4, 3]);
    },
  },
  {
    name: 'api: presence, and who is connected',
    async run(context) {
      const { call, at } = await interfaceOf(context);
      const peer = await context.peer();
      peer.insert(0, 'x');
      peer.awareness.setLocalState({ name: 'ada', cursor: { at: 3 } });
      await until('it is known', async () => {
        const { json } = await call('GET', `${at(context.room)}/presence`);
        return json.clients?.length === 1 && json.clients[0].state.name === 'ada';
      });
      const { json } = await call('GET', `${at(context.room)}/presence`);
      equal('the state', json.clients,
        [{ client: peer.id, user: '', state: { name: 'ada', cursor: { at: 3 } } }]);
      equal('sessions', (await call('GET', at(context.room))).json.sessions, 1);
    },
  },
  {
    name: 'api: users, documents and sessions are revoked at once, on every wire',
    everyWire: true,
    each: true,
    async run(context) {
      const key = new SigningKey('HS256', 'k');
      const folder = new AuthFolder({
        admin: [{ token: 'root' }],
        tokens: [{ token: 'bobs', user: 'bob', role: 'write' }],
        jwt: { jwks_file: 'jwks.json', role: 'write', documents: ['**'] },
      }, [key.jwk]);
      context.closes(folder);
      await context.ownServer(['--auth', folder.path]);
      const { call, at } = await interfaceOf(context);
      const revoke = async (what) => (await call('POST', '/api/revoke',
        { token: 'root', body: JSON.stringify(what) })).json.ended;
      const now = () => Math.floor(Date.now() / 1000);
      const old = key.token({ sub: 'ada', iat: now() - 5 });
      const join = (token) => context.peer(tokenOptions(context, token));
      const ada = await join(old);
      await join('bobs');
      const sessions = async () => (await call('GET', `${at(context.room)}/sessions`,
        { token: 'root' })).json.sessions;
      equal('who is here', (await sessions()).map(({ user }) => user).sort(), ['ada', 'bob']);
      const { id } = (await sessions()).find(({ user }) => user === 'bob');
      equal('nobody of that name', await revoke({ user: 'zoe' }), 0);
      equal('one session', await revoke({ session: id }), 1);
      const bob = await join('bobs');  // of some providers the first comes back, too
      equal('ada', await revoke({ user: 'ada' }), 1);
      ada.insert(0, 'never seen');
      await sleep(300);  // for providers that try again
      equal('only bob', [...new Set((await sessions()).map(({ user }) => user))], ['bob']);
      equal('the text', bob.json.text, '');
      equal('the old token', (await call('GET', `${at(context.room)}/json`, { token: old })).status,
        401);
      const fresh = key.token({ sub: 'ada', iat: now() + 2 });
      const again = await call('PATCH', `${at(context.room)}/json`,
        { token: fresh, body: '{"text":"again"}' });
      equal('a token of later', again.status, 200);
      await bob.sees('it', ({ text }) => text === 'again');
      check('the whole document', await revoke({ document: context.room }) >= 1);
      const nobody = await call('POST', '/api/revoke', { token: 'root', body: '{}' });
      equal('whose', nobody.status, 400);
      equal('not for all', (await call('POST', '/api/revoke', { token: 'bobs' })).status, 401);
    },
  },
  {
    name: 'api: tokens say what may be read and written (pain 27: with its status)',
    async run(context) {
      const folder = new AuthFolder({
        admin: [{ token: 'root' }],
        tokens: [
          { token: 'writer', documents: ['a'], role: 'write' },
          { token: 'reader', documents: ['a'], role: 'read' },
        ],
      });
      context.closes(folder);
      await context.ownServer(['--auth', folder.path]);
      const { call } = await interfaceOf(context);
      const status = async (method, path, token) => (await call(method, path, {
        token, body: method === 'PATCH' ? '{"text":"x"}' : undefined })).status;
      const [document, json] = ['/api/documents/a', '/api/documents/a/json'];
      equal('nobody', await status('GET', json), 401);
      equal('a stranger', await status('GET', json, 'x'), 401);
      equal('elsewhere', await status('GET', '/api/documents/b/json', 'reader'), 403);
      equal('a reader writes', await status('PATCH', json, 'reader'), 403);
      equal('a reader makes', await status('PUT', document, 'reader'), 403);
      equal('a writer writes', await status('PATCH', json, 'writer'), 200);
      equal('a reader reads', await status('GET', json, 'reader'), 200);
      equal('a writer lists', await status('GET', '/api/documents', 'writer'), 401);
      equal('the server itself lists', await status('GET', '/api/documents', 'root'), 200);
      equal('and writes', await status('PATCH', '/api/documents/b/json', 'root'), 200);
    },
  },
];
