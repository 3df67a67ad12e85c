// The two Yjs whose random tests are run: what each calls the same things.

import * as prng from 'lib0/prng';
import '../corrected.mjs';
import * as Y13 from 'yjs';
import { observeRoots } from '../events.mjs';
import { Y as Y14 } from '../updates/yjs14.mjs';
import { jsonText } from '../values.mjs';
import { attributedTexts } from './attributed.mjs';
import { suggestionTexts } from './suggestions.mjs';

const kRoots = ['array', 'map', 'xml', 'text'];

const jsonOf = (value) => (value instanceof Y13.AbstractType ? value.toJSON() : value);
const deltaOf = (text) =>
  text.toDelta().map(({ insert, ...rest }) => ({ insert: jsonOf(insert), ...rest }));

/** Yjs 13. */
export const kYjs13 = {
  Y: Y13,
  /** The client ids of the users; null: 0, 1, 2... */
  clientIds: () => null,
  openRoots(user) {
    user.array = user.getArray('array');
    user.map = user.getMap('map');
    user.xml = user.get('xml', Y13.XmlElement);
    user.text = user.getText('text');
  },
  observe: (user) =>
    observeRoots(
      user,
      kRoots.map((name) => ({ name })),
    ),
  contents(user) {
    const roots = [user.array, user.map, user.xml].map((root) => `${jsonText(root.toJSON())}\n`);
    return roots.join('') + jsonText(deltaOf(user.text));
  },
  /** For comparing users: the order of keys may be another one. */
  values: (user) => [
    user.map.toJSON(),
    user.array.toJSON(),
    deltaOf(user.text),
    user.xml.toString(),
  ],
};

/** What deep observers are told: the change of the root, and the same with all inside it. */
function observeDeltas(user) {
  let told = '';
  for (const name of kRoots) {
    user.get(name).observeDeep((event) => {
      told += `${name}:\n${JSON.stringify(event.delta)}\n${JSON.stringify(event.deltaDeep)}\n`;
    });
  }
  return () => {
    const text = told;
    told = '';
    return text;
  };
}

function placeText(user, name, at, assoc) {
  const place = Y14.createRelativePositionFromTypeIndex(user[name], at, assoc);
  const bytes = Buffer.from(Y14.encodeRelativePosition(place)).toString('hex');
  return `${bytes}=${Y14.createAbsolutePositionFromRelativePosition(place, user).index}`;
}

/** @y/y 14. Its users have the ids that it draws itself, of up to 53 bits. */
export const kYjs14 = {
  Y: Y14,
  clientIds: (gen) => Array.from({ length: 5 }, () => prng.uint53(gen, 0, Number.MAX_SAFE_INTEGER)),
  openRoots(user) {
    for (const name of kRoots) user[name] = user.get(name);
  },
  observe: observeDeltas,
  contents: (user) =>
    kRoots
      .map((name) => user[name])
      .map((root) => `${JSON.stringify(root.toDeltaDeep())}\n${JSON.stringify(root)}\n${root}\n`)
      .join(''),
  values: (user) => kRoots.map((name) => user[name].toDeltaDeep().toJSON()),
  attributed: attributedTexts,
  suggestions: suggestionTexts,
  /** Relative positions in each root, and where they lead. */
  places: (user) =>
    kRoots
      .flatMap((name) => [0, user[name].length >> 1, user[name].length].map((at) => [name, at]))
      .flatMap(([name, at]) => [0, -1].map((assoc) => placeText(user, name, at, assoc)))
      .join(' '),
};
