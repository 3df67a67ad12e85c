// Updates that no document ever made: structs of every kind at random clocks, sections in any order
// and twice, holes, overlaps, GC and Item at one id, values and JSON text in forms that Yjs itself
// would not write. All of them are such that Yjs reads them without an error.

import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import { UpdateEncoderV1, UpdateEncoderV2 } from 'yjs';

const kTexts = ['', 'a', 'bc', 'hello', 'ä€', '😀', 'x😀y', '😀😀'];
const kJson = [
  '1',
  ' 1.0 ',
  'null',
  '"x"',
  '{"b":1, "a":2,"1":3}',
  '"\\u00e9\\ud83d"',
  '[1e2,-0]',
  '"\\ud83d\\ude00"',
  '{"a":1,"a":2}',
  '1e400',
  '{"__proto__":1}',
];

const kObjectKeys = ['b', 'a', '2', '1', '01', '4294967294', '4294967295', '__proto__', ''];

/** What `__proto__` is set to; no Uint8Array, through which assignments go strange ways. */
function writePrototype(gen, out) {
  encoding.writeAny(out, prng.oneOf(gen, [null, null, {}, [1], true, { a: null }]));
}

/** An `any` value, often not in the form that lib0 writes. */
function writeOddAny(gen, out, depth = 0) {
  const kind = prng.int32(gen, 0, depth > 2 ? 8 : 10);
  const u8 = (byte) => encoding.writeUint8(out, byte);
  switch (kind) {
    case 0:
      return u8(prng.oneOf(gen, [127, 126, 121, 120]));
    case 1:
      u8(125);
      return encoding.writeVarInt(
        out,
        prng.oneOf(gen, [0, -0, 5, -64, 2 ** 31 - 1, 2 ** 31, -(2 ** 40), 2 ** 53 - 1]),
      );
    case 2:
      u8(124);
      return encoding.writeFloat32(out, prng.oneOf(gen, [0, -0, 1, 0.5, 3e9, Infinity]));
    case 3:
      u8(123);
      return encoding.writeFloat64(
        out,
        prng.oneOf(gen, [0, -0, 1, 0.5, 0.1, 3e9, 2 ** 53, -Infinity, 1e-7]),
      );
    case 4:
      u8(122);
      return encoding.writeBigInt64(out, prng.oneOf(gen, [0n, -1n, 2n ** 63n - 1n]));
    case 5:
    case 6:
      u8(119);
      return encoding.writeVarString(out, prng.oneOf(gen, kTexts));
    case 7:
      u8(116);
      return encoding.writeVarUint8Array(out, new Uint8Array([1, 2, 3]));
    case 8:
      return u8(126);
    case 9: {
      u8(117);
      const count = prng.int32(gen, 0, 3);
      encoding.writeVarUint(out, count);
      for (let i = 0; i < count; i++) writeOddAny(gen, out, depth + 1);
      return;
    }
    default: {
      u8(118);
      const count = prng.int32(gen, 0, prng.oneOf(gen, [2, 4, 12]));
      encoding.writeVarUint(out, count);
      for (let i = 0; i < count; i++) {
        const key = prng.oneOf(gen, kObjectKeys);
        encoding.writeVarString(out, key);
        if (key === '__proto__') writePrototype(gen, out);
        else writeOddAny(gen, out, depth + 1);
      }
    }
  }
}

function writeOptions(gen, out) {
  const options = prng.oneOf(gen, [
    [],
    [['gc', 121]],
    [
      ['autoLoad', 120],
      ['gc', 121],
    ],
    [['gc', 120]],
    [['meta', 126]],
    [
      ['meta', 127],
      ['shouldLoad', 120],
    ],
    [
      ['meta', 120],
      ['encoding', 126],
    ],
    [
      ['autoLoad', 121],
      ['gc', 126],
    ],
  ]);
  encoding.writeUint8(out, 118);
  encoding.writeVarUint(out, options.length);
  for (const [key, value] of options) {
    encoding.writeVarString(out, key);
    encoding.writeUint8(out, value);
  }
}

function writeValue(gen, to, v2) {
  if (v2) {
    // JSON.stringify refuses undefined and BigInt, which a conversion to V1 would meet.
    encoding.writeAny(
      to.restEncoder,
      prng.oneOf(gen, [
        true,
        null,
        'x',
        0.1,
        2 ** 40,
        { b: 1, a: ['😀', new Uint8Array([5])] },
        NaN,
        -0,
      ]),
    );
  } else {
    to.writeString(prng.oneOf(gen, kJson));
  }
}

/** Writes content of `ref` and returns its length, from `least` to `most`. */
function writeContent(gen, to, ref, v2, least, most) {
  switch (ref) {
    case 1: {
      const length = prng.int32(gen, 1, Math.min(6, most));
      to.writeLen(length);
      return length;
    }
    case 2: {
      const length = prng.int32(gen, least, Math.min(4, most));
      to.writeLen(length);
      for (let i = 0; i < length; i++)
        to.writeString(prng.bool(gen) ? 'undefined' : prng.oneOf(gen, kJson));
      return length;
    }
    case 3:
      to.writeBuf(new Uint8Array(prng.int32(gen, 0, 3)));
      return 1;
    case 4: {
      const texts = v2 ? [...kTexts, '\ud83d', '\ude00', 'z\ud83d', '\ude00z'] : kTexts;
      const text = prng.oneOf(
        gen,
        texts.filter(({ length }) => length >= least && length <= most),
      );
      to.writeString(text);
      return text.length;
    }
    case 5:
      writeValue(gen, to, v2);
      return 1;
    case 6:
      to.writeKey(prng.oneOf(gen, ['bold', '', 'k😀']));
      writeValue(gen, to, v2);
      return 1;
    case 7: {
      const type = prng.int32(gen, 0, 6);
      to.writeTypeRef(type);
      if (type === 3 || type === 5) to.writeKey('name');
      return 1;
    }
    case 8: {
      const length = prng.int32(gen, least, Math.min(4, most));
      to.writeLen(length);
      for (let i = 0; i < length; i++) writeOddAny(gen, to.restEncoder);
      return length;
    }
    default:
      to.writeString('guid');
      writeOptions(gen, to.restEncoder);
      return 1;
  }
}

const randomId = (gen, style) =>
  style.near
    ? { client: 100 * prng.int32(gen, 0, style.clients), clock: prng.int32(gen, 0, 15) }
    : { client: prng.int32(gen, 0, 300), clock: prng.int32(gen, 0, 40) };

function writeItem(gen, to, ref, v2, style) {
  const info = prng.int32(gen, 0, 7) << 5;
  to.writeInfo(info | ref);
  if (info & 0x80) to.writeLeftID(randomId(gen, style));
  if (info & 0x40) to.writeRightID(randomId(gen, style));
  if ((info & 0xc0) === 0) {
    const isRoot = prng.bool(gen);
    to.writeParentInfo(isRoot);
    if (isRoot) to.writeString(prng.oneOf(gen, ['t', '', '😀']));
    else to.writeLeftID(randomId(gen, style));
    if (info & 0x20) to.writeString(prng.oneOf(gen, ['k', '']));
  }
  const most = style.near && (info & 0xc0) === 0 ? 1 : 100;
  return writeContent(gen, to, ref, v2, style.least, most);
}

function writeStruct(gen, to, style, v2) {
  const kind = prng.int32(gen, 0, 99);
  if (kind < style.gc) {
    const length = prng.int32(gen, kind === 0 ? style.least : 1, 6);
    to.writeInfo(v2 || prng.bool(gen) ? 0 : 0x80);
    to.writeLen(length);
    return length;
  }
  if (kind < style.gc + style.skip) {
    const length = prng.int32(gen, 1, 5);
    to.writeInfo(10);
    encoding.writeVarUint(to.restEncoder, length);
    return length;
  }
  const ref = kind < style.gc + style.skip + style.text ? 4 : prng.int32(gen, 1, 9);
  return writeItem(gen, to, ref, v2, style);
}

function writeDeletes(gen, to, v2) {
  const clients = prng.int32(gen, 0, 3);
  encoding.writeVarUint(to.restEncoder, clients);
  for (let i = 0; i < clients; i++) {
    to.resetDsCurVal();
    encoding.writeVarUint(to.restEncoder, prng.int32(gen, 0, 4));
    const ranges = prng.int32(gen, 0, 3);
    encoding.writeVarUint(to.restEncoder, ranges);
    let clock = 0;
    for (let j = 0; j < ranges; j++) {
      clock = v2 ? clock + prng.int32(gen, 0, 3) : prng.int32(gen, 0, 20);
      const length = prng.int32(gen, v2 ? 1 : 0, 4);
      to.writeDsClock(clock);
      to.writeDsLen(length);
      clock += length;
    }
  }
}

/**
 * How alike the updates of one merge are: few clients and low clocks overlap all the time. `least`:
 * 0 lets some structs have no length. `near` may be set for documents: ids that exist, and no
 * struct with a parent of its own that two updates can disagree about in its middle.
 */
export function randomStyle(gen, least = 0) {
  return {
    least,
    clients: prng.oneOf(gen, [1, 2, 4]),
    clocks: prng.oneOf(gen, [0, 3, 12]),
    sections: prng.oneOf(gen, [1, 1, 2, 4]),
    structs: prng.oneOf(gen, [1, 2, 6]),
    gc: prng.oneOf(gen, [0, 10, 50]),
    skip: prng.oneOf(gen, [0, 10, 30]),
    text: prng.oneOf(gen, [0, 30, 60]),
    sorted: prng.int32(gen, 0, 3) > 0,
  };
}

export function randomUpdate(gen, style, v2) {
  const to = v2 ? new UpdateEncoderV2() : new UpdateEncoderV1();
  const count = prng.int32(gen, 0, style.sections);
  const clients = Array.from({ length: count }, () => prng.int32(gen, 0, style.clients - 1) * 100);
  const sections = style.sorted ? [...new Set(clients)].sort((a, b) => b - a) : clients;
  encoding.writeVarUint(to.restEncoder, sections.length);
  for (const client of sections) {
    const structs = prng.int32(gen, style.sorted ? 1 : 0, style.structs);
    encoding.writeVarUint(to.restEncoder, structs);
    to.writeClient(client);
    encoding.writeVarUint(to.restEncoder, prng.int32(gen, 0, style.clocks));
    for (let i = 0; i < structs; i++) writeStruct(gen, to, style, v2);
  }
  writeDeletes(gen, to, v2);
  return to.toUint8Array();
}
