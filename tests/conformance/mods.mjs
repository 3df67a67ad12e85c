// What the users of the random test do: each entry is one random modification by one user.
//
// Yjs's own random tests (y-text, y-array, y-map) are the model; here every kind of value and
// nested type occurs, and one transaction may hold several edits. Call: mod(user, gen).

import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { childPlaces, Kind, kNewType, rootPlace } from './editor.mjs';
import { historyMod } from './history.mjs';
import { resetTreeMods, treeMod } from './tree_mods.mjs';
import { randomBytes, randomText, randomValue } from './values.mjs';

export const kKeys = ['one', 'two', 'three', '', 'ключ', '7'];

export const percent = (gen, chance) => prng.int32(gen, 0, 99) < chance;

function insertText(editor, gen, place, min, max) {
  const text = randomText(gen, min, max);
  if (text !== '') editor.textInsert(place, prng.int32(gen, 0, place.type.length), text);
}

function deleteText(editor, gen, place, max) {
  const length = place.type.length;
  if (length === 0) return;
  const index = prng.int32(gen, 0, length - 1);
  editor.textDelete(place, index, prng.int32(gen, 1, Math.min(max, length - index)));
}

function fill(editor, gen, place) {
  switch (place.kind) {
    case Kind.array:
      return editor.arrayInsert(place, 0, [1, 2, 3, 4]);
    case Kind.map:
      return editor.mapSet(place, 'deepkey', randomValue(gen, 1, true));
    default:
      return editor.textInsert(place, 0, randomText(gen, 1, 8) + '.');
  }
}

const randomKind = (gen) => prng.oneOf(gen, [Kind.array, Kind.map, Kind.text]);

/** A new type gets its content in the transaction that makes it, in a later one, or never. */
function makeType(user, gen, make) {
  const kind = randomKind(gen);
  const when = prng.int32(gen, 0, 2);
  let made;
  user.change((editor) => {
    made = make(editor, kind);
    if (when === 0) fill(editor, gen, made);
  });
  if (when === 1) user.change((editor) => fill(editor, gen, made));
}

/** A random type below `root`, or null where it has none. */
function nestedPlace(root, gen) {
  let found = null;
  for (let place = root, depth = 0; depth < 4; depth++) {
    const children = childPlaces(place);
    if (children.length === 0) break;
    place = prng.oneOf(gen, children);
    found = place;
    if (percent(gen, 50)) break;
  }
  return found;
}

function editArray(user, gen, place) {
  const length = place.type.length;
  switch (prng.int32(gen, 0, 7)) {
    case 0:
    case 1: {
      const value = prng.int32(gen, 0, 100000);
      const values = new Array(prng.int32(gen, 1, 4)).fill(value);
      return user.change((editor) => editor.arrayInsert(place, prng.int32(gen, 0, length), values));
    }
    case 2: {
      const size = prng.int32(gen, 1, 5);
      const values = Array.from({ length: size }, () => randomValue(gen, 2, false));
      return user.change((editor) => editor.arrayInsert(place, prng.int32(gen, 0, length), values));
    }
    case 3: {
      const values = [randomValue(gen, 1, false), null];
      return user.change((editor) => editor.arrayPush(place, values));
    }
    case 4:
      return makeType(user, gen, (editor, kind) =>
        editor.arrayInsertType(place, prng.int32(gen, 0, length), kind),
      );
    default: {
      if (length === 0) return;
      const index = prng.int32(gen, 0, length - 1);
      const most = percent(gen, 10) ? 20 : 2;
      const count = prng.int32(gen, 1, Math.min(most, length - index));
      return user.change((editor) => editor.arrayDelete(place, index, count));
    }
  }
}

function editMap(user, gen, place) {
  const key = prng.oneOf(gen, kKeys);
  switch (prng.int32(gen, 0, 5)) {
    case 0:
    case 1:
      return user.change((editor) => editor.mapSet(place, key, randomValue(gen, 2, true)));
    case 2:
      return user.change((editor) => {
        editor.mapSet(place, key, randomText(gen, 0, 10));
        editor.mapSet(place, key, randomBytes(gen));
        if (percent(gen, 50)) editor.mapDelete(place, key);
      });
    case 3:
    case 4:
      return makeType(user, gen, (editor, kind) => editor.mapSetType(place, key, kind));
    default:
      return user.change((editor) => editor.mapDelete(place, key));
  }
}

function editText(user, gen, place) {
  switch (prng.int32(gen, 0, 9)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return user.change((editor) => insertText(editor, gen, place, 1, 12));
    case 4:
    case 5:
    case 6:
      return user.change((editor) => deleteText(editor, gen, place, percent(gen, 10) ? 30 : 2));
    case 7: {
      // one character after another, as a keyboard sends them
      const at = prng.int32(gen, 0, place.type.length);
      let end = at;
      for (const character of randomText(gen, 2, 6)) {
        user.change((editor) => editor.textInsert(place, end, character));
        end += character.length;
      }
      if (percent(gen, 40) && end > at)
        user.change((editor) => editor.textDelete(place, end - 1, 1));
      return;
    }
    case 8:
      return user.change((editor) => {
        // several edits in one transaction
        insertText(editor, gen, place, 1, 6);
        deleteText(editor, gen, place, 4);
        insertText(editor, gen, place, 0, 3);
      });
    default:
      return user.change((editor) => {
        // what is inserted and deleted at once leaves a gap
        const at = prng.int32(gen, 0, place.type.length);
        editor.textInsert(place, at, 'xyz');
        editor.textDelete(place, at, 3);
      });
  }
}

/** Attributes of rich text: objects that are equal, or the same, or only alike. */
function randomMark(gen) {
  switch (prng.int32(gen, 0, 9)) {
    case 0:
    case 1:
      return { bold: true };
    case 2:
      return { bold: null };
    case 3:
      return { italic: prng.bool(gen), bold: prng.oneOf(gen, [true, null]) };
    case 4:
      return { color: prng.oneOf(gen, ['#888', '#fff', '', null]) };
    case 5:
      return { link: prng.oneOf(gen, [{ href: 'a' }, { href: 'a', id: 1 }, null]) };
    case 6:
      return { cell: prng.oneOf(gen, [{ at: { row: 1 } }, [1, [2]], [1, 2], null]) };
    case 7:
      return { 10: true, z: 1, 2: prng.oneOf(gen, [0, -0, 1.5, NaN, null]) };
    case 8:
      return { [prng.oneOf(gen, ['size', 'ключ', '', '01'])]: randomValue(gen, 0, false) };
    default:
      return {};
  }
}

function randomOp(gen, length) {
  const attributes = prng.bool(gen) ? { attributes: randomMark(gen) } : {};
  switch (prng.int32(gen, 0, 7)) {
    case 0:
    case 1:
      return { insert: randomText(gen, 0, 5) + prng.oneOf(gen, ['', '', '\n']), ...attributes };
    case 2:
      return { insert: { image: randomText(gen, 0, 3), list: [1, null] }, ...attributes };
    case 3:
      return { insert: { [kNewType]: randomKind(gen) }, ...attributes };
    case 4:
    case 5:
      return { delete: prng.int32(gen, 0, 4) };
    default:
      return { retain: prng.int32(gen, 0, Math.max(1, length >> 1)), ...attributes };
  }
}

export function editRich(user, gen, place) {
  const { length } = place.type;
  const index = prng.int32(gen, 0, length);
  const count = prng.int32(gen, 0, Math.min(length - index, percent(gen, 10) ? 40 : 6));
  const mark = randomMark(gen);
  const change = (edits) => user.change(edits);
  switch (prng.int32(gen, 0, 15)) {
    case 0:
    case 1:
      return change((editor) =>
        editor.textInsertWith(place, index, `${randomText(gen, 0, 5)}.`, mark),
      );
    case 2:
    case 3:
      return change((editor) => insertText(editor, gen, place, 1, 6));
    case 4: {
      const embed = prng.oneOf(gen, [{ image: randomText(gen, 0, 3) }, 5, true, [null], 'text']);
      return change((editor) => editor.textEmbed(place, index, embed, mark));
    }
    case 5:
      return makeType(user, gen, (editor, kind) => editor.textInsertType(place, index, kind, mark));
    case 6:
    case 7:
    case 8:
      return change((editor) => editor.textFormat(place, index, count, mark));
    case 9: // beyond the end
      return change((editor) => editor.textFormat(place, index, count + 3, mark));
    case 10:
    case 11:
      return change((editor) => deleteText(editor, gen, place, percent(gen, 20) ? 30 : 4));
    case 12:
    case 13: {
      const size = prng.int32(gen, 1, 5);
      const delta = Array.from({ length: size }, () => randomOp(gen, length));
      // Yjs throws where it shall delete in a text that never held anything.
      if (place.type._start === null) delta.unshift({ insert: '.' });
      return change((editor) => editor.textDelta(place, delta, percent(gen, 70)));
    }
    case 14:
      return change((editor) => {
        const name = prng.oneOf(gen, kKeys);
        if (percent(gen, 30)) editor.removeAttribute(place, name);
        else editor.setAttribute(place, name, randomValue(gen, 1, true));
      });
    default:
      return change((editor) => {
        editor.textFormat(place, index, count, mark);
        insertText(editor, gen, place, 1, 3);
        deleteText(editor, gen, place, 5);
        const at = prng.int32(gen, 0, place.type.length);
        editor.textFormat(place, at, 2, randomMark(gen));
      });
  }
}

function edit(user, gen, place) {
  switch (place.kind) {
    case Kind.array:
      return editArray(user, gen, place);
    case Kind.map:
      return editMap(user, gen, place);
    default:
      return editText(user, gen, place);
  }
}

const richMod = (user, gen) => editRich(user, gen, rootPlace(user.doc, 'text'));
const textMod = (user, gen) => editText(user, gen, rootPlace(user.doc, 'text'));
const arrayMod = (user, gen) => editArray(user, gen, rootPlace(user.doc, 'array'));
const mapMod = (user, gen) => editMap(user, gen, rootPlace(user.doc, 'map'));
const nestedMod = (root) => (user, gen) => {
  const place = nestedPlace(rootPlace(user.doc, root), gen);
  if (place !== null) edit(user, gen, place);
};

// Yjs's own random changes of rich text (y-text.tests.js, qChanges).

const kQuillMarks = [{ bold: true }, { italic: true }, { italic: true, color: '#888' }];
const quillMark = (gen) => ({ ...prng.oneOf(gen, kQuillMarks) });
let characterCount = 0;

function quillDelta(gen, length) {
  let at = Math.max(0, prng.int32(gen, 0, Math.max(0, length - 1)));
  const ops = at > 0 ? [{ retain: at }] : [];
  for (let i = 0; i < 7 && at < length; i++) {
    switch (prng.int32(gen, 0, 2)) {
      case 0: {
        const retain = Math.min(prng.int32(gen, 0, length - at), 5);
        ops.push({ retain, attributes: quillMark(gen) });
        at += retain;
        break;
      }
      case 1: {
        const attributes = prng.int32(gen, 0, 3) > 0 ? { attributes: quillMark(gen) } : {};
        ops.push({ insert: prng.word(gen, 1, 3), ...attributes });
        break;
      }
      default: {
        const count = Math.min(prng.int32(gen, 0, length - at), 10);
        ops.push({ delete: count });
        at += count;
      }
    }
  }
  return ops;
}

function quillMod(user, gen) {
  const place = rootPlace(user.doc, 'text');
  const at = prng.int32(gen, 0, place.type.length);
  const range = Math.min(prng.int32(gen, 0, place.type.length - at), 2);
  const word = () => characterCount++ + prng.word(gen);
  user.change((editor) => {
    switch (prng.int32(gen, 0, 5)) {
      case 0:
        if (prng.int32(gen, 0, 3) === 0) return editor.textInsert(place, at, word());
        return editor.textInsertWith(place, at, word(), quillMark(gen));
      case 1: {
        if (prng.bool(gen)) return editor.textEmbed(place, at, { image: 'https://image.png' }, {});
        const map = editor.textInsertType(place, at, Kind.map, {});
        return editor.mapSet(map, prng.word(gen), prng.word(gen));
      }
      case 2:
        return editor.textDelete(place, at, range);
      case 3:
        return editor.textFormat(place, at, range, quillMark(gen));
      case 4: {
        const code = [{ insert: word() }, { insert: '\n', format: { 'code-block': true } }];
        return editor.textDelta(place, at > 0 ? [{ retain: at }, ...code] : code, true);
      }
      default:
        return editor.textDelta(place, quillDelta(gen, place.type.length), true);
    }
  });
}

// Below: content of kinds that have no written edit (Editor.unrecordedEdit).

const unrecorded = (user, change) => user.change((editor) => editor.unrecordedEdit(change));

function xmlMod(user, gen) {
  const fragment = user.doc.getXmlFragment('xml');
  const index = prng.int32(gen, 0, fragment.length);
  const child = fragment.length > 0 ? fragment.get(prng.int32(gen, 0, fragment.length - 1)) : null;
  unrecorded(user, () => {
    switch (prng.int32(gen, 0, 6)) {
      case 0:
        return fragment.insert(index, [new Y.XmlElement(prng.oneOf(gen, ['p', 'div', 'ключ']))]);
      case 1:
        return fragment.insert(index, [new Y.XmlText(randomText(gen, 1, 5))]);
      case 2:
        return fragment.insert(index, [new Y.XmlHook('hook')]);
      case 3:
        return child !== null ? fragment.delete(fragment.toArray().indexOf(child), 1) : null;
      case 4:
      case 5:
        return child instanceof Y.XmlElement
          ? child.setAttribute(prng.oneOf(gen, ['id', 'class']), randomText(gen, 1, 4))
          : null;
      default:
        return child instanceof Y.XmlElement
          ? child.insert(0, [new Y.XmlText(randomText(gen, 0, 4)), new Y.XmlElement('b')])
          : null;
    }
  });
}

const kSubdocumentOptions = [{}, { autoLoad: true }, { gc: false }, { meta: { a: [1, 'ü'] } }];
let subdocumentCount = 0;

/** Contents that only old releases or other features write: JSON values, subdocuments. */
function rareMod(user, gen) {
  const array = user.doc.getArray('array');
  unrecorded(user, (doc) => {
    if (prng.bool(gen)) {
      const opts = { ...prng.oneOf(gen, kSubdocumentOptions) };
      const subdocument = new Y.Doc({ guid: `guid-${subdocumentCount++}`, ...opts });
      array.insert(prng.int32(gen, 0, array.length), [subdocument]);
      return;
    }
    const values = Array.from({ length: prng.int32(gen, 1, 4) }, () =>
      prng.oneOf(gen, [
        undefined,
        null,
        'text "quoted"\n',
        -0,
        1e21,
        { b: 1, a: [true], 1: {} },
        [[]],
      ]),
    );
    doc.transact((transaction) => {
      const right = array._start;
      const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID));
      const content = new Y.ContentJSON(values);
      new Y.Item(id, null, null, right, right && right.id, array, null, content).integrate(
        transaction,
        0,
      );
      array._searchMarker.length = 0;
    });
  });
}

const kText = [textMod, textMod, textMod];
const kMap = [mapMod, mapMod, nestedMod('map')];
const kArray = [arrayMod, arrayMod, nestedMod('array')];
const kPlain = [...kText, ...kMap, ...kArray];

/** Sets of modifications by name; those in kUnrecorded work only where updates are replayed. */
export const kMods = {
  text: kText,
  map: kMap,
  array: kArray,
  all: kPlain,
  quill: [quillMod],
  rich: [richMod, richMod, richMod, textMod, nestedMod('text')],
  xml: [xmlMod, xmlMod, xmlMod, textMod],
  tree: [treeMod],
  rare: [rareMod, rareMod, arrayMod, nestedMod('array')],
  undo: [...kPlain, richMod, richMod, ...Array(8).fill(historyMod)],
  'undo-map': [...kMap, ...kMap, ...kMap, ...Array(6).fill(historyMod)],
  'undo-tree': [treeMod, treeMod, historyMod, historyMod, historyMod],
  everything: [...kPlain, richMod, xmlMod, rareMod],
};
/** With undo managers, relative positions and snapshots; only in the mode edit. */
export const kWithHistory = new Set(['undo', 'undo-map', 'undo-tree']);
export const kUnrecorded = new Set(['xml', 'rare', 'everything']);

export function resetMods() {
  resetTreeMods();
  subdocumentCount = 0;
  characterCount = 0;
}
