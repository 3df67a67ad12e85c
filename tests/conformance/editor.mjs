// Edits of a Yjs document through handles that know their path, so that each edit can be written
// down and made again by another engine.
//
// A place is {type, kind, path}: a shared type and the way to it, as `edits` in replay_file.mjs
// writes it. A path holds for the moment of the edit that it is written with.

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

export const Kind = { array: 0, map: 1, text: 2 };
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
};

export const kNewType = '$type';
const kMake = [() => new Y.Array(), () => new Y.Map(), () => new Y.Text()];

export function kindOf(type) {
  if (type instanceof Y.Array) return Kind.array;
  if (type instanceof Y.Map) return Kind.map;
  // XmlText derives from Text, but no edit is written down for it.
  return type instanceof Y.Text && !(type instanceof Y.XmlText) ? Kind.text : -1;
}

export function rootPlace(doc, name) {
  const type = {
    text: () => doc.getText(name),
    array: () => doc.getArray(name),
    map: () => doc.getMap(name),
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
  if (place.kind === Kind.array) place.type.forEach((child, index) => add(child, index));
  if (place.kind === Kind.map) place.type.forEach((child, key) => add(child, key));
  if (place.kind === Kind.text) {
    let index = 0;
    for (const { insert } of place.type.toDelta()) {
      add(insert, index);
      index += typeof insert === 'string' ? insert.length : 1;
    }
  }
  return children;
}

function writePath(encoder, place) {
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
    place.type.delete(key);
  }

  /** An edit of a kind that has no written form: only where updates are replayed, not edits. */
  unrecordedEdit(edit) {
    this.unrecorded = true;
    edit(this.doc);
  }
}
