// What the users do: the edits of Yjs's tests/y-array.tests.js, y-map.tests.js, y-text.tests.js;
// those of XML and of undo are our own. mods.cpp holds the same in C++, call by call.

import * as prng from 'lib0/prng';
import * as Y from 'yjs';

const array = [
  function insert(user, gen) {
    const number = user.network.uniqueNumber++;
    const content = Array(prng.int32(gen, 1, 4)).fill(number);
    user.array.insert(prng.int32(gen, 0, user.array.length), content);
  },
  function insertTypeArray(user, gen) {
    const at = prng.int32(gen, 0, user.array.length);
    user.array.insert(at, [new Y.Array()]);
    user.array.get(at).insert(0, [1, 2, 3, 4]);
  },
  function insertTypeMap(user, gen) {
    const at = prng.int32(gen, 0, user.array.length);
    user.array.insert(at, [new Y.Map()]);
    const map = user.array.get(at);
    map.set('someprop', 42);
    map.set('someprop', 43);
    map.set('someprop', 44);
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
    if (!(type instanceof Y.Array) || type.length === 0) return;
    const from = prng.int32(gen, 0, type.length - 1);
    type.delete(from, prng.int32(gen, 0, Math.min(2, type.length - from)));
  },
];

const kKeys = ['one', 'two'];

const map = [
  function set(user, gen) {
    const key = prng.oneOf(gen, kKeys);
    user.map.set(key, prng.utf16String(gen));
  },
  function setType(user, gen) {
    const key = prng.oneOf(gen, kKeys);
    const type = prng.oneOf(gen, [new Y.Array(), new Y.Map()]);
    user.map.set(key, type);
    if (type instanceof Y.Array) type.insert(0, [1, 2, 3, 4]);
    else type.set('deepkey', 'deepvalue');
  },
  function remove(user, gen) {
    user.map.delete(prng.oneOf(gen, kKeys));
  },
];

const numberedWord = (user, gen) => user.network.characters++ + prng.word(gen);

function deleteText(user, gen) {
  const { length } = user.text.toString();
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

const kMarks = [{ bold: true }, { italic: true }, { italic: true, color: '#888' }];

/** A copy: Yjs writes into what it is given. */
const randomMark = (gen) => ({ ...prng.oneOf(gen, kMarks) });
function randomMarkOrNone(gen) {
  const mark = prng.oneOf(gen, [undefined, ...kMarks]);
  return mark && { ...mark };
}

const kImage =
  'https://user-images.githubusercontent.com/5553757/' +
  '48975307-61efb100-f06d-11e8-9177-ee895e5916e5.png';

const quill = [
  function insert(user, gen) {
    const at = prng.int32(gen, 0, user.text.length);
    const attributes = randomMarkOrNone(gen);
    user.text.insert(at, numberedWord(user, gen), attributes);
  },
  function insertEmbed(user, gen) {
    const at = prng.int32(gen, 0, user.text.length);
    if (prng.bool(gen)) {
      user.text.insertEmbed(at, { image: kImage });
    } else {
      // The source gives the constructor the entry, which then comes before what ends the formats.
      user.transact(() => {
        const embedded = new Y.Map();
        const key = prng.word(gen);
        user.text.insertEmbed(at, embedded);
        embedded.set(key, prng.word(gen));
      });
    }
  },
  deleteText,
  function format(user, gen) {
    const { length } = user.text.toString();
    const at = prng.int32(gen, 0, length);
    const count = Math.min(prng.int32(gen, 0, length - at), 2);
    user.text.format(at, count, randomMark(gen));
  },
  function insertCodeBlock(user, gen) {
    const at = prng.int32(gen, 0, user.text.toString().length);
    const inserted = numberedWord(user, gen);
    const ops = at > 0 ? [{ retain: at }] : [];
    ops.push({ insert: inserted }, { insert: '\n', format: { 'code-block': true } });
    user.text.applyDelta(ops);
  },
  function complexDelta(user, gen) {
    const { length } = user.text.toString();
    let at = Math.max(0, prng.int32(gen, 0, length - 1));
    const ops = at > 0 ? [{ retain: at }] : [];
    const makers = [
      () => {
        const retain = Math.min(prng.int32(gen, 0, length - at), 5);
        ops.push({ retain, attributes: randomMark(gen) });
        at += retain;
      },
      () => {
        const attributes = randomMarkOrNone(gen);
        ops.push({ insert: prng.word(gen, 1, 3), attributes });
      },
      () => {
        const removed = Math.min(prng.int32(gen, 0, length - at), 10);
        ops.push({ delete: removed });
        at += removed;
      },
    ];
    for (let i = 0; i < 7 && at < length; i++) prng.oneOf(gen, makers)();
    user.text.applyDelta(ops);
  },
];

const childrenOf = (element, kind) => element.toArray().filter((child) => child instanceof kind);

function randomElement(user, gen) {
  let element = user.xml;
  for (let depth = 0; depth < 3; depth++) {
    const below = childrenOf(element, Y.XmlElement);
    if (below.length === 0 || !prng.bool(gen)) break;
    element = prng.oneOf(gen, below);
  }
  return element;
}

function randomXmlText(user, gen) {
  const texts = childrenOf(randomElement(user, gen), Y.XmlText);
  return texts.length === 0 ? null : prng.oneOf(gen, texts);
}

const kNodes = ['p', 'div', 'b'];
const kNames = ['id', 'class'];

const xml = [
  function insertElement(user, gen) {
    const element = randomElement(user, gen);
    const at = prng.int32(gen, 0, element.length);
    element.insert(at, [new Y.XmlElement(prng.oneOf(gen, kNodes))]);
  },
  function insertText(user, gen) {
    const element = randomElement(user, gen);
    const at = prng.int32(gen, 0, element.length);
    element.insert(at, [new Y.XmlText(prng.word(gen))]);
  },
  function insertAfter(user, gen) {
    const element = randomElement(user, gen);
    const below = childrenOf(element, Y.XmlElement);
    const behind = below.length > 0 && prng.bool(gen) ? prng.oneOf(gen, below) : null;
    const node = new Y.XmlElement(prng.oneOf(gen, kNodes));
    element.insertAfter(behind, [node, new Y.XmlText('x')]);
  },
  function setAttribute(user, gen) {
    const element = randomElement(user, gen);
    const name = prng.oneOf(gen, kNames);
    element.setAttribute(name, prng.word(gen));
  },
  function removeAttribute(user, gen) {
    const element = randomElement(user, gen);
    element.removeAttribute(prng.oneOf(gen, kNames));
  },
  function remove(user, gen) {
    const element = randomElement(user, gen);
    if (element.length === 0) return;
    const at = prng.int32(gen, 0, element.length - 1);
    element.delete(at, prng.int32(gen, 1, Math.min(2, element.length - at)));
  },
  function editText(user, gen) {
    const node = randomXmlText(user, gen);
    if (node === null) return;
    const at = prng.int32(gen, 0, node.length);
    const inserted = prng.word(gen, 1, 3);
    node.insert(at, inserted, randomMarkOrNone(gen));
  },
  function formatText(user, gen) {
    const node = randomXmlText(user, gen);
    if (node === null || node.length === 0) return;
    const at = prng.int32(gen, 0, node.length - 1);
    const count = prng.int32(gen, 1, node.length - at);
    node.format(at, count, randomMark(gen));
  },
];

const undo = [
  (user) => user.undoManager.undo(),
  (user) => user.undoManager.redo(),
  (user) => user.undoManager.stopCapturing(),
];

const kMods = { array, map, text, quill, xml, all: [...array, ...map, ...quill, ...xml] };

export const modsOf = (options) => [...kMods[options.mods], ...(options.undo ? undo : [])];
