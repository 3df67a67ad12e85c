// Versions over HTTP, while real clients edit: kept, listed, read, compared, and brought back so
// that every editor sees it.

import { describe, validate } from '../lib/openapi.mjs';
import { converge } from '../lib/peers.mjs';
import { AuthFolder } from '../lib/tokens.mjs';
import { check, equal } from '../lib/wait.mjs';
import * as Y from '../lib/yjs.mjs';

/** What the server answers, as it describes it: a status and JSON, or bytes. */
async function ask(context, path, { method = 'GET', headers = {}, described = true } = {}) {
  const whole = `/api/documents/${encodeURIComponent(context.room)}/versions${path}`;
  const response = await fetch(context.server.http + whole, { method, headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!described) return { status: response.status };
  const description = await describe(context.server.http);
  const { json } = validate(description, { method, path: whole, response, bytes });
  return { status: response.status, body: json ?? bytes };
}

async function done(context, path, options) {
  const { status, body } = await ask(context, path, options);
  equal(`${path}: the status`, status, 200);
  return body;
}

const post = { method: 'POST' };

export default [
  {
    name: 'a version comes back under the hands of everybody who edits',
    each: true,
    everyWire: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      a.insert(0, 'the first draft');
      a.edit((types) => types.set('state', { step: 1 }));
      a.edit((types) => types.list.insert(0, [1, 2, 3]));
      const draft = await converge([a, b]);
      equal('the first version', await done(context, '?name=first%20draft', post), { version: 1 });

      b.edit((types) => {
        types.text.delete(0, 9);
        types.text.insert(0, 'a last');
        types.set('state', { step: 2 });
        types.set('more', true);
        types.list.delete(1, 1);
      });
      const last = await converge([a, b]);
      const { versions } = await done(context, '');
      equal('the list', versions.map(({ version, kind, name }) => [version, kind, name]),
        [[1, 'named', 'first draft']]);
      check('a time of today', Math.abs(versions[0].time - Date.now()) < 86_400_000);
      equal('its contents', (await done(context, '/1')).text, 'the first draft');
      const then = new Y.Doc();
      Y.applyUpdate(then, await done(context, '/1?as=update'));
      equal('its update', then.getText('text').toString(), 'the first draft');
      const { roots, changes } = await done(context, '/1/diff/now');
      equal('who inserted', changes.filter(({ inserted }) => inserted > 0).map((one) => one.client),
        [b.id]);
      check('what is new', roots.text.children.some(({ insert, attribution }) =>
        insert.startsWith('a last') && attribution?.client === b.id));

      const { update } = await done(context, '/1/restore', post);
      check('the edit has a number', update > 1);
      await a.sees('the version', ({ text }) => text === 'the first draft');
      equal('what both show', await converge([a, b]), draft);
      b.append(', corrected');
      await a.sees('what is written after it', ({ text }) => text.endsWith(', corrected'));

      const after = (await done(context, '')).versions;
      equal('what it was before', after.map(({ kind }) => kind), ['named', 'before-reset']);
      await done(context, '/2/restore', post);
      await a.sees('what it was before', ({ text }) => text === last.text);
      equal('and both', await converge([a, b]), last);
      const fresh = await context.peer();
      equal('and whoever comes', fresh.json, last);
    },
  },
  {
    name: 'whose token may read may look at versions, whose may write may keep and restore them',
    async run(context) {
      const folder = new AuthFolder({ tokens: [
        { token: 'writer', user: 'ada', role: 'write' },
        { token: 'viewer', user: 'eve', role: 'read' },
        { token: 'elsewhere', user: 'zoe', role: 'write', documents: ['elsewhere/*'] },
      ] });
      context.closes(folder);
      await context.ownServer(['--auth', folder.path]);
      const writer = await context.peer({ params: { token: 'writer' } });
      writer.insert(0, 'written by ada');
      const viewer = await context.peer({ params: { token: 'viewer' } });
      await converge([writer, viewer]);
      const as = (name) => ({ headers: { authorization: `Bearer ${name}` } });
      const status = async (path, options) => (await ask(context, path, options)).status;
      equal('no token', [await status(''), await status('', post)], [401, 401]);
      equal('a wrong one', await status('', as('wrong')), 401);
      equal('for something else', await status('', as('elsewhere')), 403);
      equal('a viewer keeps one', await status('', { ...as('viewer'), ...post }), 403);
      await done(context, '', { ...as('writer'), ...post });
      equal('a viewer looks', (await done(context, '/1', as('viewer'))).text, 'written by ada');
      equal('by whom', (await done(context, '', as('viewer'))).versions[0].user, 'ada');
      equal('a viewer restores', await status('/1/restore', { ...as('viewer'), ...post }), 403);
      writer.edit((types) => types.text.delete(0, 8));
      await viewer.sees('the deletion', ({ text }) => text === 'by ada');
      const { changes } = await done(context, '/1/diff/now', as('viewer'));
      equal('who did it', changes, [{ user: 'ada', inserted: 0, deleted: 8 }]);
      await done(context, '/1/restore', { ...as('writer'), ...post });
      await viewer.sees('the version', ({ text }) => text === 'written by ada');
    },
  },
  {
    name: 'versions of nothing, and wrong questions',
    async run(context) {
      equal('none', await done(context, ''), { versions: [] });
      const status = async (path, options) => (await ask(context, path, options)).status;
      equal('no such version', await status('/1'), 404);
      equal('nothing to restore', await status('/1/restore', post), 404);
      equal('nothing to compare', await status('/1/diff/2'), 404);
      for (const path of ['/0', '/x', '/1/burn', '/1/diff', '/1/diff/0', '/1/2/3/4']) {
        equal(path, await status(path, { described: false }), 404);
      }
      equal('a name that is too long', await status(`?name=${'n'.repeat(300)}`, post), 400);
      const headers = { origin: 'https://elsewhere.example' };
      const elsewhere = { method: 'POST', headers, described: false };
      equal('another origin', await status('', elsewhere), 403);
    },
  },
];
