// weft docs import: what other servers wrote. import/generate.mjs made the sources.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { output, path, weft } from './weft.mjs';

const sources = join(import.meta.dirname, 'import');

let stores = 0;

/** Options that name a new store. */
const store = () => ['--data', path(`imported-${++stores}`)];

function contents(name, data) {
  output(['docs', 'dump', name, '-o', path('dump'), ...data]);
  return JSON.parse(output(['export', path('dump')]).toString());
}

function fails(args, message) {
  const result = weft(args);
  assert.match(result.stderr, message);
  assert.equal(result.status, 1);
}

test('y-leveldb: every document, from logs and from tables', () => {
  const before = readdirSync(join(sources, 'y-leveldb')).sort();
  const data = store();
  assert.equal(output(['docs', 'import', join(sources, 'y-leveldb'), ...data]).toString(),
    '4 documents imported\n');
  assert.deepEqual(contents('notes', data),
    { t: 'from y-leveldb', m: { from: '-from y-leveldb' } });
  assert.deepEqual(contents('été/日本', data),
    { t: 'named in UTF-8', m: { from: '-named in UTF-8' } });
  assert.deepEqual(contents('flushed', data), { t: 'flushed', m: { from: '-flushed' } });
  assert.equal(contents('later', data).t, 'after a restart');
  assert.deepEqual(readdirSync(join(sources, 'y-leveldb')).sort(), before);
  assert.deepEqual(readdirSync(sources).filter((name) => name.startsWith('weft-')), []);
});

test('y-leveldb: a damaged table is said', () => {
  cpSync(join(sources, 'y-leveldb'), path('damaged-leveldb'), { recursive: true });
  const table = readdirSync(path('damaged-leveldb')).find((name) => name.endsWith('.ldb'));
  const bytes = readFileSync(path(`damaged-leveldb/${table}`));
  bytes[100] ^= 1;
  writeFileSync(path(`damaged-leveldb/${table}`), bytes);
  fails(['docs', 'import', path('damaged-leveldb'), ...store()], /[Cc]orruption/);
});

test('y-sweet: a folder of documents, and one file', () => {
  const data = store();
  assert.equal(output(['docs', 'import', join(sources, 'y-sweet'), ...data]).toString(),
    '2 documents imported\n');
  for (const name of ['whiteboard', 'with-updates']) {
    assert.deepEqual(contents(name, data), { t: 'from y-sweet', m: { from: '-from y-sweet' } });
  }
  const file = join(sources, 'y-sweet/whiteboard/data.ysweet');
  const one = store();
  output(['docs', 'import', file, ...one]);
  assert.equal(contents('whiteboard', one).t, 'from y-sweet');
  const bytes = readFileSync(file);
  for (const size of [0, 7, 8, 20, bytes.length - 1]) {
    writeFileSync(path('data.ysweet'), bytes.subarray(0, size));
    fails(['docs', 'import', path('data.ysweet'), ...store()], /is not what y-sweet writes/);
  }
  bytes.fill(0xff, 8, 16);  // a key longer than the file
  writeFileSync(path('data.ysweet'), bytes);
  fails(['docs', 'import', path('data.ysweet'), ...store()], /is not what y-sweet writes/);
});

test('hocuspocus: the rows of its SQLite extension', () => {
  const data = store();
  const file = join(sources, 'hocuspocus.sqlite');
  const before = readFileSync(file);
  assert.equal(output(['docs', 'import', file, ...data]).toString(), '2 documents imported\n');
  assert.deepEqual(contents('page', data),
    { t: 'from hocuspocus', m: { from: '-from hocuspocus' } });
  assert.deepEqual(contents('other', data), { t: 'another row', m: { from: '-another row' } });
  assert.deepEqual(readFileSync(file), before);
  fails(['docs', 'import', file, '--table', 'elsewhere', ...store()], /no such table/);
});

test('what is imported twice is there once, and an edit made meanwhile stays', () => {
  const data = store();
  const source = join(sources, 'y-sweet');
  output(['docs', 'import', source, ...data]);
  const list = output(['docs', 'list', '--json', ...data]).toString();
  output(['docs', 'import', source, ...data]);
  assert.equal(output(['docs', 'list', '--json', ...data]).toString(), list);
  output(['docs', 'dump', 'whiteboard', '-o', path('whole'), ...data]);
  output(['docs', 'import', join(sources, 'y-leveldb'), ...data]);
  assert.equal(contents('whiteboard', data).t, 'from y-sweet');
});

test('what is nothing that can be imported', () => {
  fails(['docs', 'import', path('nowhere'), ...store()], /there is no '.*nowhere'/);
  mkdirSync(path('empty'));
  fails(['docs', 'import', path('empty'), ...store()], /is neither y-leveldb's folder nor one/);
  fails(['docs', 'import', join(sources, 'generate.mjs'), ...store()],
    /is neither a SQLite file nor y-sweet's/);
  assert.equal(weft(['docs', 'import', ...store()]).status, 2);
});
