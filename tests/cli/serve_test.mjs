// weft serve as its operator meets it: what it refuses and says, and how it ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';

import { hello } from './golden.mjs';
import { file, output, path, weft } from './weft.mjs';

const kPromised = 10_000;  // ms from SIGTERM to the end
const anyPort = ['--listen', '127.0.0.1:0'];

function fails(status, args, message) {
  const result = weft(['serve', ...args]);
  assert.equal(result.status, status, `${result.signal ?? ''} ${result.stderr}`);
  assert.match(result.stderr, message);
  assert.equal(result.out.length, 0);
}

/** A server until the test `t` ends: its port, its process, and a promise of how it ended. */
async function serve(t, ...args) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn(process.env.WEFT, ['serve', ...args], { stdio });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(child.stdout, 'data'), ended.then(([code]) => {
    throw new Error(`weft serve ended with ${code}`);
  })]);
  const port = Number(/^weft: listening on http:\/\/\S+:(\d+)\/ /.exec(String(line))?.[1]);
  assert.ok(port > 0, String(line));
  return { port, child, ended };
}

/** A y-websocket client by hand, behind its handshake. */
async function join(t, port, document) {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write(`GET /${document} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n` +
    'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  await hears(socket, '\r\n\r\n');
  return socket;
}

/** Waits until `bytes` have come. */
async function hears(socket, bytes) {
  let got = Buffer.alloc(0);
  while (!got.includes(bytes)) got = Buffer.concat([got, (await once(socket, 'data'))[0]]);
}

/** A binary frame of fewer than 126 bytes, as a client masks it: here with zeros. */
const frame = (bytes) => Buffer.from([0x82, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes]);

test('wrong calls', () => {
  fails(2, ['--fast'], /unknown option '--fast'/);
  fails(2, ['folder'], /unexpected argument 'folder'/);
  for (const listen of ['nonsense', '127.0.0.1', '127.0.0.1:99999', '[::1:80']) {
    fails(2, ['--listen', listen], /is not HOST:PORT/);
  }
  for (const shards of ['0', '257', 'two']) fails(2, ['--shards', shards], /from 1 to 256/);
  fails(2, ['--allow-origin', 'localhost:5173'], /is not SCHEME:\/\/HOST/);
  fails(2, ['--hocuspocus-path', 'x'], /a path such as/);
  fails(1, ['--auth', path('absent')], /cannot read .*absent/);
  fails(1, ['--auth', file('auth', '{"tokens":[')], /not JSON/);
  assert.equal(existsSync(path('weft-data')), false);
});

test('beyond loopback only with access control, or --open', async (t) => {
  for (const host of ['0.0.0.0', '[::]']) {
    fails(2, ['--listen', `${host}:0`], /refusing to listen on .*--auth.*--open/);
  }
  await serve(t, '--listen', '0.0.0.0:0', '--open', '--data', path('open'));
  const auth = file('rules', '{"tokens":[{"token":"a long secret","role":"read"}]}');
  await serve(t, '--listen', '0.0.0.0:0', '--auth', auth, '--data', path('guarded'));
  const everybody = file('everybody', '{"anonymous":"write"}');
  fails(2, ['--listen', '0.0.0.0:0', '--auth', everybody], /refusing to listen/);
});

test('a port that is taken', async (t) => {
  const other = createServer();
  t.after(() => other.close());
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address();
  fails(1, ['--listen', `127.0.0.1:${port}`, '--data', path('busy')],
    new RegExp(`cannot listen on 127.0.0.1:${port}: another program uses this port`));
});

test('a data folder that cannot be used', async (t) => {
  fails(1, [...anyPort, '--data', file('no-folder', '')], /no-folder": Not a directory/);
  fails(1, [...anyPort, '--data', '/proc/weft'], /cannot create the data folder "\/proc\/weft"/);
  const { child } = await serve(t, ...anyPort, '--data', path('taken'));
  fails(1, [...anyPort, '--data', path('taken')],
    new RegExp(`in use by another process \\(pid ${child.pid}\\)`));
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`pain 10: ${signal} ends it in order and in time, whoever does not read`, async (t) => {
    const data = ['--data', path(signal)];
    const { port, child, ended } = await serve(t, ...anyPort, ...data);
    const deaf = await join(t, port, 'note');
    deaf.pause();
    const author = await join(t, port, 'note');
    author.write(frame([0, 2, hello.v1.length, ...hello.v1]));
    await hears(author, hello.v1);
    const began = performance.now();
    child.kill(signal);
    assert.deepEqual(await ended, [0, null]);
    assert.ok(performance.now() - began < kPromised);
    output(['docs', 'dump', 'note', '-o', path('note'), ...data]);
    assert.deepEqual(output(['merge', path('note')]), hello.v1);
  });
}
