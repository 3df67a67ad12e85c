// What the users of @y/y 14 do: the edits of its tests/y-array.tests.js, y-map.tests.js and
// y-text.tests.js; those of trees, of values and of undo are our own. mods14.cpp holds the same in
// C++, call by call.

import * as prng from 'lib0/prng';
import { delta, Y } from '../updates/yjs14.mjs';

const { create } = delta;

const isType = (value) => value instanceof Y.Type;

const array = [
  function insert(user, gen) {
    const number = user.network.uniqueNumber++;
    const content = Array(prng.int32(gen, 1, 4)).fill(number);
    user.array.insert(prng.int32(gen, 0, user.array.length), content);
  },
  function insertTypeArray(user, gen) {
    const at = prng.int32(gen, 0, user.array.length);
    user.array.insert(at, [new Y.Type()]);
    user.array.get(at).insert(0, [1, 2, 3, 4]);
  },
  function insertTypeMap(user, gen) {
    const at = prng.int32(gen, 0, user.array.length);
    user.array.insert(at, [new Y.Type()]);
    const map = user.array.get(at);
    map.setAttr('someprop', 42);
    map.setAttr('someprop', 43);
    map.setAttr('someprop', 44);
  },
  function insertTypeNull(user, gen) {
    user.array.insert(prng.int32(gen, 0, user.array.length), [null]);
  },
  function remove(user, gen) {
    const { length } = user.array;
    if (length === 0) return;
    const at = prng.int32(gen, 0, length - 1);
    const count = prng.int32(gen, 1, Math.min(2, length - at));
    if (!prng.bool(gen)) {
      user.array.delete(at, count);
      return;
    }
    const type = user.array.get(at);
    if (!isType(type) || type.length === 0) return;
    const from = prng.int32(gen, 0, type.length - 1);
    type.delete(from, prng.int32(gen, 0, Math.min(2, type.length - from)));
  },
];

const kKeys = ['one', 'two'];

const map = [
  function set(user, gen) {
    const key = prng.oneOf(gen, kKeys);
    user.map.setAttr(key, prng.utf16String(gen));
  },
  function setType(user, gen) {
    const key = prng.oneOf(gen, kKeys);
    const type = new Y.Type();
    user.map.setAttr(key, type);
    if (prng.bool(gen)) type.insert(0, [1, 2, 3, 4]);
    else type.setAttr('deepkey', 'deepvalue');
  },
  function remove(user, gen) {
    user.map.deleteAttr(prng.oneOf(gen, kKeys));
  },
];

const numberedWord = (user, gen) => user.network.characters++ + prng.word(gen);

function deleteText(user, gen) {
  const { length } = user.text;
  const at = prng.int32(gen, 0, length);
  user.text.delete(at, Math.min(prng.int32(gen, 0, length - at), 2));
}

const text = [
  function insert(user, gen) {
    const at = prng.int32(gen, 0, user.text.length);
    user.text.insert(at, numberedWord(user, gen));
  },
  deleteText,
];

const kMarks = [
  { bold: true },
  { italic: true },
  { italic: true, color: '#888' },
  { link: { to: 'x', tags: ['a'] }, 7: [1] },
];

/** A copy: Yjs writes into what it is given, and knows an object that it has seen before. */
const randomMark = (gen) => structuredClone(prng.oneOf(gen, kMarks));
const randomMarkOrNone = (gen) => structuredClone(prng.oneOf(gen, [undefined, ...kMarks]));

const kImage =
  'https://user-images.githubusercontent.com/5553757/' +
  '48975307-61efb100-f06d-11e8-9177-ee895e5916e5.png';

const quill = [
  function insert(user, gen) {
    const at = prng.int32(gen, 0, user.text.length);
    const format = randomMarkOrNone(gen);
    user.text.insert(at, numberedWord(user, gen), format);
  },
  function insertEmbed(user, gen) {
    const at = prng.int32(gen, 0, user.text.length);
    if (prng.bool(gen)) {
      user.text.insert(at, [{ image: kImage }]);
    } else {
      user.text.insert(at, [create().insert([prng.word(gen), prng.word(gen)])]);
    }
  },
  deleteText,
  function format(user, gen) {
    const { length } = user.text;
    const at = prng.int32(gen, 0, length);
    const count = Math.min(prng.int32(gen, 0, length - at), 2);
    user.text.format(at, count, randomMark(gen));
  },
  function insertCodeBlock(user, gen) {
    const at = prng.int32(gen, 0, user.text.length);
    const inserted = numberedWord(user, gen);
    user.text.applyDelta(
      create().retain(at).insert(inserted).insert('\n', { 'code-block': true }),
    );
  },
  function complexDelta(user, gen) {
    const { length } = user.text;
    let at = Math.max(0, prng.int32(gen, 0, length - 1));
    const change = create().retain(at);
    const makers = [
      () => {
        const retain = Math.min(prng.int32(gen, 0, length - at), 5);
        change.retain(retain, randomMark(gen));
        at += retain;
      },
      () => {
        const format = randomMarkOrNone(gen);
        change.insert(prng.word(gen, 1, 3), format);
      },
      () => {
        const removed = Math.min(prng.int32(gen, 0, length - at), 10);
        change.delete(removed);
        at += removed;
      },
    ];
    for (let i = 0; i < 7 && at < length; i++) prng.oneOf(gen, makers)();
    user.text.applyDelta(change);
  },
];

const childrenOf = (type) => type.slice().filter(isType);

function randomType(user, gen) {
  let type = user.xml;
  for (let depth = 0; depth < 3; depth++) {
    const below = childrenOf(type);
    if (below.length === 0 || !prng.bool(gen)) break;
    type = prng.oneOf(gen, below);
  }
  return type;
}

const kNodes = ['p', 'div', null];
const kNames = ['id', 'class'];
const kValues = [1, -0.5, null, true, 'text', [1, { a: [] }], { b: 1 }, new Uint8Array([1, 2])];

const xml = [
  function insertElement(user, gen) {
    const type = randomType(user, gen);
    const at = prng.int32(gen, 0, type.length);
    type.insert(at, [new Y.Type(prng.oneOf(gen, kNodes))], randomMarkOrNone(gen));
  },
  function insertTree(user, gen) {
    const type = randomType(user, gen);
    const at = prng.int32(gen, 0, type.length);
    const inside = create('b').insert(prng.word(gen, 1, 3), randomMarkOrNone(gen));
    const tree = create(prng.oneOf(gen, kNodes)).setAttr('id', 7).insert([inside, 1]);
    type.insert(at, [tree, new Y.Type()]);
  },
  function insertText(user, gen) {
    const type = randomType(user, gen);
    const at = prng.int32(gen, 0, type.length);
    const inserted = prng.word(gen, 1, 3);
    type.insert(at, inserted, randomMarkOrNone(gen));
  },
  function insertValues(user, gen) {
    const type = randomType(user, gen);
    const at = prng.int32(gen, 0, type.length);
    const first = prng.oneOf(gen, kValues);
    const second = prng.oneOf(gen, kValues);
    type.insert(at, [first, second], randomMarkOrNone(gen));
  },
  function setAttr(user, gen) {
    const type = randomType(user, gen);
    const name = prng.oneOf(gen, kNames);
    type.setAttr(name, prng.oneOf(gen, kValues));
  },
  function deleteAttr(user, gen) {
    const type = randomType(user, gen);
    type.deleteAttr(prng.oneOf(gen, kNames));
  },
  function remove(user, gen) {
    const type = randomType(user, gen);
    if (type.length === 0) return;
    const at = prng.int32(gen, 0, type.length - 1);
    type.delete(at, prng.int32(gen, 1, Math.min(2, type.length - at)));
  },
  function format(user, gen) {
    const type = randomType(user, gen);
    if (type.length === 0) return;
    const at = prng.int32(gen, 0, type.length - 1);
    const count = prng.int32(gen, 1, type.length - at);
    type.format(at, count, randomMark(gen));
  },
  function modify(user, gen) {
    const below = user.xml.slice();
    const at = below.findIndex(isType);
    if (at < 0) return;
    const change = create().insert(prng.word(gen, 1, 3)).setAttr('id', prng.word(gen, 1, 3));
    user.xml.applyDelta(create().retain(at).modify(change).insert('m').setAttr('class', 1));
  },
];

const undo = [
  (user) => user.undoManager.undo(),
  (user) => user.undoManager.redo(),
  (user) => user.undoManager.stopCapturing(),
];

const kMods = { array, map, text, quill, xml, all: [...array, ...map, ...quill, ...xml] };

export const modsOf14 = (options) => [...kMods[options.mods], ...(options.undo ? undo : [])];
