// What y-sweet adds: its SDK's routes and tokens, and the question what is saved. After that
// project's own tests of its server.

import { execFileSync } from 'node:child_process';
import { DocumentManager, YSweetError } from 'y-sweet-sdk-0.9';
import { DocumentManager as OldManager } from 'y-sweet-sdk-0.1';
import * as Y from 'yjs';
import { RawClient, kAwareness, kStep1, kSync, read, update } from '../lib/raw.mjs';
import { AuthFolder } from '../lib/tokens.mjs';
import { check, equal, sleep, until } from '../lib/wait.mjs';
import { versions } from '../lib/y_sweet.mjs';

const wire = 'y-sweet';
const newest = versions.at(-1);
const address = (context) => context.server.http.slice('http://'.length);

function updateOf(text, name = 'text') {
  const doc = new Y.Doc();
  doc.getText(name).insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

function textIn(bytes, name = 'text') {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, bytes);
  return doc.getText(name).toString();
}

/** A server with a key of its own, and who manages its documents. */
async function guarded(context) {
  const made = JSON.parse(execFileSync(context.binary, ['gen-auth', '--json']).toString());
  const folder = new AuthFolder({ y_sweet: { private_key: made.private_key } });
  context.closes(folder);
  await context.ownServer(['--auth', folder.path]);
  return new DocumentManager(`ys://${made.server_token}@${address(context)}`);
}

async function refused(what, promise, mark) {
  const error = await promise.then(() => null, (reason) => reason);
  check(`${what} is refused with ${mark}, not: ${error?.message}`,
    error !== null && error.message.includes(mark));
}

async function raw(context, path) {
  const client = new RawClient(context.server.url, path);
  context.closes(client);
  return client.open();
}

export default [
  {
    name: 'the SDK makes, fills, reads and authorizes documents',
    wire,
    async run(context) {
      for (const Manager of [OldManager, DocumentManager]) {
        const manager = new Manager(`ys://${address(context)}`);
        if (manager.checkStore) equal('the store', await manager.checkStore(), { ok: true });
        const unknown = Manager === OldManager ? { docId: 'unknown' } : 'unknown';
        await refused('an unknown document', manager.getClientToken(unknown), '404');
        const { docId } = await manager.createDoc();
        check(`a name of letters: ${docId}`, /^[A-Za-z0-9_-]{21}$/.test(docId));
        if (Manager === DocumentManager) {  // the first had no words for contents
          await manager.updateDoc(docId, updateOf('over HTTP'));
          equal('its text', textIn(await manager.getDocAsUpdate(docId)), 'over HTTP');
        }
        const token = await manager.getClientToken({ docId });
        equal('where to go', token.url, `${context.server.url}/d/${docId}/ws`);
        equal('a name of its own', await manager.createDoc('mydoc123'), { docId: 'mydoc123' });
        await refused('a name with other letters', manager.createDoc('mydoc123!'), '400');
      }
    },
  },
  {
    name: 'a document with contents, longer than one read, is there for every wire',
    wire,
    async run(context) {
      const manager = new DocumentManager(`ys://${address(context)}`);
      const long = 'long '.repeat(400_000);
      const { docId } = await manager.createDocWithContent(updateOf(long));
      equal('its length', textIn(await manager.getDocAsUpdate(docId)).length, long.length);
      const peer = await context.peer({}, { room: docId, version: context.versions[3] });
      equal('through y-websocket', peer.json.text.length, long.length);
      await refused('what is no update', manager.updateDoc(docId, Uint8Array.of(9, 9, 9)), '400');
      await context.server.stop();
      await context.server.start();
      equal('after a restart', textIn(await manager.getDocAsUpdate(docId)).length, long.length);
    },
  },
  {
    name: 'without contents a document is known after a crash, too',
    wire,
    async run(context) {
      await context.ownServer();
      const manager = new DocumentManager(`ys://${address(context)}`);
      const { docId } = await manager.createDoc();
      await context.server.kill();
      await context.server.start();
      equal('its token', (await manager.getClientToken(docId)).docId, docId);
    },
  },
  {
    name: 'tokens: none, read-only, of another document, expired',
    wire,
    async run(context) {
      const manager = await guarded(context);
      equal('the store', await manager.checkStore(), { ok: true });
      await refused('a stranger', new DocumentManager(`ys://x@${address(context)}`).createDoc(),
        'InvalidAuthProvided');
      const { docId } = await manager.createDoc();
      const full = await manager.getClientToken(docId);
      const reads = await manager.getClientToken(docId, { authorization: 'read-only' });
      const other = await manager.getClientToken(await manager.createDoc());
      const status = async (token, body) => {
        const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
        const route = body === undefined ? 'as-update' : 'update';
        const method = body === undefined ? 'GET' : 'POST';
        return (await fetch(`${full.baseUrl}/${route}`, { method, body, headers })).status;
      };
      const bytes = updateOf('written');
      equal('statuses', [
        await status(undefined), await status(other.token), await status('x'),
        await status(reads.token), await status(full.token),
        await status(reads.token, bytes), await status(full.token, bytes),
      ], [401, 401, 401, 200, 200, 403, 200]);
      for (const [token, code] of [['', 401], [`?token=${other.token}`, 401]]) {
        const client = new RawClient(context.server.url, `d/${docId}/ws/${docId}${token}`);
        context.closes(client);
        await refused('a socket', client.open(), String(code));
      }
      const brief = await manager.getDocConnection(docId, { validForSeconds: 0 });
      await sleep(20);
      const late = await brief.getAsUpdate().then(() => null, (error) => error);
      check('it is an error of the SDK', late instanceof YSweetError);
      equal('it has expired', late.cause.code, 'InvalidAuthProvided');
    },
  },
  {
    name: 'clients write, read only, and are told what is saved',
    wire,
    async run(context) {
      const manager = await guarded(context);
      const { docId } = await manager.createDoc();
      const join = (authorization) => context.peer(
        { clientToken: () => manager.getClientToken(docId, { authorization }) },
        { room: docId, version: newest });
      const [writer, viewer] = [await join('full'), await join('read-only')];
      const changes = [];
      writer.provider.on('local-changes', (has) => changes.push(has));
      writer.insert(0, 'written');
      check('it knows of local changes', writer.provider.hasLocalChanges);
      await writer.saved();
      equal('then of none', changes.at(-1), false);
      await viewer.sees('it', ({ text }) => text === 'written');
      viewer.insert(0, 'refused ');
      await until('answered all the same', () => !viewer.provider.hasLocalChanges);
      writer.append(' again');
      await viewer.sees('the next', ({ text }) => text.endsWith(' again'));
      equal('the text', writer.json.text, 'written again');
    },
  },
  {
    name: 'the handshake, frame by frame',
    wire,
    async run(context) {
      const { room } = context;
      const client = await raw(context, `d/${room}/ws/${room}`);
      await until('two messages', () => client.frames.length === 2);
      const [first, second] = client.frames.map((bytes) => read(bytes));
      equal('step 1', [first.type, first.kind], [kSync, kStep1]);
      equal('awareness of nobody', [second.type, ...client.frames[1]], [kAwareness, 1, 1, 0]);
      client.send(update(updateOf('x')));
      client.send(Uint8Array.of(102, 2, 7, 8));
      await until('the echo and the answer', () => client.frames.length === 4);
      equal('the update first', read(client.frames[2]).type, kSync);
      equal('what was asked, as it was asked', [...client.frames[3]], [102, 2, 7, 8]);
      client.send(Uint8Array.of(102, 9, 7));
      equal('a question that is cut', (await client.closes()).code, 1007);
      await (await raw(context, `doc/ws/${room}`)).ready();
      await refused('two names', raw(context, `d/${room}/ws/other`), '400');
    },
  },
];
