// Documents edited at random by several users of Yjs, and the updates that come of it: each edit's
// own, whole states, and differences since earlier states.

import * as prng from 'lib0/prng';
import * as Y from 'yjs';

const kTexts = [
  'a',
  'b',
  'hello',
  ' world',
  'ä',
  '€uro',
  '😀',
  'a😀b',
  '👨‍👩‍👧',
  '\ud83d',
  '\ude00x',
  '\n',
  '',
];
const kKeys = ['k', 'key', '1', '02', '', '😀', '__proto__'];
const kNames = ['t', 'a', 'm', 'x', ''];

/** A value that Yjs takes; `undefined` and BigInt only where a map holds it. */
function randomValue(gen, depth = 0, inMap = false) {
  const kind = prng.int32(gen, 0, depth > 2 ? 9 : 12);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return prng.bool(gen);
    case 2:
      return prng.int32(gen, -200, 200);
    case 3:
      return prng.oneOf(gen, [2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 53 - 1, 1e21]);
    case 4:
      return prng.oneOf(gen, [0.5, 0.1, -0, NaN, Infinity, -1.5e-7, 1e300, 5e-324]);
    case 5:
      return prng.oneOf(
        gen,
        kTexts.filter((text) => !/^[\ud800-\udfff]/.test(text)),
      );
    case 6:
      return prng.real53(gen);
    case 7:
      return inMap ? undefined : 'x';
    case 8:
      return inMap ? 2n ** 62n - 5n : 7;
    case 9:
      return new Uint8Array([1, 2, prng.int32(gen, 0, 255)]);
    case 10:
    case 11:
      return Array.from({ length: prng.int32(gen, 0, 3) }, () => randomValue(gen, depth + 1));
    default: {
      const object = {};
      for (let n = prng.int32(gen, 0, 4); n > 0; n--) {
        object[prng.oneOf(gen, ['b', 'a', '2', '1', 'z😀'])] = randomValue(gen, depth + 1, inMap);
      }
      return object;
    }
  }
}

/** Values that JSON can say, for formats and embeds. */
function randomJson(gen) {
  return prng.oneOf(gen, [
    true,
    null,
    'red',
    '#ff0000',
    1.5,
    -0,
    1e21,
    { image: 'u', w: 1.5 },
    { b: 1, a: [1, 'x', null], 2: {}, 1: '\u0001"\\/\ud83d' },
    ['😀', ''],
  ]);
}

function randomType(gen) {
  switch (prng.int32(gen, 0, 5)) {
    case 0:
      return new Y.Text('nested');
    case 1:
      return new Y.Array();
    case 2:
      return new Y.Map([['k', 1]]);
    case 3:
      return new Y.XmlElement(prng.oneOf(gen, ['div', 'p', '']));
    case 4:
      return new Y.XmlHook('hook');
    default:
      return new Y.Doc(
        prng.oneOf(gen, [{ guid: 'G' }, { guid: 'H', autoLoad: true, gc: false, meta: { a: 1 } }]),
      );
  }
}

function editText(gen, text) {
  const at = prng.int32(gen, 0, text.length);
  const rest = text.length - at;
  switch (prng.int32(gen, 0, 6)) {
    case 0:
    case 1:
    case 2:
      return text.insert(at, prng.oneOf(gen, kTexts));
    case 3:
      return text.delete(at, prng.int32(gen, 0, Math.min(rest, 8)));
    case 4:
      return text.format(at, prng.int32(gen, 0, Math.min(rest, 6)), {
        [prng.oneOf(gen, ['bold', 'color'])]: randomJson(gen),
      });
    case 5:
      return text.insertEmbed(at, randomJson(gen) ?? {});
    default:
      return text.insert(at, 'fmt', { bold: prng.bool(gen) ? true : null });
  }
}

function editArray(gen, array) {
  const at = prng.int32(gen, 0, array.length);
  switch (prng.int32(gen, 0, 4)) {
    case 0:
    case 1:
      return array.insert(
        at,
        Array.from({ length: prng.int32(gen, 1, 3) }, () => randomValue(gen)),
      );
    case 2:
      return array.insert(at, [randomType(gen)]);
    case 3:
      return array.push([prng.int32(gen, 0, 9)]);
    default:
      return array.delete(at, prng.int32(gen, 0, Math.min(array.length - at, 4)));
  }
}

function editMap(gen, map) {
  const key = prng.oneOf(gen, kKeys);
  switch (prng.int32(gen, 0, 3)) {
    case 0:
      return map.delete(key);
    case 1:
      return map.set(key, randomType(gen));
    default:
      return map.set(key, randomValue(gen, 0, true));
  }
}

function editXml(gen, fragment) {
  const at = prng.int32(gen, 0, fragment.length);
  if (prng.bool(gen)) {
    const child = prng.bool(gen) ? new Y.XmlElement('p') : new Y.XmlText('text');
    fragment.insert(at, [child]);
    if (child instanceof Y.XmlElement) child.setAttribute('id', 'q');
  } else {
    fragment.delete(at, Math.min(1, fragment.length - at));
  }
}

function edit(gen, doc) {
  switch (prng.int32(gen, 0, 9)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return editText(gen, doc.getText(prng.oneOf(gen, ['t', ''])));
    case 4:
    case 5:
      return editArray(gen, doc.getArray('a'));
    case 6:
    case 7:
      return editMap(gen, doc.getMap('m'));
    default:
      return editXml(gen, doc.getXmlFragment('x'));
  }
}

function drawClient(gen, n) {
  return prng.oneOf(gen, [n, n + 1, prng.uint32(gen, 0, 2 ** 32 - 1), 2 ** 53 - 1 - n, 127 + n]);
}

/**
 * Lets `users` edit and exchange updates (some get lost for a while) for `steps` steps.
 * Without `collect` no document ever makes a GC.
 * Returns {updates, states, vectors}, V1: emitted updates, whole and partial states, vectors.
 */
export function randomHistory(gen, users, steps, collect = true) {
  const clients = new Set();
  while (clients.size < users) clients.add(drawClient(gen, clients.size));
  const docs = [...clients].map((client) => {
    const doc = new Y.Doc({ gc: collect && prng.int32(gen, 0, 3) > 0 });
    doc.clientID = client;
    return doc;
  });
  const updates = [];
  const states = [];
  const vectors = [new Uint8Array([0])];
  const inboxes = docs.map(() => []);
  docs.forEach((doc, from) =>
    doc.on('update', (update, _origin, _doc, transaction) => {
      updates.push(update);
      if (!transaction.local) return;
      inboxes.forEach((inbox, to) => to !== from && inbox.push(update));
    }),
  );
  for (let step = 0; step < steps; step++) {
    const user = prng.int32(gen, 0, users - 1);
    const doc = docs[user];
    doc.transact(() => {
      for (let n = prng.int32(gen, 1, 4); n > 0; n--) edit(gen, doc);
    });
    const inbox = inboxes[prng.int32(gen, 0, users - 1)];
    if (inbox.length > 0 && prng.bool(gen)) {
      const [update] = inbox.splice(prng.int32(gen, 0, inbox.length - 1), 1);
      Y.applyUpdate(docs[inboxes.indexOf(inbox)], update);
    }
    if (prng.int32(gen, 0, 5) === 0) vectors.push(Y.encodeStateVector(doc));
    if (prng.int32(gen, 0, 7) === 0) {
      states.push(Y.encodeStateAsUpdate(doc, prng.oneOf(gen, vectors)));
    }
  }
  for (const doc of docs) {
    states.push(Y.encodeStateAsUpdate(doc));
    vectors.push(Y.encodeStateVector(doc));
  }
  return { updates, states, vectors };
}
