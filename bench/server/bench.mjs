// The servers beside each other, in one run: ./dev bench server
//   node bench.mjs --weft PROGRAM --load PROGRAM [--quick] [--only TEXT] [--json FILE]
// Each scenario gets a server of its own, fresh, with an empty store where it has one. What a
// server costs is its own time, read from /proc: another busy process makes waits longer, not this.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import * as Y from 'yjs';

const kHere = dirname(fileURLToPath(import.meta.url));

const { values } = parseArgs({
  options: {
    weft: { type: 'string' },
    load: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'weft-bench-server-'));
const few = (many, quick) => (values.quick ? quick : many);

/** How each server is started on a port; each on one thread, as the others have but one. */
const kServers = {
  weft: {
    wire: 'y-websocket',
    start: (port) => [values.weft, ['serve', '--listen', `127.0.0.1:${port}`, '--shards', '1',
      '--data', mkdtempSync(join(folder, 'data-'))]],
  },
  '@y/websocket-server': {
    wire: 'y-websocket',
    start: (port) => [process.execPath,
      [join(kHere, 'node_modules/@y/websocket-server/src/server.js')],
      { PORT: String(port), HOST: '127.0.0.1' }],
  },
  '@hocuspocus/server': {
    wire: 'hocuspocus',
    start: (port) => [process.execPath, [join(kHere, 'hocuspocus.mjs'), String(port)]],
  },
};

/** A text of 100,000 characters that was typed in 25,000 pieces, here and there. */
function paper() {
  const doc = new Y.Doc();
  const text = doc.getText('t');
  let seed = 1;
  const random = (below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  let at = 0;
  for (let i = 0; i < 25_000; ++i) {
    if (i % 20 === 0) at = random(text.length + 1);
    text.insert(at, 'word');
    at += 4;
    if (i % 10 === 0) text.delete(random(text.length - 2), 1);
  }
  const file = join(folder, 'paper');
  writeFileSync(file, Y.encodeStateAsUpdate(doc));
  return file;
}

const kScenarios = [
  ['a bare send, 500 sockets', 'floor', []],
  ['idle connections on one document', 'connections', [`count=${few(3000, 500)}`]],
  ['connections, a document each', 'connections',
    [`count=${few(3000, 500)}`, `documents=${few(3000, 500)}`]],
  ['1 writer, 100/s, 500 readers', 'fan-out', [`seconds=${few(8, 3)}`]],
  ['20 writers, 50/s each, 500 readers', 'fan-out',
    ['writers=20', 'rate=50', `seconds=${few(5, 2)}`]],
  ['500 cursors move once a second', 'presence', [`seconds=${few(8, 3)}`]],
  ['500 join a paper at once', 'join', [`file=${paper()}`]],
  ['20 documents x 5 clients, 4 in flight', 'closed-loop', [`seconds=${few(5, 2)}`]],
  ['1 document x 50 clients, 1 in flight', 'closed-loop',
    ['documents=1', 'clients=50', 'in_flight=1', `seconds=${few(5, 2)}`]],
  ['500 rooms x 3, 350 updates/s', 'rooms', [`seconds=${few(8, 3)}`]],
  ['documents opened and left', 'churn', [`count=${few(20_000, 2000)}`]],
];

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(port) {
  for (let i = 0; i < 200; ++i) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('close', () => socket.destroy());
      setTimeout(() => socket.destroy(), 50);
    });
    if (open) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`nobody listens on ${port}`);
}

/** Runs one scenario against one server; returns its figures, or {failed}. */
async function measure(server, scenario, settings) {
  const port = await freePort();
  const [program, args, env] = server.start(port);
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  try {
    await answers(port);
    const { status, stdout, stderr } = spawnSync(values.load,
      ['--port', String(port), '--pid', String(child.pid), '--wire', server.wire, scenario,
        ...settings],
      { timeout: 300_000 });
    if (status !== 0) return { failed: stderr.toString().trim() || 'no answer in five minutes' };
    return JSON.parse(stdout.toString());
  } finally {
    child.kill('SIGKILL');
  }
}

const show = (value) => (value === undefined ? '' :
  value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3))));

function print(title, results) {
  const names = Object.keys(results);
  const keys = [...new Set(names.flatMap((name) => Object.keys(results[name])))];
  console.log(`\n${title}\n`);
  console.log(`| | ${names.join(' | ')} |\n|---|${'---|'.repeat(names.length)}`);
  for (const key of keys) {
    const cells = names.map((name) =>
      (key === 'failed' ? results[name][key] ?? '' : show(results[name][key])));
    console.log(`| ${key.replaceAll('_', ' ')} | ${cells.join(' | ')} |`);
  }
}

const all = [];
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
try {
  for (const [title, scenario, settings] of kScenarios) {
    if (!title.includes(values.only)) continue;
    const results = {};
    for (const [name, server] of Object.entries(kServers)) {
      if (scenario === 'floor' && name !== 'weft') continue;
      results[name] = await measure(server, scenario, settings);
    }
    print(title, results);
    all.push({ title, scenario, settings, results });
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, null, 1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
