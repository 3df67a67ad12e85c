// Suggestions to the second half of a user's updates, at random: edits at places that count what is
// shown with marks, and parts of the difference accepted and rejected. suggestions.cpp does the
// same with the engine, call by call.

import * as prng from 'lib0/prng';
import { delta, encodeIdSet, Y } from '../updates/yjs14.mjs';

const kSteps = 24;
const kRoots = ['array', 'map', 'xml', 'text'];
const kMarks = [
  undefined,
  { bold: true },
  { italic: true },
  { bold: null },
  { link: { to: 'x', tags: ['a'] } },
  { link: { to: 'y' } },
];

function docOf(updates, clientId, gc) {
  const doc = new Y.Doc({ gc });
  for (const update of updates) Y.applyUpdate(doc, update);
  doc.clientID = clientId;
  for (const name of kRoots) doc.get(name);
  return doc;
}

/** The units that a reader of the type is shown. */
const shownLength = (type, manager) =>
  [...type.toDelta(manager).children].reduce((sum, op) => sum + op.length, 0);

function randomEdit(type, manager, gen) {
  const length = shownLength(type, manager);
  const at = prng.int32(gen, 0, length);
  const count = Math.min(prng.int32(gen, 0, 4), length - at);
  const change = delta.create().retain(at);
  const format = structuredClone(prng.oneOf(gen, kMarks));
  switch (prng.int32(gen, 0, 4)) {
    case 0:
      change.insert(prng.word(gen, 1, 3), format);
      break;
    case 1:
      change.insert([prng.int32(gen, 0, 9), null], format);
      break;
    case 2:
      change.retain(count, format);
      break;
    case 3:
      change.delete(count).insert('d');
      break;
    default:
      change.delete(count);
  }
  type.applyDelta(change, manager);
}

/** An id of the document, drawn among all of a client. */
function randomId(doc, gen) {
  const vector = Y.decodeStateVector(Y.encodeStateVector(doc));
  const clients = [...vector.keys()].sort((a, b) => a - b);
  if (clients.length === 0) return null;
  const client = prng.oneOf(gen, clients);
  return Y.createID(client, prng.int32(gen, 0, vector.get(client) - 1));
}

const isCollected = (doc, id) => !doc.store.getItem(id).isItem;

function decide(previous, next, manager, gen) {
  const start = randomId(next, gen);
  const single = prng.bool(gen);
  const end = randomId(next, gen);
  const accepts = prng.bool(gen);
  if (start === null || isCollected(next, start) || isCollected(next, end)) return;
  const until = single ? start : end;
  if (accepts) manager.acceptChanges(start, until);
  else manager.rejectChanges(start, until);
}

/** Yjs says that the client id was drawn anew, since it takes its own undo for a remote change. */
function quietly(body) {
  const { log } = console;
  console.log = () => {};
  body();
  console.log = log;
}

/** What both documents hold after each step, and what readers are shown. */
export function suggestionTexts(updates, seed, gc, stateText, shownText) {
  const gen = prng.create(seed);
  const previous = docOf(updates.slice(0, Math.floor(updates.length / 2)), 1001, false);
  const next = docOf(updates, 1002, gc);
  const manager = Y.createAttributionManagerFromDiff(previous, next);
  let told = '';
  manager.on('change', (ids, _origin, local) => {
    told += `${Buffer.from(encodeIdSet(ids)).toString('hex')}${local ? '' : ' remote'} `;
  });
  const texts = [];
  for (let step = 0; step < kSteps; step++) {
    const name = prng.oneOf(gen, kRoots);
    const action = prng.int32(gen, 0, 9);
    if (action === 0) manager.suggestionMode = !manager.suggestionMode;
    else if (action === 1) randomEdit(previous.get(name), undefined, gen);
    else if (action < 4) decide(previous, next, manager, gen);
    else randomEdit(next.get(name), manager, gen);
    const states = [previous, next].map((doc) => stateText(Y.encodeStateAsUpdate(doc)));
    const shown = kRoots.map((root) => JSON.stringify(next.get(root).toDeltaDeep(manager)));
    texts.push(`${action}:${states.join(':')}:${shownText(`${shown.join('\n')}${told}`)}`);
    told = '';
  }
  if (prng.bool(gen)) manager.acceptAllChanges();
  else quietly(() => manager.rejectAllChanges());
  texts.push([previous, next].map((doc) => stateText(Y.encodeStateAsUpdate(doc))).join(':'));
  manager.destroy();
  return texts.join(' ');
}
