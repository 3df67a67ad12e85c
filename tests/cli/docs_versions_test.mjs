// weft docs versions, restore, and what can be saved of a damaged document.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gap, hello, thrice } from './golden.mjs';
import { file, hex, output, path, read, weft } from './weft.mjs';

const data = ['--data', path('versions')];

function fails(status, args, message) {
  const result = weft(args);
  assert.match(result.stderr, message);
  assert.equal(result.status, status, result.stderr);
}

const versions = (...words) => output(['docs', 'versions', ...words, ...data]).toString();
const contents = (name, own = data) => {
  output(['docs', 'dump', name, '-o', path('dump'), ...own]);
  return JSON.parse(output(['export', path('dump')]).toString());
};

// 'hello' of golden.mjs, then ' you' by client 2, then without its first four letters.
const you = hex('0101020084010404' + '20796f7500');
const cut = hex('00010101' + '0004');

test('versions are saved, listed, shown, compared, brought back and deleted', () => {
  output(['docs', 'load', 'doc', file('hello', hello.v1), ...data]);
  assert.equal(versions('doc', 'save', 'first \t one'), 'version 1\n');
  output(['docs', 'load', 'doc', file('you', you), file('cut', cut), ...data]);
  assert.deepEqual(contents('doc'), { t: 'o you' });
  assert.equal(versions('doc', 'save', 'second'), 'version 2\n');

  const listed = versions('doc', '--json').trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(listed.length, 2);
  assert.match(listed[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual({ ...listed[0], time: '', bytes: 0 }, { version: 1, time: '', kind: 'named',
    user: 'weft docs', name: 'first \t one', update: 1, bytes: 0 });
  assert.match(versions('doc'), /^1 +\S+Z +named +weft docs +first \? one +\d+$/m);

  assert.equal(versions('doc', 'show', '1'), '{"t":"hello"}\n');
  assert.equal(versions('doc', 'show', '2'), '{"t":"o you"}\n');
  versions('doc', 'dump', '1', '-o', path('one'));
  assert.deepEqual(read('one'), hello.v1);
  versions('doc', 'dump', '1', '--to', 'v2', '-o', path('one'));
  assert.deepEqual(read('one'), hello.v2);

  const diff = versions('doc', 'diff', '1', '2');
  assert.match(diff, /^weft docs load: 4 inserted, 4 deleted$/m);
  assert.match(diff, /^ {2}- \(weft docs load\) "hell"$/m);
  assert.match(diff, /^ {2}\+ \(weft docs load\) " you"$/m);
  const json = JSON.parse(versions('doc', 'diff', '1', 'now', '--json'));
  assert.deepEqual(json.changes, [{ user: 'weft docs load', inserted: 4, deleted: 4 }]);
  assert.deepEqual(json.roots.t.children, [
    { type: 'insert', insert: 'hell', attribution: { delete: ['weft docs load'] } },
    { type: 'insert', insert: 'o' },
    { type: 'insert', insert: ' you', attribution: { insert: ['weft docs load'], client: 2 } },
  ]);
  assert.equal(versions('doc', 'diff', '2', 'now'), 'no difference\n');

  assert.equal(output(['docs', 'restore', 'doc', '1', ...data]).toString(),
    'restored; what it was is version 3\n');
  assert.deepEqual(contents('doc'), { t: 'hello' });
  assert.match(versions('doc'), /before-reset/);
  assert.equal(output(['docs', 'restore', 'doc', '3', ...data]).toString(),
    'restored; what it was is version 4\n');
  assert.deepEqual(contents('doc'), { t: 'o you' });
  assert.equal(versions('doc', 'delete', '1', '2', '9'), '2 removed\n');
  fails(1, ['docs', 'versions', 'doc', 'show', '1', ...data], /document "doc" has no version 1/);
  assert.equal(output(['docs', 'verify', ...data]).toString(),
    '1 documents are as they were written\n');
});

test('a map goes back to its value', () => {
  output(['docs', 'load', 'map', file('first', thrice.updates[0]), ...data]);
  versions('map', 'save', 'v1');
  output(['docs', 'load', 'map', file('second', thrice.updates[1]), ...data]);
  assert.deepEqual(contents('map'), { m: { k: 'v2' } });
  output(['docs', 'restore', 'map', '1', ...data]);
  assert.deepEqual(contents('map'), { m: { k: 'v1' } });
  assert.equal(output(['docs', 'restore', 'map', '2', ...data]).toString(),
    'restored; what it was is version 3\n');
  assert.deepEqual(contents('map'), { m: { k: 'v2' } });
});

test('wrong calls', () => {
  output(['docs', 'load', 'plain', file('hello', hello.v1), ...data]);
  assert.equal(versions('plain'), 'version  kept  because  by  name  bytes\n');
  assert.equal(versions('plain', '--json'), '');
  fails(1, ['docs', 'versions', 'nobody', ...data], /there is no document 'nobody'/);
  fails(1, ['docs', 'restore', 'nobody', '1', ...data], /there is no document 'nobody'/);
  fails(1, ['docs', 'restore', 'plain', '1', ...data], /has no version 1/);
  fails(2, ['docs', 'versions', ...data], /the document's name is missing/);
  fails(2, ['docs', 'versions', 'plain', 'burn', ...data], /save, show, dump, diff or delete/);
  fails(2, ['docs', 'versions', 'plain', 'show', 'x', ...data], /'x' is no version's number/);
  fails(2, ['docs', 'versions', 'plain', 'show', '0', ...data], /'0' is no version's number/);
  fails(2, ['docs', 'versions', 'plain', 'diff', '1', ...data], /say versions NAME diff N M/);
  fails(2, ['docs', 'restore', 'plain', ...data], /say restore NAME VERSION/);
});

test('of a damaged document what can be read is dumped, and takes its place', () => {
  const own = ['--data', path('torn')];
  output(['docs', 'load', 'doc', file('hello', hello.v1), ...own]);
  output(['docs', 'load', 'doc', file('other', thrice.updates[0]), ...own]);
  output(['docs', 'load', 'doc', file('gap', gap), ...own]);
  const database = path('torn/documents.sqlite');
  const bytes = readFileSync(database);
  const at = bytes.indexOf(hello.v1);
  assert.notEqual(at, -1);
  bytes[at + hello.v1.length - 3] ^= 2;  // 'hello' becomes 'hellm'
  writeFileSync(database, bytes);

  const dumped = weft(['docs', 'dump', 'doc', '--damaged', '-o', path('left'), ...own]);
  assert.equal(dumped.status, 0);
  assert.equal(dumped.stderr, 'update 1 does not match its checksum\n');
  assert.ok(readFileSync(database).includes(bytes.subarray(at, at + hello.v1.length)));
  fails(1, ['docs', 'verify', ...own], /1 of 1 documents cannot be read/);

  const repaired = weft(['docs', 'verify', '--repair', ...own]);
  assert.equal(repaired.status, 0, repaired.stderr);
  assert.equal(repaired.out.toString(), '1 of 1 documents were repaired\n');
  assert.match(repaired.stderr, /document "doc": update 1 does not match its checksum/);
  assert.equal(output(['docs', 'verify', ...own]).toString(),
    '1 documents are as they were written\n');
  output(['docs', 'dump', 'doc', '-o', path('now'), ...own]);
  assert.deepEqual(read('now'), read('left'));

  // The damaged record is still there, to be looked at and, if its reader thinks so, loaded.
  assert.match(output(['docs', 'versions', 'doc', ...own]).toString(), /named .*damaged update 1/);
  output(['docs', 'versions', 'doc', 'dump', '1', '-o', path('doubtful'), ...own]);
  assert.deepEqual(read('doubtful'), bytes.subarray(at, at + hello.v1.length));
  output(['docs', 'load', 'doc', path('doubtful'), ...own]);
  output(['docs', 'load', 'doc', file('more', hello.v1), ...own]);
});

test('a deleted document is gone with its versions', () => {
  output(['docs', 'load', 'gone', file('hello', hello.v1), ...data]);
  versions('gone', 'save', 'kept');
  output(['docs', 'delete', 'gone', ...data]);
  fails(1, ['docs', 'versions', 'gone', ...data], /there is no document 'gone'/);
  fails(1, ['docs', 'versions', 'gone', 'show', '1', ...data], /has no version 1/);
  output(['docs', 'delete', 'never-there', ...data]);
});
