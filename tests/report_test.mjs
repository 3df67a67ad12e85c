// The report's own test: outputs as Catch2 2.13 and node:test print them.

import assert from 'node:assert/strict';
import test from 'node:test';

import { casesOf, report, summarise } from './report.mjs';

const entry = (result, stdout, suite = 'weft:crdt') =>
  ({ name: `${suite} / x`, result, stdout, duration: 1 });

test('Catch2', () => {
  assert.deepEqual(casesOf('All tests passed (1 assertion in 1 test case)\n'),
    { passed: 1, failed: 0, skipped: 0, assertions: 1 });
  const mixed = 'test cases: 3 | 2 passed | 1 failed\nassertions: 9 | 8 passed | 1 failed\n';
  assert.deepEqual(casesOf(mixed),
    { passed: 2, failed: 1, skipped: 0, assertions: 9 });
  assert.deepEqual(casesOf('test cases: 1 | 1 failed\nassertions: 1 | 1 failed\n'),
    { passed: 0, failed: 1, skipped: 0, assertions: 1 });
});

test('node:test, as TAP and as spec', () => {
  const output = (mark) => ['tests 5', 'pass 2', 'fail 1', 'cancelled 1', 'skipped 1', 'todo 0']
    .map((line) => `${mark} ${line}\n`).join('');
  for (const mark of ['#', 'ℹ']) {
    assert.deepEqual(casesOf(output(mark)), { passed: 2, failed: 2, skipped: 1, assertions: 0 });
  }
});

test('a program without counts is one test', () => {
  assert.equal(casesOf('done\n'), undefined);
  assert.equal(summarise(entry('OK', 'done')).passed, 1);
  assert.equal(summarise(entry('FAIL', 'done')).failed, 1);
  assert.equal(summarise(entry('SKIP', '')).skipped, 1);
});

test('a program that fails beside its count counts as a failure', () => {
  const all = 'All tests passed (5 assertions in 2 test cases)\n';
  for (const result of ['FAIL', 'TIMEOUT', 'ERROR', 'UNEXPECTEDPASS', 'INTERRUPT']) {
    assert.equal(summarise(entry(result, all)).failed, 1, result);
  }
});

test('a suite is told by the name that meson gives', () => {
  const of = (name) => {
    const { suite, name: own } = summarise({ name, result: 'OK' });
    return [suite, own];
  };
  assert.deepEqual(of('weft:crdt / encoding'), ['crdt', 'encoding']);
  assert.deepEqual(of('weft:clients+slow / kill -9 under load'), ['clients', 'kill -9 under load']);
  assert.deepEqual(of('alone'), ['none', 'alone']);
});

test('the closing line adds up', () => {
  const entries = [entry('OK', 'All tests passed (5 assertions in 2 test cases)'),
    entry('SKIP', '', 'weft:browser'), entry('FAIL', '', 'weft:server')];
  assert.equal(report(entries).lines.at(-1), '2 passed, 1 failed, 1 skipped');
  assert.equal(report(entries.slice(0, 1)).lines.at(-1), '2 passed, 0 failed');
});
