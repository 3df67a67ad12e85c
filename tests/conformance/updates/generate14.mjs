// Cases for what Yjs 14 does in another way than Yjs 13, and for what only Yjs 14 has: id sets, id
// maps, content ids.

import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import { randomHistory } from './random_docs.mjs';
import { randomStyle, randomUpdate } from './random_updates.mjs';
import { encodeIdSet, ids, Y } from './yjs14.mjs';

const kV1 = {
  v2: false,
  merge: Y.mergeUpdates,
  diff: Y.diffUpdate,
  convert: Y.convertUpdateFormatV1ToV2,
  obfuscate: Y.obfuscateUpdate,
  stateVector: Y.encodeStateVectorFromUpdate,
  contentIds: Y.createContentIdsFromUpdate,
  intersect: Y.intersectUpdateWithContentIds,
};
const kV2 = {
  v2: true,
  merge: Y.mergeUpdatesV2,
  diff: Y.diffUpdateV2,
  convert: Y.convertUpdateFormatV2ToV1,
  obfuscate: Y.obfuscateUpdateV2,
  stateVector: Y.encodeStateVectorFromUpdateV2,
  contentIds: Y.createContentIdsFromUpdateV2,
  intersect: Y.intersectUpdateWithContentIdsV2,
};

function concat(parts) {
  const out = encoding.createEncoder();
  for (const part of parts) encoding.writeVarUint8Array(out, part);
  return encoding.toUint8Array(out);
}

function writeVarUints(out, ...numbers) {
  for (const number of numbers) encoding.writeVarUint(out, number);
}

/** Yjs keeps a client whose delete ranges were all empty; Weft has no such sets. */
function withoutEmpty(contentIds) {
  for (const [client, ranges] of contentIds.deletes.clients) {
    if (ranges.getIds().length === 0) contentIds.deletes.clients.delete(client);
  }
  return contentIds;
}

/** Ids that hit some of what updates in `style` hold. */
function randomContentIds(gen, style) {
  const set = () => {
    const result = Y.createIdSet();
    for (let n = prng.int32(gen, 0, 6); n > 0; n--) {
      const client = prng.int32(gen, 0, style.clients) * (prng.bool(gen) ? 100 : 1);
      result.add(client, prng.int32(gen, 0, style.clocks + 8), prng.int32(gen, 1, 6));
    }
    return result;
  };
  return Y.createContentIds(set(), set());
}

function addTools(cases, seed, update, vector, contentIds, tools) {
  const add = (operation, inputs, compute) =>
    cases.add(operation, tools.v2, seed, inputs, compute, 14);
  add('diff', [update, vector], () => tools.diff(update, vector));
  add('convert', [update], () => tools.convert(update));
  add('stateVector', [update], () => tools.stateVector(update));
  const options = seed % 8;
  const [formatting, subdocs, name] = [1, 2, 4].map((bit) => (options & bit) !== 0);
  add('obfuscate', [update, new Uint8Array([options])], () =>
    tools.obfuscate(update, { formatting, subdocs, name }));
  add('contentIds', [update], () => Y.encodeContentIds(withoutEmpty(tools.contentIds(update))));
  add('intersect', [update, Y.encodeContentIds(contentIds)], () =>
    tools.intersect(update, contentIds));
}

/** Updates that no document made; where Yjs writes structs of no length it has no rule for them. */
export function updatesRound(cases, seed) {
  const gen = prng.create(seed);
  for (const tools of [kV1, kV2]) {
    const style = randomStyle(gen, 1);
    const count = prng.int32(gen, 0, prng.oneOf(gen, [3, 6, 20, 100]));
    const updates = Array.from({ length: count }, () => randomUpdate(gen, style, tools.v2));
    cases.add('merge', tools.v2, seed, updates, () => tools.merge(updates), 14);
    for (const update of updates.slice(0, 6)) {
      const vector = tools.stateVector(updates[0]);
      addTools(cases, seed, update, vector, randomContentIds(gen, style), tools);
    }
  }
}

/** What documents made, merged in and out of order, and parts of it. */
export function contentRound(cases, seed) {
  const gen = prng.create(seed);
  const history = randomHistory(gen, prng.int32(gen, 1, 4), prng.oneOf(gen, [3, 10, 40]));
  const all = [...history.updates, ...history.states];
  if (all.length < 2) return;
  const pick = (n) => Array.from({ length: n }, () => prng.oneOf(gen, all));
  for (const inputs of [history.updates, pick(2), pick(5), history.states, pick(20)]) {
    cases.add('merge', false, seed, inputs, () => Y.mergeUpdates(inputs), 14);
    if (inputs.length === 0) continue;
    const merged = Y.mergeUpdates(inputs);
    const known = Y.createContentIdsFromUpdate(prng.oneOf(gen, all));
    addTools(cases, seed, merged, prng.oneOf(gen, history.vectors), known, kV1);
    const v2 = inputs.map((update) => Y.convertUpdateFormatV1ToV2(update));
    cases.add('merge', true, seed, v2, () => Y.mergeUpdatesV2(v2), 14);
    addTools(cases, seed, Y.mergeUpdatesV2(v2), prng.oneOf(gen, history.vectors), known, kV2);
    addContents(cases, seed, gen, merged, prng.oneOf(gen, all));
  }
}

function addContents(cases, seed, gen, one, two) {
  const attributes = randomAttributes(gen);
  const filter = (attrs) => attrs.some(({ name }) => name === 'a');
  cases.add('contents', false, seed, [one, two, encodeAttributes(attributes)], () => {
    const [a, b] = [one, two].map(Y.createContentIdsFromUpdate);
    const map = Y.createContentMapFromContentIds(a, attributes);
    const other = Y.createContentMapFromContentIds(b, attributes.slice(1), attributes.slice(0, 1));
    const merged = Y.mergeContentMaps([map, other]);
    return concat([
      ...[a, b, Y.mergeContentIds([a, b]), Y.excludeContentIds(a, b), Y.intersectContentIds(b, a),
        Y.createContentIdsFromContentMap(merged),
        Y.decodeContentIds(Y.encodeContentIds(a))].map(Y.encodeContentIds),
      ...[map, other, merged, Y.excludeContentMap(merged, b), Y.excludeContentMap(merged, map),
        Y.intersectContentMap(merged, a), Y.intersectContentMap(map, other),
        Y.filterContentMap(merged, filter, () => true),
        Y.decodeContentMap(Y.encodeContentMap(merged))].map(Y.encodeContentMap),
    ]);
  }, 14);
}

function randomAttributes(gen) {
  return Array.from({ length: prng.int32(gen, 1, 5) }, () =>
    Y.createContentAttribute(
      prng.oneOf(gen, ['a', 'b', '']),
      prng.oneOf(gen, [1, 'x', null, undefined, 0.5, { k: [1, 2] }, 5n, -0, true]),
    ));
}

function encodeAttributes(attributes) {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, attributes.length);
  for (const { name, val } of attributes) {
    encoding.writeVarString(out, name);
    encoding.writeAny(out, val);
  }
  return encoding.toUint8Array(out);
}

function idSetCase(cases, seed, gen) {
  const program = encoding.createEncoder();
  const draw = () => [prng.int32(gen, 0, 2), prng.int32(gen, 0, 30), prng.int32(gen, 1, 8)];
  const steps = Array.from({ length: prng.int32(gen, 0, 20) }, () => [
    prng.int32(gen, 0, 1),
    ...draw(),
  ]);
  const query = draw();
  writeVarUints(program, steps.length, ...steps.flat(), ...query);
  cases.add('idSets', true, seed, [encoding.toUint8Array(program)], () => {
    const sets = [Y.createIdSet(), Y.createIdSet()];
    for (const [set, ...range] of steps) sets[set].add(...range);
    const [a, b] = sets;
    const results = [a, b, Y.mergeIdSets([a, b]), Y.diffIdSet(a, b), ids.intersectSets(a, b)];
    const parts = results.map(encodeIdSet);
    const pieces = encoding.createEncoder();
    for (const { clock, len, exists } of a.slice(...query)) {
      writeVarUints(pieces, clock, len, exists ? 1 : 0);
    }
    parts.push(encoding.toUint8Array(pieces), new Uint8Array([a.has(query[0], query[1]) ? 1 : 0]));
    a.delete(...query);
    Y.insertIntoIdSet(b, a);
    return concat([...parts, encodeIdSet(a), encodeIdSet(b)]);
  }, 14);
}

/** Maps made step by step: when a map is looked at shows in the order of its attributes. */
function idMapCase(cases, seed, gen) {
  const attributes = randomAttributes(gen);
  const out = encoding.createEncoder();
  encoding.writeUint8Array(out, encodeAttributes(attributes));
  const draw = () => [prng.int32(gen, 0, 1) * 300, prng.int32(gen, 0, 30), prng.int32(gen, 1, 8)];
  const steps = Array.from({ length: prng.int32(gen, 0, 25) }, () => {
    const kind = prng.oneOf(gen, [0, 0, 0, 0, 0, 1, 2, 3]);
    const map = prng.int32(gen, 0, 1);
    const chosen = attributes.map((_, i) => i).filter(() => prng.bool(gen));
    return { kind, map, range: draw(), chosen };
  });
  encoding.writeVarUint(out, steps.length);
  for (const { kind, map, range, chosen } of steps) {
    writeVarUints(out, kind, map, ...range, chosen.length, ...chosen);
  }
  const query = draw();
  writeVarUints(out, ...query);
  cases.add('idMaps', true, seed, [encoding.toUint8Array(out)], () =>
    idMapResults(attributes, steps, query), 14);
}

function idMapResults(attributes, steps, query) {
  const maps = [Y.createIdMap(), Y.createIdMap()];
  for (const { kind, map, range, chosen } of steps) {
    const own = maps[map];
    if (kind === 0) own.add(...range, chosen.map((i) => attributes[i]));
    if (kind === 1) own.has(range[0], range[1]);
    if (kind === 2) own.delete(...range);
    if (kind === 3) Y.insertIntoIdMap(own, maps[1 - map]);
  }
  const [a, b] = maps;
  const setOf = (map) => {
    const set = Y.createIdSet();
    map.forEach((range, client) => set.add(client, range.clock, range.len));
    return set;
  };
  const copy = Y.createContentAttribute(attributes[0].name, attributes[0].val);
  const diffed = Y.diffIdMap(a, b);
  diffed.add(...query, [copy]);
  const common = ids.intersectMaps(a, b);
  common.add(...query, [copy]);
  const merged = Y.mergeIdMaps([a, b]);
  const slices = Y.createIdMap();
  const missing = Y.createIdSet();
  for (const { clock, len, attrs } of a.slice(...query)) {
    if (attrs === null) missing.add(0, clock, len);
    else slices.add(0, clock, len, attrs);
  }
  return concat([
    ...[a, b, merged, diffed, common, Y.diffIdMap(b, setOf(a)), ids.intersectMaps(b, setOf(a)),
      slices,
      Y.filterIdMap(merged, (attrs) => attrs.some(({ name }) => name === 'a')),
      Y.createIdMapFromIdSet(setOf(merged), [...attributes, attributes[0], copy]),
      Y.decodeIdMap(Y.encodeIdMap(merged))].map(Y.encodeIdMap),
    encodeIdSet(setOf(merged)), encodeIdSet(missing),
  ]);
}

export function idsRound(cases, seed) {
  const gen = prng.create(seed);
  idSetCase(cases, seed, gen);
  idMapCase(cases, seed, gen);
}
