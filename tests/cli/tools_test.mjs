// What the tools write, compared with what Yjs writes.

import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import test from 'node:test';

import { gap, hello, surrogates, three, thrice } from './golden.mjs';
import { file, framed, hex, output, path, read, weft } from './weft.mjs';

const paths = thrice.updates.map((update, i) => file(`update${i}`, update));
const log = file('log', framed(thrice.updates));

test('merge', () => {
  assert.deepEqual(output(['merge', ...paths]), thrice.merged);
  assert.deepEqual(output(['merge', '--framed', log]), thrice.merged);
  assert.deepEqual(output(['merge', paths[2], paths[0], paths[1], paths[0]]), thrice.merged);
  assert.deepEqual(output(['merge', paths[0]]), thrice.updates[0]);
  assert.deepEqual(output(['merge', '--framed', file('none', '')]), hex('0000'));
});

test('merge reads stdin and writes a file', () => {
  assert.equal(output(['merge', '--framed', '-', '-o', 'out'], framed(thrice.updates)).length, 0);
  assert.deepEqual(read('out'), thrice.merged);
  assert.deepEqual(output(['merge', paths[0], '-', paths[2], '-o', '-'], thrice.updates[1]),
    thrice.merged);
});

test('an output file is replaced as a whole and keeps its mode and its links', () => {
  file('kept', 'before');
  chmodSync(path('kept'), 0o640);
  symlinkSync('kept', path('link'));
  output(['merge', ...paths, '-o', path('link')]);
  assert.deepEqual(read('kept'), thrice.merged);
  assert.equal(statSync(path('kept')).mode & 0o777, 0o640);
  assert.equal(lstatSync(path('link')).isSymbolicLink(), true);
  assert.equal(weft(['merge', path('absent'), '-o', path('kept')]).status, 1);
  assert.deepEqual(read('kept'), thrice.merged);
  assert.deepEqual(readdirSync(path('.')).filter((name) => name.startsWith('kept.')), []);
  output(['merge', path('kept'), '-o', path('kept')]);
  assert.deepEqual(read('kept'), thrice.merged);
  output(['merge', path('kept'), '-o', '/dev/null']);
  assert.equal(statSync('/dev/null').isCharacterDevice(), true);
});

test('diff', () => {
  const nothing = file('nothing', hex('00'));
  assert.deepEqual(output(['diff', file('state', thrice.state), '--since', nothing]),
    thrice.stateSinceNothing);
  const since = file('since', hex('010102'));
  assert.deepEqual(output(['diff', '-', `--since=${since}`], surrogates.update), surrogates.since2);
  assert.deepEqual(output(['diff', '--framed', log, '--since', file('all', hex('010103'))]),
    hex('000101010002'));
});

test('state-vector', () => {
  assert.deepEqual(output(['state-vector', file('gap', gap)]), hex('010601'));
  assert.equal(output(['state-vector', '--json', file('gap', gap)]).toString(), '{"6":1}\n');
  assert.deepEqual(output(['state-vector', '--framed', log]), hex('010103'));
  assert.deepEqual(output(['state-vector', paths[1]]), hex('00'));
});

test('convert', () => {
  assert.deepEqual(output(['convert', '-', '--to', 'v2'], hello.v1), hello.v2);
  assert.deepEqual(output(['convert', '-', '--from', 'v2', '--to', 'v1'], hello.v2), hello.v1);
  const v2 = output(['convert', '--framed', log, '--to', 'v2']);
  // As in Yjs, the bit 0x20 of a struct whose parent is not written does not survive reading.
  const cleared = thrice.updates
    .map((update) => hex(update.toString('hex').replace('a801', '8801')));
  assert.deepEqual(output(['convert', '--framed', '-', '--from', 'v2', '--to', 'v1'], v2),
    framed(cleared));
  assert.deepEqual(output(['merge', '-', '--to', 'v2'], hello.v1), hello.v2);
});

test('compact', () => {
  assert.deepEqual(output(['compact', ...paths]), thrice.state);
  assert.deepEqual(output(['compact', '--framed', log]), thrice.state);
  assert.deepEqual(output(['compact', '-'], three), three);
});

test('compact keeps what waits, and says so', () => {
  const { status, out, stderr } = weft(['compact', paths[1]]);
  assert.equal(status, 0);
  assert.match(stderr, /wait/);
  assert.deepEqual(output(['compact', paths[0], '-'], out),
    output(['compact', ...paths.slice(0, 2)]));
});

test('export', () => {
  const json = (args, input) => JSON.parse(output(['export', ...args], input));
  assert.deepEqual(json(['-'], hello.v1), { t: 'hello' });
  assert.deepEqual(json(['-', '--from', 'v2'], hello.v2), { t: 'hello' });
  assert.deepEqual(json(['-'], three), { t: 'axxyyzzb', m: { k: 4 } });
  assert.deepEqual(json(paths), { m: { k: 'v3' } });
  assert.deepEqual(json(['-', '--root', 't:text', '--root=x:y:array'], three),
    { t: 'axxyyzzb', 'x:y': [] });
  assert.deepEqual(json(['-', '--root', 't'], three), { t: 'axxyyzzb' });
  const xml = hex('0101010007010161 0303646976 00');
  assert.deepEqual(json(['-'], xml), { a: '<div></div>' });
  assert.deepEqual(json(['-', '--root', 'a:xml'], xml), { a: '<div></div>' });
  const bold = hex('0103010006010174 04626f6c64 0474727565 8401000161 860101 04626f6c64 046e756c6c'
    + '00');
  assert.deepEqual(json(['-', '--root', 't:delta'], bold),
    { t: [{ insert: 'a', attributes: { bold: true } }] });
  assert.deepEqual(json(['-'], bold), { t: 'a' });
});

test('inspect for machines', () => {
  const report = JSON.parse(output(['inspect', '--json', '-'], gap));
  assert.deepEqual(report, {
    file: 'standard input', encoding: 'v1', updates: 1, bytes: gap.length, mergedBytes: gap.length,
    largestBytes: gap.length, structs: 3, roots: ['m'],
    clients: [{ client: 6, begin: 0, end: 3, structs: 3, gaps: [[1, 2]] }],
    kinds: {
      any: { structs: 2, length: 2, bytes: 18 }, skip: { structs: 1, length: 1, bytes: 2 },
    },
    deletes: [],
  });
  const merged = JSON.parse(output(['inspect', '--json', '--framed', log]));
  assert.equal(merged.updates, 3);
  assert.equal(merged.bytes, 16 + 17 + 17);
  assert.equal(merged.mergedBytes, thrice.merged.length);
  assert.deepEqual(merged.deletes, [{ client: 1, ranges: [[0, 2]] }]);
});

test('inspect for people', () => {
  assert.equal(output(['inspect', '-'], gap).toString(), `standard input: 25 bytes, V1
clients  1
structs  3
gaps     1, together 1 unit
deleted  0 units in 0 ranges
roots    "m"

client  clocks  structs  deleted  ranges  gaps
6         0..3        3        0       0  1..2

kind  structs  length  bytes
any         2       2     18
skip        1       1      2
`);
  const merged = output(['inspect', '--framed', '-'], framed(thrice.updates)).toString();
  assert.match(merged, /^standard input: 50 bytes, V1\na log of 3 updates, the largest of 17/);
});
