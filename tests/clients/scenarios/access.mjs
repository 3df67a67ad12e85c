// Who may read and write: tokens on each wire, viewers, expiry, new keys, and presence that nobody
// else can speak for.

import * as Y from 'yjs';
import { frame, kType, openSocket, sync, token, word } from '../lib/hocuspocus.mjs';
import { converge } from '../lib/peers.mjs';
import {
  RawClient, awareness, kAuth, kAwareness, kStep2, kSync, kUpdate, read, step1, update,
} from '../lib/raw.mjs';
import { AuthFolder, SigningKey } from '../lib/tokens.mjs';
import { check, equal, sleep, until } from '../lib/wait.mjs';

const kTokens = [
  { token: 'writer', user: 'ada', role: 'write' },
  { token: 'other', user: 'bob', role: 'write' },
  { token: 'viewer', user: 'eve', role: 'read' },
  { token: 'elsewhere', user: 'zoe', role: 'write', documents: ['elsewhere/*'] },
];

async function guarded(context, rules = { tokens: kTokens }, keys = []) {
  const folder = new AuthFolder(rules, keys);
  context.closes(folder);
  await context.ownServer(['--auth', folder.path]);
  return folder;
}

async function rawAt(context, path, protocols = [], headers = {}) {
  const client = new RawClient(context.server.url, path, protocols, headers);
  context.closes(client);
  return client.open();
}

const isKind = (wanted) => ({ type, kind }) => type === kSync && kind === wanted;

function updateOf(text) {
  const doc = new Y.Doc();
  doc.getText('text').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

/** Waits for the reason why a y-websocket client is not let in, and for the close. */
async function denied(client) {
  const { code } = await client.closes();
  const messages = client.messages;
  equal('the only message', messages.map(({ type, kind }) => [type, kind]), [[kAuth, 0]]);
  return { code, reason: messages[0].reason };
}

export default [
  {
    name: 'pain 26: y-websocket: a token in the URL opens what it says',
    each: true,
    async run(context) {
      await guarded(context);
      const writer = await context.peer({ params: { token: 'writer' } });
      const viewer = await context.peer({ params: { token: 'viewer' } });
      writer.insert(0, 'written');
      await viewer.sees('it', ({ text }) => text === 'written');
      viewer.insert(0, 'refused ');
      viewer.awareness.setLocalState({ name: 'a viewer is seen' });
      await until('presence', () => writer.awareness.getStates().get(viewer.id)?.name);
      writer.append('!');
      await viewer.sees('more', ({ text }) => text === 'refused written!');
      const reader = await context.peer({ params: { token: 'writer' } });
      equal('what is there', reader.json.text, 'written!');
      await until('the viewer is told', () =>
        viewer.frames.map(read).some(({ reason }) => reason?.startsWith('read-only')));
    },
  },
  {
    name: 'y-websocket: who may not enter is told why, and sent away',
    async run(context) {
      await guarded(context);
      const at = async (path, ...more) => denied(await rawAt(context, path, ...more));
      equal('no token', await at('doc'), { code: 4401, reason: 'a token is needed' });
      equal('a wrong one', (await at('doc?token=wrong')).code, 4401);
      equal('for something else', (await at('doc?token=elsewhere')).code, 4403);
      for (const [path, ...more] of [
        ['doc?token=writer'], ['doc?yauth=writer'], ['doc?a=b&token=%77riter'],
        ['elsewhere/x?token=elsewhere'], ['doc', ['yauth-writer']],
        ['doc', [], { Authorization: 'Bearer writer' }],
      ]) {
        await (await rawAt(context, path, ...more)).ready();
      }
    },
  },
  {
    name: 'a viewer cannot write by any frame, on either wire',
    async run(context) {
      await guarded(context);
      const writer = await context.peer({ params: { token: 'writer' } });
      writer.insert(0, 'whole');
      const viewer = await rawAt(context, `${context.room}?token=viewer`);
      viewer.send(update(updateOf('x')));
      const doc = new Y.Doc();
      doc.getText('text').insert(0, 'y');
      viewer.send(step1(new Y.Doc()));
      viewer.send(Uint8Array.of(0, 1, ...(() => {
        const bytes = Y.encodeStateAsUpdate(doc);
        return [bytes.length, ...bytes];
      })()));
      await viewer.next(isKind(kStep2));

      const socket = await rawAt(context, 'hocuspocus');
      const words = () => socket.frames.map(word);
      const statuses = () => words().filter((each) => each.startsWith('status'));
      socket.send(token(context.room, 'viewer'));
      socket.send(sync(context.room, 2, updateOf('z')));
      socket.send(sync(context.room, 1, updateOf('z')));
      socket.send(sync(context.room, 1, Uint8Array.of(0, 0)));
      socket.send(sync(context.room, 2, Uint8Array.of(0, 0)));
      await until('four answers', () => statuses().length === 4);
      equal('the scope', words()[0], 'auth:2:readonly');
      equal('the answers', statuses(), ['status:0', 'status:0', 'status:1', 'status:0']);
      equal('what is there', writer.json.text, 'whole');
    },
  },
  {
    name: 'hocuspocus: tokens, scopes, and one document\'s refusal leaves the others alone',
    wire: 'hocuspocus',
    each: true,
    async run(context) {
      await guarded(context);
      const socket = openSocket(context.version, context.server.url);
      context.closes({ close: () => socket.destroy() });
      const writer = await context.peer({ socket, token: 'writer' });
      const reasons = [];
      const refused = await context.peer({
        socket,
        token: 'wrong',
        connect: false,
        onAuthenticationFailed: ({ reason }) => reasons.push(reason),
      }, { room: `${context.room}-2` });
      await until('it is refused', () => reasons.length > 0);
      equal('the reason', reasons[0], 'this token is not known here');
      check('it is not synced', !refused.provider.isSynced);
      const viewer = await context.peer({ token: 'viewer' });
      equal('scope', viewer.provider.authorizedScope ?? 'readonly', 'readonly');
      writer.insert(0, 'text');
      await viewer.sees('it', ({ text }) => text === 'text');
      await viewer.saved();
      viewer.insert(0, 'refused ');
      writer.append('!');
      await viewer.sees('more', ({ text }) => text === 'refused text!');
      await writer.saved();
      await until('its edit was refused', () => viewer.frames.map(word).includes('status:0'));
      // The first providers take any status for a confirmation.
      if (context.version.honest) check('it stays unconfirmed', viewer.unsynced > 0);
      const reader = await context.peer({ token: 'writer' });
      equal('what is there', reader.json.text, 'text!');
    },
  },
  {
    name: 'pain 24: a provider that was refused comes in with another token',
    wire: 'hocuspocus',
    each: true,
    async run(context) {
      await guarded(context);
      let calls = 0;
      const peer = await context.peer({
        token: () => (++calls === 1 ? 'wrong' : 'writer'),
        connect: false,
        onAuthenticationFailed() {
          if (peer.provider.sendToken) {
            peer.provider.sendToken();
            peer.provider.startSync();
          } else if (context.version.leavesWhenDenied) {
            setTimeout(() => peer.provider.connect(), 50);
          } else {
            peer.provider.onOpen({});
          }
        },
      });
      await peer.synced();
      peer.append('in');
      await peer.saved();
    },
  },
  {
    name: 'JWTs of each algorithm, from a JWK set; new keys without a restart',
    async run(context) {
      const keys = ['HS256', 'RS256', 'ES256', 'EdDSA']
        .map((alg) => new SigningKey(alg, `k-${alg}`));
      const rules = {
        jwt: { jwks_file: 'jwks.json', issuer: 'here', audience: 'weft', leeway_seconds: 0 },
      };
      const folder = await guarded(context, rules, keys.map(({ jwk }) => jwk));
      const claims = {
        iss: 'here', aud: ['x', 'weft'], sub: 'ada', documents: ['docs/*'], role: 'write',
        exp: Date.now() / 1000 + 60,
      };
      const at = (text) => rawAt(context, `docs/${context.room}?token=${text}`);
      for (const key of keys) await (await at(key.token(claims))).ready();
      const [hs, rs, es] = keys;
      const wrong = {
        'another issuer': es.token({ ...claims, iss: 'there' }),
        'another audience': es.token({ ...claims, aud: 'other' }),
        'no audience': es.token({ ...claims, aud: undefined }),
        expired: es.token({ ...claims, exp: Date.now() / 1000 - 1 }),
        'not yet': es.token({ ...claims, nbf: Date.now() / 1000 + 60 }),
        'no expiry that is a time': es.token({ ...claims, exp: 'soon' }),
        'an unknown role': es.token({ ...claims, role: 'owner' }),
        'a forged algorithm': hs.token(claims, { kid: 'k-RS256', alg: 'RS256' }),
        'no algorithm': `${hs.token(claims, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`,
        'an unknown key': new SigningKey('ES256', 'k-new').token(claims),
      };
      for (const [what, text] of Object.entries(wrong)) {
        equal(what, (await denied(await at(text))).code, 4401);
      }
      for (const documents of [undefined, 'other/*']) {
        const { code } = await denied(await at(rs.token({ ...claims, documents })));
        equal(`for ${documents}`, code, 4403);
      }
      const next = new SigningKey('ES256', 'k-next');
      await sleep(20);
      folder.writeKeys([next.jwk]);
      await until('the new key is known', async () => {
        const client = await at(next.token(claims));
        client.send(step1(new Y.Doc()));
        await sleep(50);
        return client.messages.some(isKind(kStep2));
      }, 5000);
      equal('the old one is not', (await denied(await at(rs.token(claims)))).code, 4401);
      // Rules that are wrong do not replace those that hold.
      folder.write({ jvt: {} });
      await sleep(1500);
      await (await at(next.token(claims))).ready();
    },
  },
  {
    name: 'pain 24: a token that expires ends the live session, unless it is renewed',
    wire: 'hocuspocus',
    each: true,
    async run(context) {
      const key = new SigningKey('ES256', 'k');
      await guarded(context, { jwt: { jwks_file: 'jwks.json', leeway_seconds: 0 } }, [key.jwk]);
      const fresh = (seconds) => key.token({
        sub: 'ada', documents: '**', role: 'write', exp: Date.now() / 1000 + seconds,
      });
      const renewed = await context.peer({ token: () => fresh(3) });
      const once = fresh(3);
      const reasons = [];
      const expiring = await context.peer({
        token: once, onAuthenticationFailed: ({ reason }) => reasons.push(reason),
      });
      await until('it has expired', () => reasons.length > 0 ||
        expiring.frames.map(word).some((each) => each.startsWith('close:')), 8000);
      const asks = expiring.frames.map(word).filter((each) => each === 'auth:0:undefined');
      equal('it was asked for another', asks.length, 1);
      // Providers before 3.3 do not answer, and end, too.
      if (!renewed.provider.sendToken) return;
      await sleep(2000);
      renewed.append('still in');
      await renewed.saved();
    },
  },
  {
    name: 'y-websocket: an expired token ends the live session',
    async run(context) {
      const key = new SigningKey('HS256', 'k');
      await guarded(context, { jwt: { jwks_file: 'jwks.json', leeway_seconds: 0 } }, [key.jwk]);
      const text = key.token({ documents: '**', role: 'write', exp: Date.now() / 1000 + 2 });
      const client = await (await rawAt(context, `${context.room}?token=${text}`)).ready();
      const { code, reason } = await client.closes();
      equal('the end', [code, reason], [4401, 'the token has expired']);
    },
  },
  {
    name: 'nobody speaks for another\'s presence',
    async run(context) {
      await guarded(context);
      const at = (name) => rawAt(context, `${context.room}?token=${name}`);
      const ada = await (await at('writer')).ready();
      ada.send(awareness([[7, 1, '{"name":"ada"}']]));
      const watcher = await (await at('viewer')).ready();
      await watcher.next(({ type }) => type === kAwareness);
      const names = () => watcher.messages.filter(({ type }) => type === kAwareness)
        .flatMap(({ states }) => states.map(({ client, json }) => `${client} ${json}`));
      const bob = await (await at('other')).ready();
      bob.send(awareness([[7, 9, '{"name":"bob as ada"}']]));  // its first message: a takeover
      bob.send(awareness([[7, 10, 'null']]));
      bob.send(awareness([[8, 1, '{"name":"bob"}'], [7, 11, '{"name":"again"}']]));
      await until('bob himself is seen', () => names().includes('8 {"name":"bob"}'));
      equal('client 7', names().filter((each) => each.startsWith('7')), ['7 {"name":"ada"}']);
      // Ada comes back on a new connection while the old one is half open.
      const again = await (await at('writer')).ready();
      again.send(awareness([[7, 2, '{"name":"ada again"}']]));
      await until('she is seen', () => names().includes('7 {"name":"ada again"}'));
      ada.close();
      await sleep(100);
      check('she stays', !names().includes('7 null'));
      const last = await (await at('other')).ready();
      await last.next(({ type, states }) =>
        type === kAwareness && states.some(({ json }) => json === '{"name":"ada again"}'));
    },
  },
  {
    name: 'both wires together: a writer of one, a viewer of the other',
    wire: 'hocuspocus',
    each: true,
    async run(context) {
      await guarded(context);
      const viewer = await context.peer(
        { params: { token: 'viewer' } }, { version: context.versions[3] });
      const writer = await context.peer({ token: 'writer' });
      writer.append('one document');
      await viewer.sees('it', ({ text }) => text === 'one document');
      await converge([viewer, writer]);
      const socket = await rawAt(context, 'hocuspocus');
      socket.send(token(context.room, 'elsewhere'));
      socket.send(frame(context.room, kType.query));
      await until('a denial', () => socket.frames.map(word)[0] ===
        'auth:1:this token does not open this document');
      equal('nothing more', socket.frames.length, 1);
      equal('updates seen', viewer.frames.map(read).some(isKind(kUpdate)), true);
    },
  },
];
