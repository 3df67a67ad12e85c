// The report's own test: outputs as Catch2 2.13 and node:test print them.

import assert from 'node:assert/strict';
import test from 'node:test';

import { failuresOf } from './failures.mjs';
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

const kRule = '-'.repeat(79);
const kCatchOutput = `${kRule}
a file is damaged
  inner part
${kRule}
../tests/store_test.cpp:5
${'.'.repeat(79)}

../tests/store_test.cpp:7: FAILED:
  CHECK( read.has_value() )
with expansion:
  false
with message:
  round 2

${'='.repeat(79)}
test cases: 3 | 2 passed | 1 failed
assertions: 9 | 8 passed | 1 failed
`;
const kTapOutput = `# Subtest: outer
    # Subtest: inner
    not ok 1 - inner
      ---
      duration_ms: 1.5
      location: 'a_test.mjs:2:53'
      failureType: 'testCodeFailure'
      error: 'why it matters'
      expected: 2
      stack: |-
        TestContext.<anonymous> (file:///a_test.mjs:2:78)
        Test.run (node:internal/test_runner/test:796:25)
      ...
not ok 2 - outer
  ---
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
# tests 2
# pass 0
# fail 1
`;

test('a failure is told at the end, by its case, expression and message', () => {
  const failed = (stdout) => report([entry('FAIL', stdout)]).lines;
  assert.deepEqual(failed(kCatchOutput).slice(-9), ['FAILED crdt/x: FAIL',
    '  a file is damaged / inner part', '    ../tests/store_test.cpp:7: FAILED:',
    '      CHECK( read.has_value() )', '    with expansion:', '      false', '    with message:',
    '      round 2', '2 passed, 1 failed']);
  const tap = failed(kTapOutput);
  assert.deepEqual(tap.slice(-6), ['  inner', "    location: 'a_test.mjs:2:53'",
    "    error: 'why it matters'", '    expected: 2',
    '    TestContext.<anonymous> (file:///a_test.mjs:2:78)', '0 passed, 1 failed']);
});

test('a test of our own TAP runs is told with its comments', () => {
  const stdout = 'ok 1 - fine\nnot ok 2 - typing\n# Error: no end\n#     at a.mjs:1\n# tests 2\n';
  assert.deepEqual(failuresOf({ stdout }), ['typing', '  Error: no end', '  at a.mjs:1']);
});

test('a program that dies unnamed is told by its last lines, or by its sanitizer', () => {
  const stdout = Array.from({ length: 99 }, (_, i) => `line ${i}`).join('\n');
  const stderr = `noise\n==1==ERROR: AddressSanitizer: heap-use-after-free\n    #0 in f\n`;
  const told = failuresOf({ stdout, stderr });
  assert.equal(told.length, 22);
  assert.deepEqual(told.slice(-3),
    ['line 98', '==1==ERROR: AddressSanitizer: heap-use-after-free', '    #0 in f']);
});

test('a flood of failures stays readable', () => {
  const lines = Array.from({ length: 500 }, (_, i) => `not ok ${i} - ${'n'.repeat(999)}${i}\n`);
  const told = failuresOf({ stdout: lines.join('') });
  assert.equal(told.at(-1), '492 failures more');
  assert.ok(told.join('').length < 2000);
});
