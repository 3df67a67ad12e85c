// Wrong input ends with 1, a wrong call with 2; both with a message that helps, and without
// anything written.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import test from 'node:test';

import { gap, hello, nested, three, thrice } from './golden.mjs';
import { file, framed, hex, path, weft } from './weft.mjs';

const good = file('good', three);
const since = file('since', hex('00'));

/** Every tool on one update, as a call that is right but for the file. */
const tools = (name) => [
  ['inspect', name], ['export', name], ['merge', name], ['compact', name],
  ['diff', name, '--since', since], ['state-vector', name], ['convert', name, '--to', 'v2'],
].map((args) => [...args, '-o', path('never')]);

function fails(status, args, message, input) {
  const result = weft(args, input);
  const call = `weft ${args.join(' ')}: ${result.signal ?? ''} ${result.stderr}`;
  assert.equal(result.status, status, call);
  assert.match(result.stderr, message, call);
  assert.equal(result.stderr.startsWith('weft'), true, call);
  assert.equal(result.out.length, 0, call);
  assert.equal(existsSync(path('never')), false, call);
}

test('help, version and unknown commands', () => {
  for (const args of [['help'], ['--help'], ['help', 'merge'], ['merge', '--help']]) {
    const { status, out, stderr } = weft(args);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(out.toString(), /^usage: weft /);
  }
  assert.match(weft(['--version']).out.toString(), /^weft \d+\.\d+\.\d+\n$/);
  const { status, out, stderr } = weft([]);
  assert.deepEqual([status, out.length], [2, 0]);
  assert.match(stderr, /^usage: weft COMMAND/);
  fails(2, ['mrege'], /unknown command 'mrege'/);
  fails(2, ['help', 'mrege'], /unknown command 'mrege'/);
});

test('wrong calls', () => {
  for (const args of tools(good)) {
    fails(2, [...args, '--fast'], /unknown option '--fast'/);
    fails(2, [...args, '--from', 'v3'], /--from takes v1 or v2, not 'v3'/);
    fails(2, [...args, '--compat', '12'], /--compat takes 13 or 14, not '12'/);
    fails(2, [...args, '--from'], /--from takes a value/);
    fails(2, [...args, '--framed=yes'], /--framed takes no value/);
    fails(2, [...args, '-o', 'again'], /-o is given twice/);
    fails(2, [args[0]], /an update is missing/);
  }
  fails(2, ['diff', good], /--since SV is missing/);
  fails(2, ['convert', good], /--to v1\|v2 is missing/);
  fails(2, ['convert', good, good, '--to', 'v2'], /one argument too many/);
  fails(2, ['merge', '-', '-'], /standard input \(-\) can be read only once/);
  fails(2, ['diff', '-', '--since', '-'], /standard input \(-\) can be read only once/);
  fails(2, ['export', good, '--root', 't:tree'], /--root takes NAME:TYPE/);
  fails(2, ['export', good, '--root', 't:text', '--root', 't:map'], /root 't' is named twice/);
});

test('files that are not there, or are no files', () => {
  mkdirSync(path('folder'), { recursive: true });
  for (const args of tools(path('absent'))) fails(1, args, /absent: No such file or directory/);
  for (const args of tools(path('folder'))) fails(1, args, /folder: Is a directory/);
  fails(1, ['merge', good, '-o', path('absent/out')], /cannot write .*No such file or directory/);
  fails(1, ['diff', good, '--since', path('absent')], /absent: No such file or directory/);
});

test('every truncation is an error at a byte', () => {
  const updates = [['v1', hello.v1], ['v2', hello.v2], ['v1', gap], ['v1', three], ['v1', nested]];
  for (const [encoding, update] of updates) {
    for (let size = 0; size < update.length; size++) {
      fails(1, ['merge', '-', '--from', encoding], /^weft merge: standard input: .*\(at byte \d+\)/,
        update.subarray(0, size));
    }
  }
  for (const args of tools(file('cut', three.subarray(0, 20)))) {
    fails(1, args, /cut: .* \(at byte 20\)/);
  }
});

test('garbage', () => {
  let seed = 42;
  const random = () => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed >> 16; };
  for (let i = 0; i < 40; i++) {
    const bytes = Buffer.from(Array.from({ length: 200 }, () => 1 + (random() & 0xfe)));
    for (const encoding of ['v1', 'v2']) {
      fails(1, ['compact', '-', '--from', encoding], /standard input: /, bytes);
    }
  }
  for (const args of tools(file('text', 'this is no update at all\n'))) fails(1, args, /text: /);
  fails(1, ['diff', good, '--since', file('sv', hex('05'))], /sv: not a state vector/);
});

test('bytes after the end', () => {
  for (const args of tools(file('long', Buffer.concat([three, hex('0000')])))) {
    fails(1, args, new RegExp(`long: .*\\(at byte ${three.length}\\)`));
  }
});

test('logs: the message counts updates and the bytes of the file', () => {
  const bad = Buffer.concat([framed(thrice.updates), framed([hex('0101')])]);
  for (const args of tools(file('log', bad))) {
    fails(1, [...args, '--framed'], new RegExp(`log: update 4: .*\\(at byte ${bad.length}\\)`));
  }
  fails(1, ['merge', '--framed', '-'], /not a log of framed updates/, hex('7f00'));
  fails(1, ['merge', '--framed', '-'], /not a log of framed updates/, hex('ffffffffffffff0f00'));
});

test('absurd counts cost nothing', () => {
  const counts = ['ffffffffffffff0f', 'ffffffff0f'];
  for (const count of counts) {
    fails(1, ['compact', '-'], /standard input: /, hex(count));
    fails(1, ['compact', '-'], /standard input: /, hex(`01${count}0100`));
    fails(1, ['compact', '-'], /standard input: /, hex(`000101${count}`));
    fails(1, ['diff', good, '--since', '-'], /not a state vector/, hex(count));
  }
});
