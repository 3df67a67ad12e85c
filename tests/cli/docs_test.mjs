// weft docs: into a store, out of it, and what it says of a damaged one.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gap, hello } from './golden.mjs';
import { file, hex, output, path, read, weft } from './weft.mjs';

const data = ['--data', path('store')];

function fails(status, args, message) {
  const result = weft(args);
  assert.match(result.stderr, message);
  assert.equal(result.status, status, result.stderr);
}

test('a document goes in, is listed and verified, comes out, and is deleted', () => {
  for (const action of [['list'], ['verify'], ['dump', 'x'], ['delete', 'x']]) {
    fails(1, ['docs', ...action, ...data], /there is no store in .*store$/m);
  }
  assert.equal(existsSync(path('store')), false);
  const update = file('hello', hello.v1);
  output(['docs', 'load', 'a\tdoc', update, ...data]);
  output(['docs', 'load', 'other', file('hello2', hello.v2), '--from', 'v2', ...data]);
  assert.equal(output(['docs', 'list', '--json', ...data]).toString(),
    '{"name":"a\\u0009doc","updates":1,"logged":1}\n{"name":"other","updates":1,"logged":1}\n');
  assert.match(output(['docs', 'list', ...data]).toString(), /^a\?doc +1 +1$/m);
  assert.equal(output(['docs', 'verify', ...data]).toString(),
    '2 documents are as they were written\n');
  for (const name of ['a\tdoc', 'other']) {
    output(['docs', 'dump', name, '-o', path('out'), ...data]);
    assert.deepEqual(read('out'), hello.v1);
    output(['docs', 'dump', name, '--to', 'v2', '-o', path('out'), ...data]);
    assert.deepEqual(read('out'), hello.v2);
  }
  output(['docs', 'delete', 'other', ...data]);
  fails(1, ['docs', 'dump', 'other', ...data], /there is no document 'other'/);
});

test('updates that wait for others stay', () => {
  output(['docs', 'load', 'gap', file('gap', gap), ...data]);
  output(['docs', 'dump', 'gap', '-o', path('out'), ...data]);
  assert.deepEqual(read('out'), gap);
});

test('what fits into no document is not loaded', () => {
  output(['docs', 'load', 'sound', file('hello', hello.v1), ...data]);
  // A type that stands in itself; a clock that no document counts to.
  const unfit = ['01010100070001000000', '0101010000ffffffffffffff0f00'];
  for (const update of unfit) {
    const bad = file('unfit', hex(update));
    for (const name of ['sound', 'new']) {
      fails(1, ['docs', 'load', name, bad, ...data], /does not fit into the document: /);
    }
  }
  fails(1, ['docs', 'dump', 'new', ...data], /there is no document 'new'/);
  output(['docs', 'dump', 'sound', '-o', path('out'), ...data]);
  assert.deepEqual(read('out'), hello.v1);
  output(['docs', 'verify', ...data]);
});

test('a damaged document is named, kept, and can be deleted', () => {
  const own = ['--data', path('damaged')];
  output(['docs', 'load', 'doc', file('hello', hello.v1), ...own]);
  output(['docs', 'load', 'fine', file('gap', gap), ...own]);
  const database = path('damaged/documents.sqlite');
  const bytes = readFileSync(database);
  const at = bytes.indexOf(hello.v1);
  assert.notEqual(at, -1);
  bytes[at + 5] ^= 1;
  writeFileSync(database, bytes);
  fails(1, ['docs', 'verify', ...own],
    /^document "doc" is damaged: .*\n.*: 1 of 2 documents cannot be read$/m);
  fails(1, ['docs', 'dump', 'doc', ...own], /document "doc" is damaged/);
  fails(1, ['docs', 'load', 'doc', path('hello'), ...own], /document "doc" is damaged/);
  assert.ok(readFileSync(database).includes(bytes.subarray(at, at + hello.v1.length)));
  output(['docs', 'delete', 'doc', ...own]);
  assert.equal(output(['docs', 'verify', ...own]).toString(),
    '1 documents are as they were written\n');
});

test('wrong calls', () => {
  fails(2, ['docs'], /say list, verify, dump, load, versions, restore, delete or import/);
  fails(2, ['docs', 'burn'], /say list/);
  fails(2, ['docs', 'dump', ...data], /the document's name is missing/);
  fails(2, ['docs', 'load', '', path('hello'), ...data], /the document's name is empty/);
  fails(2, ['docs', 'list', 'doc', ...data], /one argument too many/);
  fails(2, ['docs', 'list', '--database', 'mysql://x'], /--database takes postgres:/);
  fails(2, ['docs', 'list', '--database', 'postgres://x/y', ...data], /name two stores/);
  fails(1, ['docs', 'list', '--database', 'postgres://%2Fnowhere/y'], /postgres:.*nowhere\/y: /);
});
