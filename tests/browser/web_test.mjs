// Parts of the page that need no browser: what "Saved" means, names, rooms, the embedding.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { IdRanges } from '../../server/web/src/id_ranges.js';
import { kPlots, parseMetrics, plotPath, quantile, rate } from '../../server/web/src/metrics.js';
import { cleanName, dyes, freeDye, initials, shownPerson } from '../../server/web/src/names.js';
import { cleanRoom, readRoom, roomLink, roomPath } from '../../server/web/src/rooms.js';
import { SaveTracker } from '../../server/web/src/save_tracker.js';
import { splitToken } from '../../server/web/src/token.js';

// The very Yjs that the page holds: a second copy would make structs that it does not know.
import * as Y from '../../server/web/node_modules/yjs/dist/yjs.mjs';

const web = fileURLToPath(new URL('../../server/web/', import.meta.url));

const frame = (kind, body) => Uint8Array.of(0, kind, body.length, ...body);

/** A document whose updates the tracker is told of, and the last of them. */
function written() {
  const doc = new Y.Doc();
  const tracker = new SaveTracker();
  const updates = [];
  doc.on('update', (update) => {
    tracker.wrote(update);
    updates.push(update);
  });
  return { doc, tracker, updates, text: doc.getText('t') };
}

test('an insertion is saved when its update comes back, and not before', () => {
  const { tracker, text, updates } = written();
  assert.equal(tracker.saved, true);
  text.insert(0, 'abc');
  assert.equal(tracker.saved, false);
  tracker.received(frame(2, Y.encodeStateAsUpdate(new Y.Doc())));
  tracker.received(Uint8Array.of(1, 1, 0));
  tracker.received(Uint8Array.of(0, 2, 200));
  assert.equal(tracker.saved, false);
  tracker.received(frame(2, updates[0]));
  assert.equal(tracker.saved, true);
});

test('echoes may be merged, or come in parts', () => {
  const { tracker, text, updates } = written();
  text.insert(0, 'abc');
  text.insert(1, 'de');
  tracker.received(frame(2, updates[0]));
  assert.equal(tracker.saved, false);
  tracker.received(frame(2, updates[1]));
  assert.equal(tracker.saved, true);
  text.insert(5, 'f');
  text.delete(0, 2);
  tracker.received(frame(2, Y.mergeUpdates(updates.slice(2))));
  assert.equal(tracker.saved, true);
});

test('the echo of somebody else\'s update saves nothing of ours', () => {
  const { tracker, text } = written();
  text.insert(0, 'ours');
  const other = new Y.Doc();
  other.getText('t').insert(0, 'theirs');
  tracker.received(frame(2, Y.encodeStateAsUpdate(other)));
  assert.equal(tracker.saved, false);
});

test('after a reconnect the server\'s state vector and step 2 tell what it has', () => {
  const { doc, tracker, text } = written();
  text.insert(0, 'abcdef');
  const vector = Y.encodeStateVector(doc);
  text.insert(6, 'g');
  tracker.received(frame(0, vector));
  assert.equal(tracker.saved, false);
  tracker.received(frame(0, Y.encodeStateVector(doc)));
  assert.equal(tracker.saved, true);
  text.delete(0, 1);
  tracker.received(frame(0, Y.encodeStateVector(doc)));
  assert.equal(tracker.saved, false, 'a state vector says nothing of deletions');
  tracker.received(frame(1, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc))));
  assert.equal(tracker.saved, true);
});

test('a gap in an update is not taken for what it skips', () => {
  const { doc, tracker, text, updates } = written();
  text.insert(0, 'a');
  doc.getText('other').insert(0, 'b');
  text.insert(1, 'c');
  tracker.received(frame(2, Y.mergeUpdates([updates[0], updates[2]])));
  assert.equal(tracker.saved, false);
  tracker.received(frame(2, updates[1]));
  assert.equal(tracker.saved, true);
});

test('id ranges join, split and vanish as a plain set of ids would', () => {
  let state = 1;
  const random = (n) => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
  const ranges = new IdRanges();
  const plain = new Set();
  for (let step = 0; step < 20_000; step++) {
    const [client, clock, length] = [random(3), random(40), random(8)];
    const add = random(2) === 0;
    if (add) ranges.add(client, clock, length);
    else ranges.remove(client, clock, length);
    for (let i = 0; i < length; i++) {
      if (add) plain.add(client * 100 + clock + i);
      else plain.delete(client * 100 + clock + i);
    }
    assert.equal(ranges.empty, plain.size === 0);
    if (step % 500 === 0) {
      for (const id of plain) ranges.remove(Math.floor(id / 100), id % 100, 1);
      plain.clear();
      assert.equal(ranges.empty, true);
    }
  }
});

function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('white text can be read on every dye', () => {
  for (const { name, color } of dyes) {
    const contrast = 1.05 / (luminance(color) + 0.05);
    assert.ok(contrast >= 4.5, `${name}: ${contrast.toFixed(2)}`);
  }
});

test('names: cleaned, cut, abbreviated; a stranger\'s colour is never trusted', () => {
  assert.equal(cleanName('  Ada \u0000\n Lovelace\u202e '), 'Ada Lovelace');
  assert.equal([...cleanName('🧵'.repeat(50))].length, 32);
  assert.equal(initials('Ada King Lovelace'), 'AL');
  assert.equal(initials('🧵'), '🧵');
  const sound = { name: 'A', color: '#ABCDEF' };
  assert.deepEqual(shownPerson(sound, 1), sound);
  for (const user of [null, {}, { color: 'red' }, { color: '#12345' }, { color: {}, name: {} }]) {
    assert.ok(dyes.some(({ color }) => color === shownPerson(user, 4e9).color));
  }
  assert.equal(shownPerson({}, 1).name, 'Somebody');
  const taken = new Set(dyes.slice(1).map(({ color }) => color));
  assert.equal(freeDye(taken, 'none'), dyes[0].color);
  assert.equal(freeDye(new Set(dyes.map(({ color }) => color)), 'none'), 'none');
});

test('rooms survive the way into a URL and back', () => {
  const at = (hash, search = '') => ({ hash, search, origin: 'http://h', pathname: '/' });
  for (const room of ['welcome', 'a/b c/ü', '50%', 'q?#&=', '日本/🧵']) {
    assert.equal(readRoom(at(new URL(roomLink(room, at(''))).hash)), room);
    assert.equal(new URL(`ws://h/${roomPath(room)}`).pathname.slice(1), roomPath(room));
    assert.equal(readRoom(at('', `?doc=${encodeURIComponent(room)}`)), room);
  }
  assert.equal(readRoom(at('')), 'welcome');
  assert.equal(readRoom(at('#first', '?doc=second')), 'first');
  assert.equal(readRoom(at('#%E0%A4%A')), '%E0%A4%A');
  assert.equal(cleanRoom(' /a//../b/./ c \u0007/'), 'a/b/c');
  assert.equal(cleanRoom('x'.repeat(500)).length, 96);
});

test('the token is taken out of the address, and nothing else', () => {
  assert.deepEqual(splitToken(''), { token: null, search: '' });
  assert.deepEqual(splitToken('?token=a%2Bb'), { token: 'a+b', search: '' });
  assert.deepEqual(splitToken('?doc=n%20o&token=x'), { token: 'x', search: '?doc=n+o' });
  assert.deepEqual(splitToken('?doc=n&tokens=x'), { token: null, search: '?doc=n&tokens=x' });
});

test('the embedded files are those of the bundle, the same each time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-web-'));
  const run = () => {
    const out = join(folder, 'assets.cpp');
    const { status, stderr } = spawnSync('node', [join(web, 'embed.mjs'), '--out', out]);
    assert.equal(status, 0, String(stderr));
    return readFileSync(out, 'utf8');
  };
  const source = run();
  assert.equal(run(), source);
  rmSync(folder, { recursive: true });
  const arrays = new Map();
  for (const [, name, bytes] of source.matchAll(/unsigned char (\w+)\[\] = \{\n([^}]*)\n\};/g)) {
    arrays.set(name, gunzipSync(Uint8Array.from(bytes.split(',').slice(0, -1), Number)).toString());
  }
  const rows = [...source.matchAll(/\{"([^"]+)", "([^"]+)", "(\\"\w+\\")", (\w+)\}/g)];
  const byPath = new Map(rows.map(([, path, type, , name]) =>
    [path, { type, text: arrays.get(name) }]));
  for (const [address, least] of [['/', 5], ['/admin', 4]]) {
    const page = byPath.get(address);
    assert.equal(page.type, 'text/html; charset=utf-8');
    assert.doesNotMatch(page.text, /\{\{|<script(?![^>]*src=)|https?:/);
    const links = [...page.text.matchAll(/(?:href|src)="(\/[^"]+)"/g)];
    assert.ok(links.length >= least);
    for (const [, path] of links) assert.ok(byPath.has(path), `${path} is embedded`);
  }
});

test('the operator sees what /metrics says, over time', () => {
  const reading = (at, lines) => ({ at, samples: parseMetrics(lines.join('\n')) });
  const before = reading(1000, [
    '# HELP weft_sockets WebSockets that are open.', '# TYPE weft_sockets gauge',
    'weft_sockets 3', 'weft_updates_received_total 100',
    'weft_sockets_closed_total{code="1009"} 1', 'weft_sockets_closed_total{code="1013"} 2',
    'weft_acknowledgement_seconds_bucket{le="0.001"} 50',
    'weft_acknowledgement_seconds_bucket{le="0.01"} 100',
    'weft_acknowledgement_seconds_bucket{le="+Inf"} 100',
  ]);
  const now = reading(3000, [
    'weft_sockets 1.5e3', 'weft_updates_received_total 150',
    'weft_sockets_closed_total{code="1009"} 4', 'weft_sockets_closed_total{code="1013"} 3',
    'weft_acknowledgement_seconds_bucket{le="0.001"} 148',
    'weft_acknowledgement_seconds_bucket{le="0.01"} 199',
    'weft_acknowledgement_seconds_bucket{le="+Inf"} 200',
  ]);
  assert.equal(now.samples.get('weft_sockets'), 1500);
  assert.equal(rate(undefined, now, 'weft_updates_received_total'), 0);
  assert.equal(rate(before, now, 'weft_updates_received_total'), 25);
  assert.equal(rate(before, now, 'weft_sockets_closed_total'), 2);
  assert.equal(rate(now, { ...before, at: 4000 }, 'weft_updates_received_total'), 100);
  const within = (part) => quantile(before, now, 'weft_acknowledgement_seconds', part);
  assert.deepEqual([within(0.5), within(0.99), within(1)], [0.001, 0.01, Infinity]);
  assert.equal(quantile(now, now, 'weft_acknowledgement_seconds', 0.99), 0);
  assert.equal(plotPath([0, 5, 10], 5, 100, 50), 'M50.0 50.0L75.0 25.0L100.0 0.0');
  assert.equal(plotPath([0, Infinity], 2, 10, 10), 'M0.0 10.0L10.0 0.0');
  for (const plot of kPlots) assert.match(plot.say(plot.of(before, now)), /\d/, plot.title);
});
