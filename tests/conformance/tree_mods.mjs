// Random modifications of trees: nodes and values with all that is in them, made, copied about, and
// taken away. Call as those of mods.mjs.

import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { childPlaces, Kind, rootPlace } from './editor.mjs';
import { editRich, kKeys, percent } from './mods.mjs';
import { jsonText, randomText, randomValue } from './values.mjs';

const kNames = ['p', 'DIV', 'ключ', 'b', ''];
const kAttributeNames = ['id', 'class', '10', '9', '\uffee', '\u{1F600}', ''];
/** Made anew each time: Yjs compares objects by identity. */
const kTags = [
  () => ({ em: {} }),
  () => ({ a: { href: 'x', 10: 1, title: null } }),
  () => ({ '\u{1F600}': 'ab', b: true }),
];

let treeDocuments = 0;

function randomDelta(gen) {
  return Array.from({ length: prng.int32(gen, 0, 3) }, () => {
    const insert = percent(gen, 20) ? { image: 1 } : `${randomText(gen, 1, 4)}.`;
    return percent(gen, 50) ? { insert } : { insert, attributes: prng.oneOf(gen, kTags)() };
  });
}

const randomEntries = (gen, keys, depth) =>
  Array.from({ length: prng.int32(gen, 0, 2) }, (_, i) => [
    `${prng.oneOf(gen, keys)}${i}`,
    depth > 0 && percent(gen, 20)
      ? { type: { kind: Kind.array, children: [{ value: 1 }] } }
      : { value: randomValue(gen, 1, true) },
  ]);

function randomNode(gen, depth) {
  const children = () =>
    depth > 0
      ? Array.from({ length: prng.int32(gen, 0, 3) }, () => randomNode(gen, depth - 1))
      : [];
  switch (prng.int32(gen, 0, 6)) {
    case 0:
    case 1:
    case 2: {
      const name = prng.oneOf(gen, kNames);
      const entries = randomEntries(gen, kAttributeNames, 0);
      return { type: { kind: Kind.xmlElement, name, children: children(), entries } };
    }
    case 3:
      return { type: { kind: Kind.xmlHook, name: 'hook', entries: randomEntries(gen, kKeys, 0) } };
    case 4:
      return { type: { kind: Kind.xmlFragment, children: children() } };
    default:
      return { type: { kind: Kind.xmlText, delta: randomDelta(gen) } };
  }
}

function randomContent(gen, depth, any) {
  switch (prng.int32(gen, 0, 7)) {
    case 0:
      return randomNode(gen, depth);
    case 1:
      return { type: { kind: Kind.map, entries: randomEntries(gen, kKeys, depth) } };
    case 2:
      return { type: { kind: Kind.text, delta: randomDelta(gen) } };
    case 3: {
      const inside = () => randomContent(gen, depth - 1, false);
      const children = depth > 0 ? Array.from({ length: prng.int32(gen, 0, 4) }, inside) : [];
      return { type: { kind: Kind.array, children } };
    }
    case 4: {
      const options = prng.oneOf(gen, [{}, { autoLoad: true }, { gc: false, meta: [1, 'ü'] }]);
      return { subdocument: { guid: `tree-${treeDocuments++}`, ...options } };
    }
    default:
      return { value: randomValue(gen, 1, any) };
  }
}

/** Copying what holds a subdocument, or what Yjs's clone shares instead, is not Yjs's strength. */
function canClone(type) {
  if (type instanceof Y.Text) return type.toDelta().every((op) => !isType(op.insert));
  const elements = type instanceof Y.Map ? [...type.values()] : type.toArray();
  if (type instanceof Y.XmlHook && elements.some(isType)) return false;
  const values = type instanceof Y.XmlElement ? Object.values(type.getAttributes()) : [];
  if (values.some((value) => isType(value) || value instanceof Y.Doc)) return false;
  return elements.every((element) =>
    isType(element) ? canClone(element) : !(element instanceof Y.Doc),
  );
}

const isType = (value) => value instanceof Y.AbstractType;

function editNodes(user, gen, place, make) {
  const { length } = place.type;
  const index = prng.int32(gen, 0, length);
  const some = () => Array.from({ length: prng.int32(gen, 1, 3) }, make);
  switch (prng.int32(gen, 0, 7)) {
    case 0:
    case 1:
      return user.change((editor) => editor.insertContents(place, index, some()));
    case 2:
      return user.change((editor) => editor.pushContents(place, some()));
    case 3: {
      const isNode = length > 0 && place.kind !== Kind.array && isType(place.type.get(0));
      if (place.kind === Kind.array) return;
      return user.change((editor) => editor.insertAfter(place, isNode ? 0 : -1, some()));
    }
    case 4: {
      const from = treePlace(user, gen);
      if (from.path.length === 1 && from.kind !== Kind.xmlFragment) return;
      if (!canClone(from.type) || jsonText(from.type.toJSON()).length > 2000) return;
      return user.change((editor) => editor.insertClone(place, index, from));
    }
    default: {
      if (length === 0) return;
      const at = prng.int32(gen, 0, length - 1);
      const count = prng.int32(gen, 1, Math.min(2, length - at));
      return user.change((editor) => editor.arrayDelete(place, at, count));
    }
  }
}

function editEntries(user, gen, place) {
  const keys = place.kind === Kind.xmlElement ? kAttributeNames : kKeys;
  const key = prng.oneOf(gen, keys);
  switch (prng.int32(gen, 0, 5)) {
    case 0:
      return user.change((editor) => editor.mapDelete(place, key));
    case 1:
      if (place.kind === Kind.xmlElement) return;
      return user.change((editor) => editor.clear(place));
    default:
      return user.change((editor) => editor.setContent(place, key, randomContent(gen, 1, true)));
  }
}

function treePlace(user, gen) {
  let place = rootPlace(user.doc, prng.oneOf(gen, ['xml', 'xml', 'array', 'map']));
  for (let depth = 0; depth < 4 && percent(gen, 60); depth++) {
    const children = childPlaces(place);
    if (children.length === 0) break;
    place = prng.oneOf(gen, children);
  }
  return place;
}

export function treeMod(user, gen) {
  const place = treePlace(user, gen);
  switch (place.kind) {
    case Kind.text:
    case Kind.xmlText:
      return editRich(user, gen, place);
    case Kind.map:
    case Kind.xmlHook:
      return editEntries(user, gen, place);
    case Kind.xmlElement:
      if (percent(gen, 40)) return editEntries(user, gen, place);
      return editNodes(user, gen, place, () => randomNode(gen, 2));
    case Kind.xmlFragment:
      return editNodes(user, gen, place, () => randomNode(gen, 2));
    default:
      return editNodes(user, gen, place, () => randomContent(gen, 2, false));
  }
}

export function resetTreeMods() {
  treeDocuments = 0;
}
