// Edits of a Yjs document through handles that know their path, so that each edit can be written
// down and made again by another engine.
//
// A place is {type, kind, path}: a shared type and the way to it, as `edits` in replay_file.mjs
// writes it. A path holds for the moment of the edit that it is written with.

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

export const Kind = {
  array: 0,
  map: 1,
  text: 2,
  xmlElement: 3,
  xmlFragment: 4,
  xmlHook: 5,
  xmlText: 6,
};
const Op = {
  textInsert: 1,
  textDelete: 2,
  arrayInsert: 3,
  arrayPush: 4,
  arrayInsertType: 5,
  arrayDelete: 6,
  mapSet: 7,
  mapSetType: 8,
  mapDelete: 9,
  textInsertWith: 10,
  textEmbed: 11,
  textInsertType: 12,
  textFormat: 13,
  textDelta: 14,
  setAttribute: 15,
  removeAttribute: 16,
  insertContents: 17,
  pushContents: 18,
  insertAfter: 19,
  setContent: 20,
  clear: 21,
  insertClone: 22,
};
const Content = { value: 0, type: 1, subdocument: 2 };

export const kNewType = '$type';
const kMake = [() => new Y.Array(), () => new Y.Map(), () => new Y.Text()];

/** Derived classes before their bases. */
const kClasses = [
  [Y.XmlText, Kind.xmlText],
  [Y.Text, Kind.text],
  [Y.XmlHook, Kind.xmlHook],
  [Y.Map, Kind.map],
  [Y.XmlElement, Kind.xmlElement],
  [Y.XmlFragment, Kind.xmlFragment],
  [Y.Array, Kind.array],
];

export const kindOf = (type) => kClasses.find(([of]) => type instanceof of)?.[1] ?? -1;

const isText = (kind) => kind === Kind.text || kind === Kind.xmlText;
const isMap = (kind) => kind === Kind.map || kind === Kind.xmlHook;
const hasChildren = (kind) =>
  kind === Kind.array || kind === Kind.xmlElement || kind === Kind.xmlFragment;

/**
 * What Yjs is given for `content`, which is a value, {type: {kind, name, children, entries, delta}}
 * or {subdocument: options}.
 */
function made(content) {
  if (content.subdocument !== undefined) return new Y.Doc(content.subdocument);
  if (content.type === undefined) return content.value;
  const { kind, name, children = [], entries = [], delta = [] } = content.type;
  const type = {
    [Kind.array]: () => new Y.Array(),
    [Kind.map]: () => new Y.Map(),
    [Kind.text]: () => new Y.Text(),
    [Kind.xmlElement]: () => new Y.XmlElement(name),
    [Kind.xmlFragment]: () => new Y.XmlFragment(),
    [Kind.xmlHook]: () => new Y.XmlHook(name),
    [Kind.xmlText]: () => new Y.XmlText(),
  }[kind]();
  if (children.length > 0) type.insert(0, children.map(made));
  for (const [key, entry] of entries) {
    if (kind === Kind.xmlElement) type.setAttribute(key, made(entry));
    else type.set(key, made(entry));
  }
  if (delta.length > 0) type.applyDelta(delta);
  return type;
}

function writeContent(encoder, content) {
  if (content.subdocument !== undefined) {
    encoding.writeUint8(encoder, Content.subdocument);
    encoding.writeAny(encoder, content.subdocument);
  } else if (content.type === undefined) {
    encoding.writeUint8(encoder, Content.value);
    encoding.writeAny(encoder, content.value);
  } else {
    const { kind, name = '', children = [], entries = [], delta = [] } = content.type;
    encoding.writeUint8(encoder, Content.type);
    encoding.writeUint8(encoder, kind);
    encoding.writeVarString(encoder, name);
    encoding.writeVarUint(encoder, children.length);
    for (const child of children) writeContent(encoder, child);
    encoding.writeVarUint(encoder, entries.length);
    for (const [key, entry] of entries) {
      encoding.writeVarString(encoder, key);
      writeContent(encoder, entry);
    }
    encoding.writeAny(encoder, delta);
  }
}

export function rootPlace(doc, name) {
  const type = {
    text: () => doc.getText(name),
    array: () => doc.getArray(name),
    map: () => doc.getMap(name),
    xml: () => doc.getXmlFragment(name),
  }[name]();
  return { type, kind: kindOf(type), path: [name] };
}

/** The nested types of a type that edits can reach. O(children). */
export function childPlaces(place) {
  const children = [];
  const add = (type, step) => {
    if (!(type instanceof Y.AbstractType) || kindOf(type) < 0) return;
    children.push({ type, kind: kindOf(type), path: [...place.path, step] });
  };
  if (hasChildren(place.kind)) place.type.forEach((child, index) => add(child, index));
  if (isMap(place.kind)) place.type.forEach((child, key) => add(child, key));
  if (place.kind === Kind.xmlElement) {
    for (const [key, child] of Object.entries(place.type.getAttributes())) add(child, key);
  }
  if (isText(place.kind)) {
    let index = 0;
    for (const { insert } of place.type.toDelta()) {
      add(insert, index);
      index += typeof insert === 'string' ? insert.length : 1;
    }
  }
  return children;
}

export function writePath(encoder, place) {
  const kinds = [place.kind];
  for (let type = place.type.parent; type !== null; type = type.parent) kinds.unshift(kindOf(type));
  encoding.writeUint8(encoder, kinds[0]);
  encoding.writeVarString(encoder, place.path[0]);
  encoding.writeVarUint(encoder, place.path.length - 1);
  place.path.slice(1).forEach((step, i) => {
    if (typeof step === 'number') {
      encoding.writeUint8(encoder, 0);
      encoding.writeVarUint(encoder, step);
    } else {
      encoding.writeUint8(encoder, 1);
      encoding.writeVarString(encoder, step);
    }
    encoding.writeUint8(encoder, kinds[i + 1]);
  });
}

/** Makes edits inside one transaction and writes them down. */
export class Editor {
  constructor(doc) {
    this.doc = doc;
    this.ops = encoding.createEncoder();
    this.count = 0;
    /** True once an edit was made that cannot be written down. */
    this.unrecorded = false;
  }

  /** The edits as they stand in a replay. */
  bytes() {
    return encoding.toUint8Array(this.ops);
  }

  #begin(op, place) {
    this.count++;
    encoding.writeUint8(this.ops, op);
    writePath(this.ops, place);
  }

  textInsert(place, index, text) {
    this.#begin(Op.textInsert, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeVarString(this.ops, text);
    place.type.insert(index, text);
  }

  textDelete(place, index, length) {
    this.#begin(Op.textDelete, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeVarUint(this.ops, length);
    place.type.delete(index, length);
  }

  textInsertWith(place, index, text, attributes) {
    this.#begin(Op.textInsertWith, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeVarString(this.ops, text);
    encoding.writeAny(this.ops, attributes);
    place.type.insert(index, text, attributes);
  }

  textEmbed(place, index, embed, attributes) {
    this.#begin(Op.textEmbed, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeAny(this.ops, embed);
    encoding.writeAny(this.ops, attributes);
    place.type.insertEmbed(index, embed, attributes);
  }

  textInsertType(place, index, kind, attributes) {
    this.#begin(Op.textInsertType, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeUint8(this.ops, kind);
    encoding.writeAny(this.ops, attributes);
    const type = kMake[kind]();
    place.type.insertEmbed(index, type, attributes);
    return { type, kind, path: [...place.path, index] };
  }

  textFormat(place, index, length, attributes) {
    this.#begin(Op.textFormat, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeVarUint(this.ops, length);
    encoding.writeAny(this.ops, attributes);
    place.type.format(index, length, attributes);
  }

  /** An insert of {kNewType: kind} makes a type of that kind. */
  textDelta(place, delta, sanitize) {
    this.#begin(Op.textDelta, place);
    encoding.writeAny(this.ops, delta);
    encoding.writeUint8(this.ops, sanitize ? 1 : 0);
    const made = delta.map((op) => {
      const kind = op.insert?.[kNewType];
      return kind === undefined ? op : { ...op, insert: kMake[kind]() };
    });
    place.type.applyDelta(made, { sanitize });
  }

  setAttribute(place, name, value) {
    this.#begin(Op.setAttribute, place);
    encoding.writeVarString(this.ops, name);
    encoding.writeAny(this.ops, value);
    place.type.setAttribute(name, value);
  }

  removeAttribute(place, name) {
    this.#begin(Op.removeAttribute, place);
    encoding.writeVarString(this.ops, name);
    place.type.removeAttribute(name);
  }

  #values(values) {
    encoding.writeVarUint(this.ops, values.length);
    for (const value of values) encoding.writeAny(this.ops, value);
  }

  arrayInsert(place, index, values) {
    this.#begin(Op.arrayInsert, place);
    encoding.writeVarUint(this.ops, index);
    this.#values(values);
    place.type.insert(index, values);
  }

  arrayPush(place, values) {
    this.#begin(Op.arrayPush, place);
    this.#values(values);
    place.type.push(values);
  }

  arrayInsertType(place, index, kind) {
    this.#begin(Op.arrayInsertType, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeUint8(this.ops, kind);
    const type = kMake[kind]();
    place.type.insert(index, [type]);
    return { type, kind, path: [...place.path, index] };
  }

  arrayDelete(place, index, length) {
    this.#begin(Op.arrayDelete, place);
    encoding.writeVarUint(this.ops, index);
    encoding.writeVarUint(this.ops, length);
    place.type.delete(index, length);
  }

  mapSet(place, key, value) {
    this.#begin(Op.mapSet, place);
    encoding.writeVarString(this.ops, key);
    encoding.writeAny(this.ops, value);
    place.type.set(key, value);
  }

  mapSetType(place, key, kind) {
    this.#begin(Op.mapSetType, place);
    encoding.writeVarString(this.ops, key);
    encoding.writeUint8(this.ops, kind);
    const type = kMake[kind]();
    place.type.set(key, type);
    return { type, kind, path: [...place.path, key] };
  }

  mapDelete(place, key) {
    this.#begin(Op.mapDelete, place);
    encoding.writeVarString(this.ops, key);
    if (place.kind === Kind.xmlElement) place.type.removeAttribute(key);
    else place.type.delete(key);
  }

  #contents(contents) {
    encoding.writeVarUint(this.ops, contents.length);
    for (const content of contents) writeContent(this.ops, content);
  }

  insertContents(place, index, contents) {
    this.#begin(Op.insertContents, place);
    encoding.writeVarUint(this.ops, index);
    this.#contents(contents);
    place.type.insert(index, contents.map(made));
  }

  pushContents(place, contents) {
    this.#begin(Op.pushContents, place);
    this.#contents(contents);
    place.type.push(contents.map(made));
  }

  /** Behind the child at `index`; -1: at the front. */
  insertAfter(place, index, contents) {
    this.#begin(Op.insertAfter, place);
    encoding.writeVarUint(this.ops, index + 1);
    this.#contents(contents);
    place.type.insertAfter(index < 0 ? null : place.type.get(index), contents.map(made));
  }

  setContent(place, key, content) {
    this.#begin(Op.setContent, place);
    encoding.writeVarString(this.ops, key);
    this.#contents([content]);
    if (place.kind === Kind.xmlElement) place.type.setAttribute(key, made(content));
    else place.type.set(key, made(content));
  }

  clear(place) {
    this.#begin(Op.clear, place);
    place.type.clear();
  }

  /** A copy of `from` among the children of `place`. */
  insertClone(place, index, from) {
    this.#begin(Op.insertClone, place);
    encoding.writeVarUint(this.ops, index);
    writePath(this.ops, from);
    place.type.insert(index, [from.type.clone()]);
  }

  /** An edit of a kind that has no written form: only where updates are replayed, not edits. */
  unrecordedEdit(edit) {
    this.unrecorded = true;
    edit(this.doc);
  }
}
