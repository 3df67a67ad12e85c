// The house rules' own test: for each rule a text that breaks it, at a known line, and one that is
// close to it and keeps it.

import assert from 'node:assert/strict';
import test from 'node:test';

import { checkIncludes } from './rooms.mjs';
import { checkBuildLists, checkFile, checkFolders } from './rules.mjs';
import { codeOf, functionsOf } from './source.mjs';
import { checkTable } from './yjs_tests.mjs';

const kHeader = '// A file.\n';

/** The violations of one text as "RULE:LINE", without those of other rules than `rule`. */
function broken(rule, path, text) {
  return checkFile({ path, text }).filter((found) => found.rule === rule)
    .map((found) => found.line);
}

const lines = (count, text) => Array(count).fill(text).join('\n');

test('comments and literals are not code', () => {
  assert.equal(codeOf('a; // new\nb /* new */ c').replaceAll(' ', ''), 'a;\nbc');
  assert.equal(codeOf('f("new \\" {", \'{\', R"x({")x");').includes('{'), false);
  assert.equal(codeOf("1'000'000 + x; 'a'; y").endsWith('y'), true);
  assert.equal(codeOf("u8'\\''; new").endsWith('new'), true);
});

test('functions are found whatever stands around them', () => {
  const code = [
    'namespace a {', 'struct B : C {', '  int x{1};', '  B(int y)', '      : x{y} {', '  }',
    '  std::vector<int> v = {1, 2};', '};', 'auto f(int a) -> int {', '  if (a) {', '  }',
    '  auto g = [a]() { return 1; };', '  return a;', '}', '#define X {', 'struct alignas(64) S {',
    '  void h() const {}', '};', '}',
  ].join('\n');
  assert.deepEqual(functionsOf(code), [
    { name: 'B', line: 4, lines: 3 },
    { name: 'f', line: 9, lines: 6 },
    { name: 'h', line: 17, lines: 1 },
  ]);
});

test('function-length', () => {
  const body = (n) => `${kHeader}void f() {\n${lines(n - 2, '  g();')}\n}\n`;
  assert.deepEqual(broken('function-length', 'crdt/a.cpp', body(71)), [2]);
  assert.deepEqual(broken('function-length', 'crdt/a.cpp', body(70)), []);
  const allowed = body(71).replace('void', '// tidy: allow function-length, one table\nvoid');
  assert.deepEqual(broken('function-length', 'crdt/a.cpp', allowed), []);
});

test('line-length counts characters, not bytes', () => {
  assert.deepEqual(broken('line-length', 'dev', `# x\n${'x'.repeat(101)}\n`), [2]);
  assert.deepEqual(broken('line-length', 'tests/a.cpp', `${kHeader}//${'é'.repeat(98)}\n`), []);
});

test('file-length', () => {
  assert.deepEqual(broken('file-length', 'a.mjs', kHeader + lines(700, 'x')), [1]);
  assert.deepEqual(broken('file-length', 'a.mjs', kHeader + lines(699, 'x')), []);
  const allowed = `${kHeader}// tidy: allow file-length, a table\n${lines(700, 'x')}`;
  assert.deepEqual(broken('file-length', 'a.mjs', allowed), []);
});

test('file-header', () => {
  for (const path of ['a.hpp', 'a.mjs']) {
    assert.deepEqual(broken('file-header', path, '#pragma once\n'), [1]);
    assert.deepEqual(broken('file-header', path, '// What.\n'), []);
    assert.deepEqual(broken('file-header', path, '#include "x/a.hpp"\n'), [1]);
  }
  assert.deepEqual(broken('file-header', 'x/a.cpp', '#include "x/a.hpp"\n'), []);
  assert.deepEqual(broken('file-header', 'x/a.cpp', '#include "x/b.hpp"\n'), [1]);
  assert.deepEqual(broken('file-header', 'dev', '#!/bin/bash\nset -e\n'), [1]);
  assert.deepEqual(broken('file-header', 'dev', '#!/bin/bash\n# What.\n'), []);
  assert.deepEqual(broken('file-header', 'crdt/meson.build', "x = 'y'\n"), [1]);
});

test('pragma-once', () => {
  assert.deepEqual(broken('pragma-once', 'a.hpp', kHeader), [1]);
  assert.deepEqual(broken('pragma-once', 'a.hpp', `${kHeader}#pragma once\n`), []);
});

test('purity', () => {
  for (const call of ['std::cout << 1;', 'printf("x");', 'abort();', 'x = rand();', 'time(0);',
    'std::mutex m;', 'std::thread t;', 'std::chrono::steady_clock::now();']) {
    assert.deepEqual(broken('purity', 'crdt/store/a.cpp', kHeader + call), [2], call);
    assert.deepEqual(broken('purity', 'server/session/a.cpp', kHeader + call), [2], call);
    assert.deepEqual(broken('purity', 'server/net/a.cpp', kHeader + call), [], call);
  }
  const harmless = 'runtime(1); strand(); sprint(f); // std::cout\nauto s = "abort()";';
  assert.deepEqual(broken('purity', 'crdt/store/a.cpp', kHeader + harmless), []);
});

test('naked-new', () => {
  for (const call of ['auto p = new int(1);', 'delete p;', 'delete[] p;', 'new (p) X;']) {
    assert.deepEqual(broken('naked-new', 'server/a.cpp', kHeader + call), [2], call);
  }
  const harmless = 'A(const A&) = delete;\nint new_size; remove(deleted);\n'
    + '// new x, delete y\n#include <new>';
  assert.deepEqual(broken('naked-new', 'server/a.cpp', kHeader + harmless), []);
});

test('using-namespace, ascii', () => {
  const text = `${kHeader}using namespace std;\n`;
  assert.deepEqual(broken('using-namespace', 'a.hpp', text), [2]);
  assert.deepEqual(broken('using-namespace', 'a.cpp', text), []);
  assert.deepEqual(broken('ascii', 'crdt/a.cpp', `${kHeader}auto s = "é";`), [2]);
  assert.deepEqual(broken('ascii', 'tests/a.cpp', `${kHeader}auto s = "é";`), []);
});

test('coroutine-temporaries', () => {
  for (const call of ['co_await f(Agg{1});', 'co_await f({.a = 1});', 'co_await f([p] {});',
    'auto x = co_await spawn(ex, [p]() -> awaitable<void> { g(); }, use);',
    'net::post(co_await this_coro::executor, [p] { g(); });']) {
    const text = `${kHeader}A f() {\n  ${call}\n}`;
    assert.deepEqual(broken('coroutine-temporaries', 'server/net/a.cpp', text), [3], call);
  }
  const fine = `${kHeader}A f() {\n  Agg a{1};\n  auto g = [p] { h(); };\n  co_await k(a);\n`
    + '  if (x) {\n    co_await stream.read(buffer[0], use_awaitable);\n  }\n}';
  assert.deepEqual(broken('coroutine-temporaries', 'server/net/a.cpp', fine), []);
});

test('todo, machine-path, nolint, lock-file', () => {
  assert.deepEqual(broken('todo', 'README.md', '# a\nTODO later\n'), [2]);
  assert.deepEqual(broken('todo', 'README.md', '# a\nTODO(perf): later\n'), []);
  assert.deepEqual(broken('machine-path', 'README.md', 'see `/home/ann/x`\n'), [1]);
  assert.deepEqual(broken('machine-path', 'README.md', 'see https://a.example/home/x\n'), []);
  assert.deepEqual(broken('nolint', 'a.cpp', 'x;  // NOLINT\n'), [1]);
  assert.deepEqual(broken('nolint', 'a.cpp', 'x;  // NOLINT(bugprone-x): why\n'), []);
  const lock = '{\n"resolved": "https://example.org/a.tgz"\n}';
  assert.deepEqual(broken('lock-file', 'a/package-lock.json', lock), [2]);
});

test('include-direction', () => {
  const paths = new Set(['crdt/encoding/reader.hpp', 'crdt/update/struct.hpp',
    'crdt/store/item.hpp', 'crdt/include/weft/update.hpp', 'crdt/include/weft/doc.hpp',
    'crdt/include/weft/bytes.hpp', 'server/net/listener.hpp', 'server/session/session.hpp',
    'persistence/store.hpp', 'persistence/record.hpp', 'server/cli/input.hpp']);
  const fine = (path, include) => checkIncludes({ path, text: `#include ${include}` }, paths);
  const allowed = [
    ['crdt/update/a.cpp', '"encoding/reader.hpp"'], ['crdt/store/a.cpp', '"update/struct.hpp"'],
    ['persistence/a.cpp', '<weft/update.hpp>'], ['persistence/sqlite/a.cpp', '<sqlite3.h>'],
    ['persistence/sqlite/a.cpp', '"record.hpp"'], ['server/net/a.cpp', '<boost/asio.hpp>'],
    ['server/protocol/a.cpp', '"session/session.hpp"'], ['crdt/encoding/a.cpp', '<vector>'],
    ['crdt/encoding/a.cpp', '<weft/bytes.hpp>'], ['server/cli/serve.cpp', '"net/listener.hpp"'],
    ['crdt/store/a.cpp', '<xxhash.h>'], ['tests/crdt/a.cpp', '"store/item.hpp"'],
  ];
  for (const [path, include] of allowed) {
    assert.deepEqual(fine(path, include), [], `${path} ${include}`);
  }
  const forbidden = [
    ['crdt/encoding/a.cpp', '"update/struct.hpp"'], ['crdt/encoding/a.cpp', '<weft/update.hpp>'],
    ['crdt/sync/a.cpp', '"update/struct.hpp"'], ['persistence/a.cpp', '<weft/doc.hpp>'],
    ['persistence/a.cpp', '<sqlite3.h>'], ['persistence/a.cpp', '"store/item.hpp"'],
    ['server/session/a.cpp', '"net/listener.hpp"'], ['server/session/a.cpp', '<boost/asio.hpp>'],
    ['server/session/a.cpp', '"store/item.hpp"'], ['server/session/a.cpp', '<thread>'],
    ['crdt/encoding/a.cpp', '<boost/json.hpp>'], ['crdt/encoding/a.cpp', '<iostream>'],
    ['server/cli/merge.cpp', '"net/listener.hpp"'], ['crdt/include/weft/bytes.hpp', '"doc.hpp"'],
    ['elsewhere/a.cpp', '<vector>'],
  ];
  for (const [path, include] of forbidden) {
    assert.equal(fine(path, include).length, 1, `${path} ${include}`);
  }
});

test('build-list', () => {
  const files = [
    { path: 'crdt/meson.build', text: "x = library('x', 'a.cpp', 'store/b.cpp')" },
    { path: 'crdt/a.cpp', text: '' }, { path: 'crdt/store/b.cpp', text: '' },
    { path: 'crdt/lost.cpp', text: '' },
  ];
  assert.deepEqual(checkBuildLists(files).map(({ path }) => path), ['crdt/lost.cpp']);
});

test('room-readme, fuzz-corpus', () => {
  const files = ['crdt/README.md', 'crdt/store/a.cpp', 'fuzz/README.md', 'fuzz/x_fuzz.cpp',
    'fuzz/y_fuzz.cpp', 'fuzz/corpus/y/1'].map((path) => ({ path, text: '' }));
  assert.deepEqual(checkFolders(files).map(({ path, rule }) => `${path} ${rule}`),
    ['crdt/store room-readme', 'fuzz/x_fuzz.cpp fuzz-corpus']);
});

test('the table of Yjs tests', () => {
  const sources = { 'a_test.cpp': 'TEST_CASE("one "\n "piece") {}\n', 'run.mjs': 'kSizes map' };
  const wrong = (...rows) =>
    checkTable(['## a', ...rows].join('\n'), (file) => sources[file] ?? null)
      .map(({ line }) => line);
  const row = (name, file, what) => `| \`${name}\` | 13/14 | ${file} | ${what} |`;
  assert.deepEqual(wrong(row('testA', 'a_test.cpp', 'one piece'), row('testB', 'none', 'why'),
    row('testC', 'run.mjs', 'map kSizes')), []);
  assert.deepEqual(wrong(row('testA', 'a_test.cpp', 'one')), [2]);
  assert.deepEqual(wrong(row('testA', 'b_test.cpp', 'one piece')), [2]);
  assert.deepEqual(wrong(row('testA', 'none', 'why'), row('testA', 'none', 'why')), [3]);
  assert.deepEqual(wrong('| `testA` | 13 | a_test.cpp |'), [2]);
});
