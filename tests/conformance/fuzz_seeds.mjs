// Writes the named seeds of the targets that take updates into fuzz/corpus: node fuzz_seeds.mjs
//
// Updates as Yjs writes them (the golden vectors of tests/crdt/support, the documents of Yjs's own
// compatibility test), and such as nobody writes who means well: each is one thing that has broken
// an implementation, or could. In front of each stands the targets' byte of choices.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

const kCorpus = fileURLToPath(new URL('../../fuzz/corpus/', import.meta.url));
const kHuge = 2 ** 53 - 1;
const kNested = 1500; // beyond limits::depth_max

/** An update in either form: `sections` are [{client, clock, structs, count?}]. */
function write(v2, { sections = [], deletes = [], clients = sections.length }) {
  const encoder = v2 ? new Y.UpdateEncoderV2() : new Y.UpdateEncoderV1();
  const rest = encoder.restEncoder;
  encoding.writeVarUint(rest, clients);
  for (const { client = 1, clock = 0, structs, count = structs.length } of sections) {
    encoding.writeVarUint(rest, count);
    encoder.writeClient(client);
    encoding.writeVarUint(rest, clock);
    for (const struct of structs) struct(encoder);
  }
  encoding.writeVarUint(rest, deletes.length);
  for (const { client = 1, ranges, count = ranges.length } of deletes) {
    encoder.resetDsCurVal();
    encoding.writeVarUint(rest, client);
    encoding.writeVarUint(rest, count);
    for (const [clock, length] of ranges) {
      // V2 counts from the range before; what stands earlier cannot be written there.
      encoder.writeDsClock(clock);
      if (v2) encoding.writeVarUint(rest, Math.max(0, length - 1));
      else encoding.writeVarUint(rest, length);
    }
  }
  return encoder.toUint8Array();
}

const gc = (length) => (encoder) => {
  encoder.writeInfo(0);
  encoder.writeLen(length);
};
const skip = (length, info = 10) => (encoder) => {
  encoder.writeInfo(info);
  encoding.writeVarUint(encoder.restEncoder, length);
};
/** An item; `content` writes what stands behind its head. */
const item = (kind, content, { left, right, parent = 't', sub, bits = 0 } = {}) => (encoder) => {
  const head = (left ? 128 : 0) | (right ? 64 : 0) | (sub !== undefined ? 32 : 0);
  encoder.writeInfo(kind | bits | head);
  if (left) encoder.writeLeftID(Y.createID(...left));
  if (right) encoder.writeRightID(Y.createID(...right));
  if (!left && !right) {
    encoder.writeParentInfo(typeof parent === 'string');
    if (typeof parent === 'string') encoder.writeString(parent);
    else encoder.writeLeftID(Y.createID(...parent));
    if (sub !== undefined) encoder.writeString(sub);
  }
  content(encoder);
};
const text = (string, place) => item(4, (encoder) => encoder.writeString(string), place);
const deleted = (length, place) => item(1, (encoder) => encoder.writeLen(length), place);
const type = (ref, place, key) => item(7, (encoder) => {
  encoder.writeTypeRef(ref);
  if (key !== undefined) encoder.writeKey(key);
}, place);
const any = (values, place, count = values.length) => item(8, (encoder) => {
  encoder.writeLen(count);
  for (const value of values) encoder.writeAny(value);
}, place);
const json = (texts, place, count = texts.length) => item(2, (encoder) => {
  encoder.writeLen(count);
  for (const each of texts) encoder.writeString(each);
}, place);
const rawAny = (bytes, place) => item(8, (encoder) => {
  encoder.writeLen(1);
  encoding.writeUint8Array(encoder.restEncoder, Uint8Array.from(bytes));
}, place);

const one = (...structs) => ({ sections: [{ structs }] });
const nested = (open, close) =>
  rawAny([...Array.from({ length: kNested }, () => open).flat(), 126, ...(close ?? [])]);

/** What nobody writes who means well, by name. */
const kAdversarial = {
  'claims-clients': { clients: kHuge },
  'claims-structs': { sections: [{ count: kHuge, structs: [gc(1)] }] },
  'claims-length': one(gc(kHuge)),
  'claims-deleted-length': one(deleted(kHuge)),
  'claims-skip': one(skip(kHuge)),
  'claims-any-values': one(any([1], {}, kHuge)),
  'claims-json-values': one(json(['1'], {}, kHuge)),
  'claims-ranges': { deletes: [{ count: kHuge, ranges: [[0, 1]] }] },
  'claims-range-length': { deletes: [{ ranges: [[0, kHuge]] }] },
  'claims-range-end': { deletes: [{ ranges: [[kHuge, 1]] }] },
  'nested-arrays': one(nested([117, 1])),
  'nested-objects': one(nested([118, 1, 1, 107])),
  'nested-json': one(json([`${'['.repeat(kNested)}${']'.repeat(kNested)}`])),
  'ranges-overlap': { ...one(text('abcdef')), deletes: [{ ranges: [[0, 3], [1, 4]] }] },
  'ranges-unsorted': { ...one(text('abcdef')), deletes: [{ ranges: [[4, 1], [0, 2]] }] },
  'ranges-twice': { ...one(text('abcdef')), deletes: [{ ranges: [[2, 2], [2, 2]] }] },
  'ranges-of-a-client-twice': {
    ...one(text('abcdef')), deletes: [{ ranges: [[0, 2]] }, { ranges: [[1, 2]] }] },
  'range-empty': { ...one(text('abcdef')), deletes: [{ ranges: [[2, 0]] }] },
  'range-of-nobody': { deletes: [{ client: 9, ranges: [[0, 1]] }] },
  'length-0-gc': one(gc(0), text('a')),
  'length-0-deleted': one(deleted(0), text('a')),
  'length-0-text': one(text(''), text('a')),
  'length-0-any': one(any([]), text('a')),
  'length-0-json': one(json([]), text('a')),
  'length-0-skip': one(skip(0), text('a')),
  'clock-overflows': { sections: [{ clock: kHuge, structs: [gc(1)] }] },
  'clock-overflows-behind': { sections: [{ clock: kHuge - 1, structs: [gc(1), gc(1)] }] },
  'clock-and-length-overflow': { sections: [{ clock: kHuge, structs: [gc(kHuge)] }] },
  'clock-above-32-bits': { sections: [{ clock: 2 ** 32 - 2, structs: [text('ab')] }] },
  'skip-first': one(skip(3), text('a')),
  'skip-last': one(text('a'), skip(3)),
  'skip-alone': one(skip(3)),
  'skip-with-origin': one(text('a'), skip(3, 0x8a)),
  'skip-with-everything': one(text('a'), skip(3, 0xea)),
  'client-twice-from-0': { sections: [{ structs: [text('a')] }, { structs: [text('b')] }] },
  'client-twice-going-on': {
    sections: [{ structs: [text('a')] }, { clock: 1, structs: [text('b', { left: [1, 0] })] }] },
  'client-twice-interleaved': {
    sections: [{ structs: [text('a')] }, { client: 2, structs: [text('c')] },
      { clock: 1, structs: [text('b', { left: [1, 0] })] }] },
  'parent-is-itself': one(type(0, { parent: [1, 0] })),
  'parent-is-a-child': {
    sections: [{ structs: [type(0, { parent: [2, 0] })] },
      { client: 2, structs: [type(0, { parent: [1, 0] })] }] },
  'parent-is-a-text': one(text('ab'), text('c', { parent: [1, 0] })),
  'parent-is-collected': one(gc(2), text('c', { parent: [1, 0] })),
  'parent-is-deleted': { ...one(type(1), text('c', { parent: [1, 0], sub: 'k' })),
    deletes: [{ ranges: [[0, 1]] }] },
  'origin-inside-itself': one(text('abc', { left: [1, 1] })),
  'origin-is-itself': one(text('abc', { left: [1, 0] })),
  'origin-behind-itself': one(text('abc', { left: [1, 5] })),
  'right-origin-inside-itself': one(text('abc', { right: [1, 2] })),
  'origin-right-of-right-origin': one(text('abc'), text('d', { left: [1, 2], right: [1, 0] })),
  'origins-in-two-lists': one(text('a'), text('b', { parent: 'a' }),
    text('c', { left: [1, 0], right: [1, 1] })),
  'origins-wait-for-each-other': {
    sections: [{ structs: [text('a', { left: [2, 0] })] },
      { client: 2, structs: [text('b', { left: [1, 0] })] }] },
  'origin-is-collected': one(gc(1), text('a', { left: [1, 0] })),
  'type-weak-link': one(item(7, (encoder) => {
    encoder.writeTypeRef(7);
    encoding.writeUint8Array(encoder.restEncoder, Uint8Array.of(0, 1, 0, 1, 0));
  })),
  'type-9': one(type(9)),
  'type-15': one(type(15)),
  'type-unknown': one(type(8)),
  'type-huge': one(type(kHuge)),
  'kind-unknown': one(item(11, () => {})),
  'kind-31': one(item(31, () => {})),
  'client-0': { sections: [{ client: 0, structs: [text('a')] }] },
  'client-huge': { sections: [{ client: kHuge, structs: [text('a')] }] },
  'byte-order-mark': one(text('\ufeffa', { parent: '\ufeff' })),
  'zero-in-keys': one(any([1], { parent: 'm', sub: 'a\0b' }), any([2], { parent: '\0', sub: '' })),
  'key-proto': one(any([1], { parent: '__proto__', sub: '__proto__' }),
    json(['{"__proto__":{"a":1}}']), any([JSON.parse('{"__proto__":1}')])),
  'key-numbers': one(any([{ 10: 1, 9: 2, a: 3, '-1': 4 }])),
  'pair-cut': { ...one(text('a\u{1f600}b'), text('x', { left: [1, 1], right: [1, 2] })),
    deletes: [{ ranges: [[2, 1]] }] },
  'bigint-least': one(rawAny([122, 128, 0, 0, 0, 0, 0, 0, 0])),
  'number-odd': one(rawAny([125, 0xbf, 0xff, 0xff, 0xff, 0x1f]), any([-0, 1e21, NaN, 2 ** 53])),
};

/** What only bytes can say, V1 and V2. */
const kBytes = {
  'surrogate-high': [false, '01010100040101740' + '3eda0bd00'],
  'surrogate-low': [false, '010101000401017403edb08000'],
  'surrogates-apart': [false, '010201000401017403eda0bd84010003edb88000'],
  'utf8-overlong': [false, '010101000401017402c08000'],
  'utf8-cut': [false, '010101000401017402e28200'],
  'varint-padded': [false, '8100810081008000040101740161' + '00'],
  'behind-the-end': [false, '0000ffff'],
  'v2-claims-structs': [true, '00000101000001000100' + '0000'
    + '0941ffffffffffffff0f' + '01ffffffffffffff0f0000'],
  'v2-claims-a-string': [true, '0000010100000104ffffffffffffff0f610101010000010001010000'],
  'v2-claims-a-column': [true, '0000ffffffffffffff0f'],
  'v2-text-of-nothing': [true, '00000101000001040301740080010101000000010100' + '00'],
};

function goldenUpdates() {
  const header = readFileSync(new URL('../crdt/support/golden.hpp', import.meta.url), 'utf8');
  const entries = /GoldenUpdate\{\s*"([^"]*)",((?:\s*"[0-9a-f]*",?)+)\}/g;
  return [...header.matchAll(entries)].flatMap(([, what, digits]) => {
    const name = what.replaceAll(/[^a-z0-9]+/gi, '-');
    const [v1, v2] = digits.replaceAll(/"\s+"/g, '').match(/[0-9a-f]+/g);
    return [[name, false, Buffer.from(v1, 'hex')], [`${name}-v2`, true, Buffer.from(v2, 'hex')]];
  });
}

function compatibilityDocuments() {
  const tests = new URL(
    'tests/compatibility.tests.js', import.meta.resolve('yjs-13.4/package.json'));
  const texts = [...readFileSync(tests, 'utf8').matchAll(/'([A-Za-z0-9+/=]{1000,})'/g)];
  return texts.map(([, text], i) =>
    [`compatibility-${i + 1}`, false, Buffer.from(text, 'base64')]);
}

function adversarial() {
  const written = Object.entries(kAdversarial).flatMap(([name, shape]) => {
    const inOrder = (shape.deletes ?? []).every(({ ranges }) =>
      ranges.every(([clock], i) => i === 0 || clock >= ranges[i - 1][0] + ranges[i - 1][1]));
    const forms = [[name, false, write(false, shape)]];
    if (inOrder) forms.push([`${name}-v2`, true, write(true, shape)]);
    return forms;
  });
  const bytes = Object.entries(kBytes).map(([name, [v2, digits]]) =>
    [name, v2, Buffer.from(digits, 'hex')]);
  return [...written, ...bytes];
}

function save(target, name, choices, update) {
  mkdirSync(kCorpus + target, { recursive: true });
  writeFileSync(`${kCorpus}${target}/${name}`, Buffer.concat([Buffer.of(choices), update]));
}

for (const [name, v2, update] of [
  ...goldenUpdates(), ...compatibilityDocuments(), ...adversarial()]) {
  const choices = v2 ? 1 : 0;
  save('update_tools', name, choices, update);
  save('apply_update', name, choices, update);
  // The same for a document that has contents of the client already.
  if (kAdversarial[name] === undefined) continue;
  save('apply_update', `${name}-into-contents`, choices | 2, update);
}
