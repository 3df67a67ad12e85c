// Random values of every kind that Yjs stores, and JSON text as the engine writes it.
//
// Strings are chosen to reach what breaks encoders: characters of one to four bytes, pairs next to
// each other, NUL, byte order mark, the replacement character itself, JSON's special characters.

import * as prng from 'lib0/prng';
import * as Y from 'yjs';

const kAlphabets = [
  [...'abcdefghijklmnopqrstuvwxyz     \n'],
  [...'éßñøüçÆŁž'],
  [...'漢字かな한글ไทยहि'],
  [...'😀🎉🚀𝒳𐍈👍🏽'],
  [
    '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
    '\u{1F1E9}\u{1F1EA}',
    'e\u0301',
    '\uFFFD',
    '\uFEFF',
    '\u0000',
    '\u2028',
    '\u202E',
    '"',
    '\\',
    '/',
    '\t',
    '\r',
    '\u007F',
    '\uE000',
    '\u{10FFFF}',
  ],
];

const kNumbers = [
  0,
  -0,
  1,
  -1,
  63,
  64,
  -63,
  -64,
  127,
  128,
  8191,
  8192,
  65535,
  2 ** 31 - 1,
  -(2 ** 31 - 1),
  2 ** 31,
  -(2 ** 31),
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  2 ** 53,
  1e10,
  0.5,
  0.1,
  -2.5,
  1 / 3,
  1e21,
  1e-7,
  123456789012345680000,
  5e-324,
  1.7976931348623157e308,
  Math.fround(0.1),
  16777217,
  NaN,
  Infinity,
  -Infinity,
];

const kBigInts = [0n, 1n, -1n, 123n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n];

/** A string of `min` to `max` characters, most of them plain letters. */
export function randomText(gen, min, max) {
  const length = prng.int32(gen, min, max);
  const alphabet = prng.int32(gen, 0, 9) < 6 ? kAlphabets[0] : prng.oneOf(gen, kAlphabets);
  let text = '';
  for (let i = 0; i < length; i++) text += prng.oneOf(gen, alphabet);
  return text;
}

export function randomNumber(gen) {
  switch (prng.int32(gen, 0, 3)) {
    case 0:
      return prng.oneOf(gen, kNumbers);
    case 1:
      return prng.int32(gen, -100, 100000);
    case 2:
      return Math.fround(prng.real53(gen) * 1000);
    default:
      return (prng.real53(gen) - 0.5) * 10 ** prng.int32(gen, -10, 20);
  }
}

export const randomBytes = (gen) => prng.uint8Array(gen, prng.int32(gen, 0, 12));

function randomObject(gen, depth) {
  const object = {};
  const size = prng.int32(gen, 0, 4);
  for (let i = 0; i < size; i++) {
    const key = prng.oneOf(gen, ['a', 'b', '2', '10', '', 'ключ', '😀', 'nested', '-1', '01']);
    object[key] = randomValue(gen, depth - 1, true);
  }
  return object;
}

function randomArray(gen, depth) {
  const size = prng.int32(gen, 0, 4);
  return Array.from({ length: size }, () => randomValue(gen, depth - 1, true));
}

/**
 * A value. `any` also allows what only Map.set, or the inside of an object or array, takes:
 * undefined and bigint.
 */
export function randomValue(gen, depth, any) {
  switch (prng.int32(gen, 0, any ? 9 : 7)) {
    case 0:
      return null;
    case 1:
      return prng.bool(gen);
    case 2:
    case 3:
      return randomNumber(gen);
    case 4:
      return randomText(gen, 0, 12);
    case 5:
      return depth > 0 ? randomObject(gen, depth) : {};
    case 6:
      return depth > 0 ? randomArray(gen, depth) : [];
    case 7:
      return randomBytes(gen);
    case 8:
      return undefined;
    default:
      return prng.oneOf(gen, kBigInts);
  }
}

/**
 * JSON.stringify with two differences, both the engine's: a bigint, which JavaScript refuses,
 * becomes its digits, and undefined at the top becomes null. Unpaired surrogates, which no update
 * can carry, are replaced as the encoder replaces them.
 */
export function jsonText(value) {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'string':
      return JSON.stringify(value.toWellFormed());
    case 'object':
      break;
    default:
      return JSON.stringify(value);
  }
  if (value instanceof Y.Doc) return '{}'; // a subdocument that is not loaded
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const pairs = members.map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`);
  return `{${pairs.join(',')}}`;
}

/** A text's delta as JSON; nested types as their JSON value. */
export function deltaText(delta) {
  const ops = delta.map(({ insert, ...rest }) => ({
    insert: insert instanceof Y.AbstractType ? insert.toJSON() : insert,
    ...rest,
  }));
  return jsonText(ops);
}
