// Where settings of weft serve come from, which of them holds, and what is said in the log.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { test } from 'node:test';

import { file, path } from './weft.mjs';

const kKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';  // what weft gen-auth would make

// Nothing of the environment that the tests run in.
const clean = { PATH: process.env.PATH };

function run(args, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.env.WEFT, ['serve', ...args], {
    env: { ...clean, ...env }, cwd: path('.'), timeout: 30_000,
  });
  return { status, out: stdout.toString(), stderr: stderr.toString() };
}

/** What would hold, as --print-config says it. */
function held(args = [], env = {}) {
  const { status, out, stderr } = run(['--print-config', ...args], env);
  assert.equal(status, 0, stderr);
  return JSON.parse(out);
}

function fails(status, message, args, env) {
  const result = run(['--print-config', ...args], env);
  assert.equal(result.status, status, result.out);
  assert.match(result.stderr, message);
}

const config = (name, settings) => file(name, JSON.stringify(settings));

/** A server until the test `t` ends; `lines()` are those of its log, each a JSON object. */
async function serve(t, ...args) {
  const child = spawn(process.env.WEFT, ['serve', '--listen', '127.0.0.1:0', ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], env: clean });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let text = '';
  child.stderr.on('data', (data) => {
    text += data;
  });
  const lines = () => text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  const line = async (event) => {
    for (;;) {
      const found = lines().find((each) => each.event === event);
      if (found) return found;
      await Promise.race([once(child.stderr, 'data'), ended.then(() => {
        if (!lines().some((each) => each.event === event)) throw new Error(`no ${event}: ${text}`);
      })]);
    }
  };
  const port = Number(/:(\d+)\//.exec((await line('listening')).message)?.[1]);
  return { port, child, ended, lines, line };
}

const status = (port, route, headers = {}) => new Promise((resolve, reject) => {
  get({ port, host: '127.0.0.1', path: route, headers }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).on('error', reject);
});

test('defaults', () => {
  assert.deepEqual(held(), {
    listen: '127.0.0.1:1234',
    data: './weft-data',
    open: false,
    allow_origin: [],
    hocuspocus_path: '/hocuspocus',
    phoenix_path: '/socket',
    relay_stateless: false,
    any_history: false,
    log: 'human',
    log_level: 'info',
    max_message: 67108864,
    max_document: 62914560,
    max_connections_per_address: 0,
    max_connections_per_user: 0,
    max_connections_per_document: 0,
    max_documents_per_socket: 1000,
    max_messages_per_second: 0,
    max_bytes_per_second: 0,
  });
});

test('the command line comes before the environment, that before the file', () => {
  const of = config('all.json', {
    listen: '127.0.0.1:1', max_message: 1111, shards: 3, open: true,
    allow_origin: ['http://a.example', 'http://b.example'],
  });
  const byFile = held(['--config', of]);
  assert.equal(byFile.listen, '127.0.0.1:1');
  assert.equal(byFile.max_message, 1111);
  assert.equal(byFile.shards, 3);
  assert.equal(byFile.open, true);
  assert.deepEqual(byFile.allow_origin, ['http://a.example', 'http://b.example']);

  const env = {
    WEFT_CONFIG: of, WEFT_LISTEN: '127.0.0.1:2', WEFT_MAX_MESSAGE: '2222',
    WEFT_ALLOW_ORIGIN: 'http://c.example http://d.example', WEFT_RELAY_STATELESS: '1',
  };
  const byEnvironment = held([], env);
  assert.equal(byEnvironment.listen, '127.0.0.1:2');
  assert.equal(byEnvironment.max_message, 2222);
  assert.equal(byEnvironment.shards, 3);
  assert.equal(byEnvironment.relay_stateless, true);
  assert.deepEqual(byEnvironment.allow_origin, ['http://c.example', 'http://d.example']);

  const line = ['--listen', '127.0.0.1:3', '--max-message=3333', '--allow-origin', '*'];
  const byLine = held(line, env);
  assert.equal(byLine.listen, '127.0.0.1:3');
  assert.equal(byLine.max_message, 3333);
  assert.deepEqual(byLine.allow_origin, ['*']);
  assert.equal(byLine.shards, 3);
});

test('of two stores the one holds that is said nearer', () => {
  const of = config('data.json', { data: '/var/lib/weft' });
  const database = 'postgres://me@db.example/weft';
  assert.equal(held(['--config', of]).data, '/var/lib/weft');
  const chosen = held(['--config', of], { WEFT_DATABASE: database });
  assert.equal(chosen.database, database);
  assert.equal(chosen.data, undefined);
  assert.equal(held(['--data', 'here'], { WEFT_DATABASE: database }).data, 'here');
  fails(2, /name two stores/, [], { WEFT_DATABASE: database, WEFT_DATA: 'here' });
});

test('secrets are not shown', () => {
  const database = 'postgres://me:hunter2@db.example/weft';
  const { status: code, out } = run(['--print-config', '--database', database], {
    WEFT_Y_SWEET_KEY: kKey,
  });
  assert.equal(code, 0);
  assert.equal(out.includes('hunter2'), false);
  assert.equal(out.includes(kKey), false);
  assert.equal(JSON.parse(out).y_sweet_key, '(hidden)');
  assert.equal(JSON.parse(out).database, 'postgres://me:(hidden)@db.example/weft');
  const among = held(['--database', 'postgres://db.example/weft?password=hunter2']);
  assert.equal(among.database, '(hidden)');
});

test('what is printed is a file that holds the same', () => {
  const args = ['--listen', '127.0.0.1:7', '--shards', '2', '--open', '--allow-origin', 'null'];
  const first = run(['--print-config', ...args]).out;
  writeFileSync(path('printed.json'), first);
  assert.equal(run(['--print-config', '--config', path('printed.json')]).out, first);
});

test('names of other servers', () => {
  assert.equal(held([], { PORT: '8080' }).listen, '127.0.0.1:8080');
  assert.equal(held([], { PORT: '8080', HOST: 'localhost' }).listen, 'localhost:8080');
  assert.equal(held(['--open'], { Y_SWEET_HOST: '::', PORT: '1' }).listen, '[::]:1');
  assert.equal(held([], { HOST: 'a-shell-s-name-of-this-machine' }).listen, '127.0.0.1:1234');
  assert.equal(held([], { PORT: '8080', WEFT_LISTEN: '127.0.0.1:2' }).listen, '127.0.0.1:2');
  fails(2, /HOST:PORT/, [], { PORT: 'many' });
  fails(2, /refusing to listen/, [], { PORT: '8080', HOST: '0.0.0.0' });

  assert.equal(held([], { YPERSISTENCE: './dbDir' }).data, './dbDir');
  assert.equal(held([], { Y_SWEET_STORE: '/store', YPERSISTENCE: './dbDir' }).data, '/store');
  assert.equal(held([], { Y_SWEET_STORE: '/store', WEFT_DATA: '/mine' }).data, '/mine');
  fails(2, /no store in S3/, [], { Y_SWEET_STORE: 's3://bucket/prefix' });

  assert.equal(held([], { Y_SWEET_AUTH: kKey }).y_sweet_key, '(hidden)');
  // With the key, not everybody may: so it may listen anywhere.
  assert.equal(held([], { Y_SWEET_AUTH: kKey, Y_SWEET_HOST: '0.0.0.0' }).listen, '0.0.0.0:1234');
  fails(2, /--y-sweet-key/, [], { Y_SWEET_AUTH: 'no key' });
  const auth = config('auth.json', { tokens: [] });
  fails(2, /the key is "y_sweet" in the file/, ['--auth', auth], { Y_SWEET_AUTH: kKey });

  const url = 'https://docs.example';
  assert.equal(held([], { Y_SWEET_URL_PREFIX: url }).url_prefix, url);
  assert.equal(held([], { Y_SWEET_MAX_BODY_SIZE: '1048576' }).max_message, 1048576);
});

test('what is no setting is refused, and where it stands is said', () => {
  const wrong = (settings, message) =>
    fails(1, message, ['--config', config('wrong.json', settings)]);
  wrong({ lisen: 'x' }, /wrong.json: lisen: is not known here/);
  wrong({ config: 'x' }, /config: is not known here/);
  wrong({ open: 1 }, /open: is neither true nor false/);
  wrong({ shards: '2' }, /shards: is no number/);
  wrong({ shards: -2 }, /shards: is no number/);
  wrong({ listen: 1234 }, /listen: is no text/);
  wrong({ allow_origin: [1] }, /allow_origin: is no text/);
  wrong([], /is no object/);
  fails(1, /wrong.json: not JSON/, ['--config', file('wrong.json', '{"open":')]);
  fails(1, /cannot read .*absent/, ['--config', path('absent')]);
  fails(2, /from 1 to 256/, ['--config', config('many.json', { shards: 257 })]);
  fails(2, /WEFT_OPEN: 1 or 0, not 'perhaps'/, [], { WEFT_OPEN: 'perhaps' });
  fails(2, /--max-message: a number from 1024/, [], { WEFT_MAX_MESSAGE: '10' });
  fails(2, /--log: human or json/, ['--log', 'xml'], {});
  fails(2, /--log-level: error, warning or info/, ['--log-level', 'all'], {});
  assert.equal(held(['--config', file('comments.json', '{\n// why\n"shards": 2}')]).shards, 2);
});

test('a log for programs: start, what is refused, new rules, stop', async (t) => {
  const rules = (role) => JSON.stringify({ tokens: [{ token: 'a long secret', role }] });
  const auth = file('rules.json', rules('read'));
  const server = await serve(t, '--log', 'json', '--auth', auth, '--data', path('logged'));
  const [first] = server.lines();
  assert.equal(first.level, 'info');
  assert.match(first.time, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ$/);
  assert.match(first.message,
    /^listening on http:\/\/127.0.0.1:\d+\/ \(data in .*logged, \d+ shard/);

  const foreign = { Origin: 'http://evil.example', Connection: 'Upgrade', Upgrade: 'websocket' };
  assert.equal(await status(server.port, '/room', foreign), 403);
  const refused = await server.line('refused');
  assert.equal(refused.level, 'warning');
  assert.equal(refused.count, 1);

  writeFileSync(auth, '{');
  assert.match((await server.line('rules_wrong')).message, /not JSON.*the rules before stay/);
  writeFileSync(auth, rules('write'));
  await server.line('rules_read');

  assert.equal(await status(server.port, '/metrics'), 200);
  server.child.kill('SIGTERM');
  await server.ended;
  await server.line('stopped');
  const events = server.lines().map(({ event }) => event);
  assert.deepEqual([events[0], ...events.slice(-2)], ['listening', 'stopping', 'stopped']);
});

test('less is said at a higher level', async (t) => {
  const child = spawn(process.env.WEFT, ['serve', '--listen', '127.0.0.1:0', '--log-level', 'error',
    '--data', path('quiet')], { stdio: ['ignore', 'pipe', 'pipe'], env: clean });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  await once(child.stdout, 'data');  // people are always told where it listens
  child.kill('SIGTERM');
  await once(child, 'close');
  assert.equal(said, '');
});
