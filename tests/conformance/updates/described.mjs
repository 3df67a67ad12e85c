// An update as Yjs decodes it, as lines of text: compare_decode.cpp writes the same of what
// decode_update gives. Values stand as the bytes of lib0's any.

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/** JSON text cannot say all that it can be read as: -0, Infinity. */
const asWritten = (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

const kKinds = [
  [Y.ContentAny, 'any', (content) => content.arr],
  [Y.ContentJSON, 'json', (content) => content.arr.map(asWritten)],
  [Y.ContentBinary, 'binary', (content) => [content.content]],
  [Y.ContentEmbed, 'embed', (content) => [content.embed]],
  [Y.ContentFormat, 'format', (content) => [content.value], (content) => content.key],
  [Y.ContentDoc, 'doc', (content) => [content.opts], (content) => content.doc.guid],
  [Y.ContentString, 'string', () => [], (content) => content.str],
  [Y.ContentDeleted, 'deleted', () => []],
  [Y.ContentType, 'type', () => [], nameOf, typeRefOf],
];

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const textHex = (text) => hex(Buffer.from(text.toWellFormed(), 'utf8'));
const idText = (id) => (id === null ? '-' : `${id.client}:${id.clock}`);

function nameOf({ type }) {
  if (type instanceof Y.XmlElement) return type.nodeName;
  return type instanceof Y.XmlHook ? type.hookName : '';
}

/** The number that the type writes of itself. */
function typeRefOf({ type }) {
  let ref = 0;
  type._write({
    writeTypeRef: (number) => {
      ref = number;
    },
    writeKey: () => {},
  });
  return ref;
}

function parentText(parent) {
  if (parent === null) return '-';
  return typeof parent === 'string' ? `root:${textHex(parent)}` : idText(parent);
}

function anyHex(value) {
  const out = encoding.createEncoder();
  encoding.writeAny(out, value);
  return hex(encoding.toUint8Array(out));
}

function describe(struct) {
  const head = (kind) => `${kind} ${idText(struct.id)} ${struct.length}`;
  if (struct.constructor.name === 'GC') return head('gc');
  if (struct.constructor.name === 'Skip') return head('skip');
  const { content, origin, rightOrigin, parent, parentSub } = struct;
  const [, kind, values, text = () => '', ref = () => 0] = kKinds.find(
    ([of]) => content instanceof of,
  );
  const sub = parentSub === null ? '-' : `key:${textHex(parentSub)}`;
  return (
    `${head(kind)} ${idText(origin)} ${idText(rightOrigin)} ${parentText(parent)} ${sub} ` +
    `[${values(content).map(anyHex).join()}] ${textHex(text(content))} ${ref(content)}`
  );
}

/** `decode` is decodeUpdate or decodeUpdateV2. */
export function describedUpdate(update, decode) {
  const { structs, ds } = decode(update);
  const lines = structs.map(describe);
  for (const client of [...ds.clients.keys()].sort((a, b) => b - a)) {
    for (const { clock, len } of ds.clients.get(client)) {
      lines.push(`delete ${client}:${clock} ${len}`);
    }
  }
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
}
