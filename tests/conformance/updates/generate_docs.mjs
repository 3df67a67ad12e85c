// Cases for documents of Yjs 14: updates that arrive late, twice, in parts and with holes, and what
// the document emits and holds after each.
//   inputs   := options (1: collects garbage), then encoding, update and vector of each arrival
//   expected := for each arrival that Yjs took: emitted V1 updates, emitted V2 updates, then the
//               state in V1 and V2, the state since that vector, the state vector

import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import { randomHistory } from './random_docs.mjs';
import { randomStyle, randomUpdate } from './random_updates.mjs';
import { Y } from './yjs14.mjs';

const kOwnClient = 4_242_424_242_424;

/** What arrives: parts of the history, whole and merged, each perhaps more than once. */
function arrivals(gen, { updates, states }) {
  const result = [];
  const all = [...updates, ...states];
  const pick = () => prng.oneOf(gen, prng.int32(gen, 0, 9) === 0 ? all : updates);
  for (let n = prng.int32(gen, 1, updates.length + 4); n > 0; n--) {
    switch (prng.int32(gen, 0, 4)) {
      case 0:
        result.push(Y.mergeUpdates([pick(), pick(), pick()]));
        break;
      case 1:
        result.push(Y.mergeUpdates(updates.filter(() => prng.int32(gen, 0, 2) > 0)));
        break;
      default:
        result.push(pick());
    }
  }
  if (prng.bool(gen)) result.push(Y.mergeUpdates(updates));
  return result;
}

function documentCase(cases, seed, gen, updates, vectors) {
  const gc = prng.int32(gen, 0, 3) > 0;
  const inputs = [new Uint8Array([gc ? 1 : 0])];
  const expected = encoding.createEncoder();
  const doc = new Y.Doc({ gc });
  doc.clientID = kOwnClient;
  const emitted = { update: [], updateV2: [] };
  for (const name of Object.keys(emitted)) {
    doc.on(name, (update) => emitted[name].push(update));
  }
  for (const update of updates) {
    const v2 = prng.int32(gen, 0, 3) === 0;
    const input = v2 ? Y.convertUpdateFormatV1ToV2(update) : update;
    const vector = prng.oneOf(gen, [...vectors, Y.encodeStateVector(doc)]);
    try {
      (v2 ? Y.applyUpdateV2 : Y.applyUpdate)(doc, input);
    } catch {
      break; // half of the update may be there, which a caller of Weft never sees
    }
    inputs.push(new Uint8Array([v2 ? 2 : 1]), input, vector);
    for (const list of Object.values(emitted)) {
      encoding.writeVarUint(expected, list.length);
      for (const one of list.splice(0)) encoding.writeVarUint8Array(expected, one);
    }
    for (const part of [
      Y.encodeStateAsUpdate(doc),
      Y.encodeStateAsUpdateV2(doc),
      Y.encodeStateAsUpdate(doc, vector),
      Y.encodeStateVector(doc),
    ]) {
      encoding.writeVarUint8Array(expected, part);
    }
  }
  cases.add('document', false, seed, inputs, () => encoding.toUint8Array(expected), 14);
}

export function documentRound(cases, seed) {
  const gen = prng.create(seed);
  const history = randomHistory(gen, prng.int32(gen, 1, 4), prng.oneOf(gen, [3, 10, 30]));
  if (history.updates.length > 0) {
    for (let n = 0; n < 4; n++) {
      documentCase(cases, seed, gen, arrivals(gen, history), history.vectors);
    }
  }
  for (let n = 0; n < 10; n++) {
    const style = { ...randomStyle(gen, 1), sorted: true, near: true };
    const updates = Array.from({ length: prng.int32(gen, 1, 12) }, () =>
      randomUpdate(gen, style, false),
    );
    documentCase(cases, seed, gen, updates, [new Uint8Array([0])]);
  }
}
