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

/** Listens to a document's events; `next(name, fits)` waits for one of that name. */
async function listen(context, description, path, headers = {}) {
  const response = await fetch(`${context.server.http}${path}`, { headers });
  const reader = response.body.getReader();
  context.closes({ close: () => reader.cancel().catch(() => {}) });
  const heard = [];
  let text = '';
  let ended = false;
  const read = async () => {
    const { value, done } = await reader.read();
    if (done) ended = true;
    text += new TextDecoder().decode(value ?? new Uint8Array());
    const events = text.split('\n\n');
    text = events.pop();
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name !== undefined) heard.push({ name, data: JSON.parse(data) });
    }
  };
  const next = async (name, fits = () => true) => {
    for (;;) {
      const at = heard.findIndex((event) => event.name === name && fits(event.data));
      if (at >= 0) return heard.splice(0, at + 1).at(-1).data;
      check(`${name} comes before the end`, !ended);
      await read();
    }
  };
  const rest = async () => {
    while (!ended) await read();
    return heard.splice(0);
  };
  validate(description, { method: 'GET', path, response, bytes: new Uint8Array() });
  return { next, rest };
}

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
    name: 'api: what ProseMirror and Tiptap write is read as Markdown',
    async run(context) {
      const { call, at } = await interfaceOf(context);
      const doc = new Y.Doc();
      const text = (...pieces) => {
        const made = new Y.XmlText();
        made.applyDelta(pieces.map((piece) => (typeof piece === 'string' ? { insert: piece } :
          { insert: piece[0], attributes: piece[1] })));
        return made;
      };
      const node = (name, attributes, ...children) => {
        const made = new Y.XmlElement(name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        made.insert(0, children);
        return made;
      };
      const p = (...pieces) => node('paragraph', {}, text(...pieces));
      doc.getXmlFragment('prose').push([
        node('heading', { level: 2 }, text('A ', ['title', { em: {} }])),
        p('plain *stars* ', ['bold and ', { strong: {} }], ['both', { strong: {}, em: {} }],
          [' then ', { strong: {} }], ['a link', { link: { href: 'https://a.b/' } }],
          ['x', { code: {} }], ['`y`', { code: {} }],
          ['gone', { strike: true }], ['under', { underline: {} }]),
        node('paragraph', {}, text('one'), node('hardBreak', {}), text('two'),
          node('image', { src: '/a.png', alt: 'an [image]', title: 'T' })),
        p('1. no list'), p('# no heading'), p('- no item'),
        node('bulletList', {}, node('listItem', {}, p('first')),
          node('listItem', {}, p('second'), node('ordered_list', { order: 3 },
            node('list_item', {}, p('third')), node('list_item', {}, p('fourth'))))),
        node('taskList', {}, node('taskItem', { checked: true }, p('done')),
          node('taskItem', { checked: false }, p('to do'))),
        node('blockquote', {}, p('said'), p('and said')),
        node('codeBlock', { language: 'js' }, text('const a = `${b}`;\n```')),
        node('horizontalRule', {}),
      ]);
      doc.getXmlFragment('table').push([node('table', {})]);
      doc.getXmlFragment('deep').push([Array.from({ length: 80 }).reduce((inner) =>
        node('blockquote', {}, inner), p('x'))]);
      doc.getText('text').insert(0, 'x');
      await call('POST', `${at(context.room)}/update`, { body: Y.encodeStateAsUpdate(doc) });
      const read = (root) => call('GET', `${at(context.room)}/markdown?root=${root}`);
      equal('the document', (await read('prose')).text.split('\n'), [
        '## A *title*', '',
        'plain \\*stars\\* **bold and *both* then** [a link](https://a.b/)' +
          '`` x`y` ``~~gone~~under', '',
        'one\\', 'two![an \\[image\\]](/a.png "T")', '',
        '1\\. no list', '', '\\# no heading', '', '\\- no item', '',
        '- first', '', '- second', '', '  3. third', '  4. fourth', '',
        '- [x] done', '- [ ] to do', '',
        '> said', '> ', '> and said', '',
        '````js', 'const a = `${b}`;', '```', '````', '', '---', '',
      ]);
      for (const [root, status] of [['table', 422], ['deep', 422], ['text', 422], ['none', 404],
        ['', 400]]) {
        equal(root, (await read(root)).status, status);
      }
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
    name: 'api: a list of operations is one transaction, all of it or nothing',
    async run(context) {
      const { call, at } = await interfaceOf(context);
      const run = (operations, headers = {}) => call('POST', `${at(context.room)}/operations`,
        { body: JSON.stringify({ operations }), headers });
      equal('made', (await run([
        { path: ['text'], delta: [{ insert: 'one 🧵 two' }] },
        { path: ['list'], insert: [1, { plain: [true] }, 3] },
        { path: ['map'], set: { plain: { a: 1 }, gone: 'x', list: [1] } },
        { path: ['map'], set: { inner: { deep: [1, { deeper: {} }] } }, shared: true },
      ])).status, 200);
      const peer = await context.peer();
      await peer.sees('it', ({ list }) => list.length === 3);
      equal('what was plain stays so', peer.json, {
        text: 'one 🧵 two',
        list: [1, { plain: [true] }, 3],
        map: { plain: { a: 1 }, gone: 'x', list: [1], inner: { deep: [1, { deeper: {} }] } },
      });
      check('what was shared is', peer.types.get('inner') instanceof Y.Map);
      let transactions = 0;
      peer.doc.on('afterTransaction', ({ changed }) => {
        if (changed.size > 0) transactions += 1;
      });
      const done = await run([
        { path: ['text'], delta: [{ retain: 6, attributes: { bold: true } }, { delete: 4 }] },
        { path: ['list'], remove: 2, at: 0 },
        { path: ['list'], insert: ['first'], at: 0 },
        { path: ['map'], unset: ['gone', 'never there'] },
        { path: ['map', 'inner', 'deep'], insert: [2] },
        { path: ['map', 'inner', 'deep', 1, 'deeper'], set: { bottom: null } },
      ]);
      equal('done', done.status, 200);
      await peer.sees('all of it', ({ list }) => list[0] === 'first');
      equal('at once', transactions, 1);
      equal('the text', peer.types.text.toDelta(),
        [{ insert: 'one 🧵', attributes: { bold: true } }]);
      equal('the list', peer.json.list, ['first', 3]);
      equal('the map', peer.json.map, {
        plain: { a: 1 }, list: [1], inner: { deep: [1, { deeper: { bottom: null } }, 2] },
      });
      const wrong = [
        {}, { path: ['list'] }, { path: ['list'], insert: 1 }, { path: ['list'], remove: 1 },
        { path: ['list'], remove: 9, at: 0 }, { path: ['list'], insert: [1], at: 9 },
        { path: ['list'], insert: [1], remove: 1, at: 0 }, { path: ['list'], set: { a: 1 } },
        { path: ['map'], insert: [1] }, { path: ['map', 'none'], set: { a: 1 } },
        { path: ['map', 'plain'], set: { a: 1 } }, { path: ['list', 0.5], set: { a: 1 } },
        { path: ['list', 5, 'x'], set: { a: 1 } }, { path: [1], set: { a: 1 } },
        { path: [], set: { a: 1 } }, { path: ['map'], set: [1] }, { path: ['map'], unset: [1] },
        { path: ['text'], delta: 'x' }, { path: ['text', 0], delta: [] },
      ];
      for (const operation of wrong) {
        const { status, json } = await run([{ path: ['list'], insert: ['never'] }, operation]);
        equal(`${JSON.stringify(operation)}: ${json.detail}`, status, 422);
      }
      equal('no list', (await call('POST', `${at(context.room)}/operations`,
        { body: '{"operations":{}}' })).status, 422);
      equal('no JSON', (await call('POST', `${at(context.room)}/operations`,
        { body: '{' })).status, 400);
      equal('too late', (await run([], { 'If-Match': '"0-0"' })).status, 412);
      const now = await call('GET', `${at(context.room)}/json`);
      equal('nothing of those', now.json.list, ['first', 3]);
      equal('the same state', now.etag, done.etag);
    },
  },
  {
    name: 'api: a document is copied, and deleted for good under everybody who is on it',
    async run(context) {
      await context.ownServer(['--shards', '2']);
      const { call, at, patch } = await interfaceOf(context);
      const { room } = context;
      const peer = await context.peer();
      peer.insert(0, 'kept');
      await until('it is there', async () =>
        (await call('GET', `${at(room)}/json`)).json.text === 'kept');
      const before = await call('GET', at(room));
      // To many names, so that the copies lie on both threads.
      for (let i = 0; i < 4; ++i) {
        const copied = await call('POST', `${at(room)}/copy?to=copy%20${i}`);
        equal('copied', [copied.status, copied.json.name], [201, `copy ${i}`]);
        equal('its history', copied.json.clients, before.json.clients);
      }
      equal('known', (await call('GET', at(room),
        { headers: { 'If-None-Match': before.etag } })).status, 304);
      equal('there is one', (await call('POST', `${at(room)}/copy?to=copy%200`)).status, 409);
      equal('to what', (await call('POST', `${at(room)}/copy`)).status, 400);
      equal('of what', (await call('POST', `${at('none')}/copy?to=x`)).status, 404);
      equal('made', (await call('PUT', at('empty'))).status, 201);
      equal('copied, empty', (await call('POST', `${at('empty')}/copy?to=e2`)).status, 201);
      equal('it is there', (await call('GET', at('e2'))).status, 200);

      equal('another state', (await call('DELETE', at(room),
        { headers: { 'If-Match': '"0-0"' } })).status, 412);
      const gone = await call('DELETE', at(room));
      equal('deleted', [gone.status, gone.json.name], [200, room]);
      equal('once', (await call('DELETE', at(room))).status, 404);
      equal('nothing is left', (await call('GET', `${at(room)}/json`)).status, 404);
      equal('no versions', (await call('GET', `${at(room)}/versions`)).json.versions, []);
      const names = (await call('GET', '/api/documents')).json.documents.map(({ name }) => name);
      check('not listed', !names.includes(room));
      equal('the copy is', (await call('GET', `${at('copy 1')}/json`)).json, { text: 'kept' });
      // The editor's copy does not come back into the next document of that name.
      peer.insert(0, 'never ');
      equal('a new one', (await patch(room, { text: 'new' })).status, 200);
      const late = await context.peer();
      await late.sees('the new one', ({ text }) => text === 'new');
      equal('only that', (await call('GET', `${at(room)}/json`)).json, { text: 'new' });
    },
  },
  {
    name: 'api: events tell of changes that are on disk, of presence, and of the end',
    async run(context) {
      await context.ownServer(['--shards', '2']);
      const { call, at, patch } = await interfaceOf(context);
      const description = await describe(context.server.http);
      const { room } = context;
      equal('no document', (await call('GET', `${at(room)}/events`)).status, 404);
      equal('one', (await patch(room, { text: 'one' })).json.updates, 1);
      const events = await listen(context, description, `${at(room)}/events`);
      equal('at first', await events.next('change'), { updates: 1 });
      equal('nobody', await events.next('presence'), { clients: [] });
      const other = await listen(context, description, `${at(room)}/events`);
      const peer = await context.peer();
      peer.awareness.setLocalState({ name: 'ada' });
      const here = ({ clients }) => clients.some(({ state }) => state.name === 'ada');
      await Promise.all([events.next('presence', here), other.next('presence', here)]);
      for (let i = 0; i < 20; ++i) peer.insert(0, `${i} `);
      const { updates } = (await call('GET', at(room))).json;
      check('many', updates > 1);
      await until('the last change is told', async () =>
        (await events.next('change')).updates >= updates);
      peer.close();
      await events.next('presence', ({ clients }) => clients.length === 0);
      equal('deleted', (await call('DELETE', at(room))).status, 200);
      const last = { name: 'end', data: { code: 4404, reason: 'the document was deleted' } };
      equal('the end', (await events.rest()).at(-1), last);
      equal('for all', (await other.rest()).at(-1), last);
    },
  },
  {
    name: 'api: events end with the token, and when their user is revoked',
    async run(context) {
      const key = new SigningKey('HS256', 'k');
      const folder = new AuthFolder({
        admin: [{ token: 'root' }],
        jwt: { jwks_file: 'jwks.json', role: 'read', documents: ['**'] },
      }, [key.jwk]);
      context.closes(folder);
      await context.ownServer(['--auth', folder.path]);
      const { call, at } = await interfaceOf(context);
      const description = await describe(context.server.http);
      const path = `${at(context.room)}/events`;
      equal('made', (await call('PUT', at(context.room), { token: 'root' })).status, 201);
      equal('without a token', (await call('GET', path)).status, 401);
      const now = () => Math.floor(Date.now() / 1000);
      const as = (claims) => ({ Authorization: `Bearer ${key.token(claims)}` });
      const short = await listen(context, description, path, as({ sub: 'bob', exp: now() + 5 }));
      const ada = await listen(context, description, path, as({ sub: 'ada', iat: now() - 5 }));
      await ada.next('presence');
      equal('revoked', (await call('POST', '/api/revoke',
        { token: 'root', body: '{"user":"ada"}' })).json.ended, 1);
      const last = { name: 'end', data: { code: 4403, reason: 'revoked' } };
      equal('told', (await ada.rest()).at(-1), last);
      await short.rest();  // or this scenario does not end
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
      equal('a writer deletes', await status('DELETE', document, 'writer'), 401);
      const copies = async (to, token) => status('POST', `${document}/copy?to=${to}`, token);
      equal('a reader copies', await copies('b', 'reader'), 403);
      equal('a writer copies elsewhere', await copies('b', 'writer'), 403);
      equal('a writer lists', await status('GET', '/api/documents', 'writer'), 401);
      equal('the server itself lists', await status('GET', '/api/documents', 'root'), 200);
      equal('and writes', await status('PATCH', '/api/documents/b/json', 'root'), 200);
      equal('and copies', await copies('c', 'root'), 201);
      equal('and deletes', await status('DELETE', document, 'root'), 200);
    },
  },
];
