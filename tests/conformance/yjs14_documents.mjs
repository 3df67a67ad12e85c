// Documents that users of @y/y 14 wrote, read by the engine as it reads those of Yjs 13:
//   node yjs14_documents.mjs --reencode PATH [--documents N] [--seed S]
// Five users edit at random and send each other updates, in an order of their own. All that one of
// them has emitted is read by Yjs 13 and by the engine: both must hold the same bytes in V1 and V2,
// and the text that the users see. As Compat::v14 the engine must hold the bytes of @y/y 14.

import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import * as Y14 from '@y/y';
import * as decoding from 'lib0/decoding';
import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { FramedLog } from './framed.mjs';
import { jsonText } from './values.mjs';

const kEdits = 120;

/** One edit of one user. */
function edit(doc, gen) {
  const text = doc.get('text');
  const list = doc.get('list');
  const at = prng.int32(gen, 0, text.length);
  const place = prng.int32(gen, 0, list.length);
  switch (prng.int32(gen, 0, 6)) {
    case 0:
    case 1:
      text.insert(at, prng.word(gen, 1, 5));
      break;
    case 2:
      text.delete(at, Math.min(prng.int32(gen, 0, 3), text.length - at));
      break;
    case 3:
      text.format(at, Math.min(prng.int32(gen, 0, 4), text.length - at), {
        bold: prng.bool(gen) ? true : null,
      });
      break;
    case 4:
      list.insert(place, [prng.int32(gen, 0, 99), prng.word(gen)]);
      break;
    case 5:
      list.delete(place, Math.min(1, list.length - place));
      break;
    default:
      list.setAttr(prng.oneOf(gen, ['a', 'b']), new Y14.Type(prng.oneOf(gen, ['p', null])));
  }
}

function send(from, to) {
  if (from === to) return;
  Y14.applyUpdate(to, Y14.encodeStateAsUpdate(from, Y14.encodeStateVector(to)));
}

function makeDocument(seed) {
  const gen = prng.create(seed);
  const log = new FramedLog();
  const users = Array.from({ length: 5 }, (_, index) => {
    const doc = new Y14.Doc();
    doc.clientID = index + 10;
    return doc;
  });
  users[0].on('update', (update) => log.add(update));
  for (let i = 0; i < kEdits; i++) {
    edit(prng.oneOf(gen, users), gen);
    if (prng.bool(gen)) send(prng.oneOf(gen, users), prng.oneOf(gen, users));
  }
  for (let round = 0; round < 3; round++) {
    for (const from of users) for (const to of users) send(from, to);
  }
  return { bytes: log.bytes(), count: log.count, user: users[0] };
}

const { values } = parseArgs({
  options: {
    reencode: { type: 'string' },
    documents: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'weft-yjs14-'));
let updates = 0;
for (let n = 0; n < Number(values.documents); n++) {
  const seed = Number(values.seed) + n;
  const { bytes, count, user } = makeDocument(seed);
  const [file, out] = [join(folder, 'in'), join(folder, 'out')];
  writeFileSync(file, bytes);
  const reencode = (compat) => {
    const words = [file, 'framed', 'text', 'text', out, compat];
    const { status, signal } = spawnSync(values.reencode, words);
    assert.equal(status ?? signal, 0, `seed ${seed}`);
  };
  const read = (ending) => readFileSync(out + ending).toString('hex');
  const hex = (data) => Buffer.from(data).toString('hex');
  const fresh = new Y14.Doc();
  const feed = decoding.createDecoder(bytes);
  while (decoding.hasContent(feed)) Y14.applyUpdate(fresh, decoding.readVarUint8Array(feed));
  reencode('14');
  assert.equal(read('.v1'), hex(Y14.encodeStateAsUpdate(fresh)), `seed ${seed}: V1 of 14`);
  assert.equal(read('.v2'), hex(Y14.encodeStateAsUpdateV2(fresh)), `seed ${seed}: V2 of 14`);
  reencode('13');
  const doc = new Y.Doc();
  doc.clientID = 1;
  const text = doc.getText('text');
  const decoder = decoding.createDecoder(bytes);
  while (decoding.hasContent(decoder)) Y.applyUpdate(doc, decoding.readVarUint8Array(decoder));
  assert.equal(text.toString(), user.get('text').toString(), `seed ${seed}`);
  assert.equal(read('.v1'), hex(Y.encodeStateAsUpdate(doc)), `seed ${seed}: V1`);
  assert.equal(read('.v2'), hex(Y.encodeStateAsUpdateV2(doc)), `seed ${seed}: V2`);
  assert.equal(read('.json'), hex(Buffer.from(jsonText(text.toJSON()))), `seed ${seed}`);
  assert.deepEqual(Y.encodeStateVector(doc), new Uint8Array(Y14.encodeStateVector(user)));
  updates += count;
}
rmSync(folder, { recursive: true });
console.log(`${values.documents} documents of @y/y 14, ${updates} updates: equal`);
