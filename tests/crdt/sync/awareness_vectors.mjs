// Writes awareness_vectors.hpp: what a y-protocols Awareness without a state of its own makes of a
// seeded stream of awareness updates. `node awareness_vectors.mjs > awareness_vectors.hpp`
//
// Left out is the one case in which Weft differs on purpose: a state that returns with the clock
// that it had when it was removed.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../clients/package.json', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const Y = await load('yjs');
const protocol = await load('y-protocols/awareness');
const encoding = await load('lib0/encoding');
const manifest = require.resolve('y-protocols/awareness').replace(/\/(dist\/)?awareness\..*/, '');
const { version } = JSON.parse(readFileSync(`${manifest}/package.json`, 'utf8'));

let seed = 20;
function random(below) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor(seed / 2 ** 32 * below);
}

const kClients = [1, 7, 300, 70_000, 2 ** 32 - 1, 2 ** 53 - 1];
const kStates = [{}, { name: 'a' }, { user: { name: 'Zoë 🧵', color: '#fff' }, cursor: null },
  [1.5], 'text', true];

const doc = new Y.Doc();
const server = new protocol.Awareness(doc);
server.setLocalState(null);
server.meta.delete(doc.clientID);
let event = null;
server.on('update', (changes) => {
  event = changes;
});

function entry() {
  const client = kClients[random(kClients.length)];
  const known = server.meta.get(client)?.clock ?? 0;
  const present = server.states.has(client);
  const clock = Math.max(0, known + [-1, 0, 0, 1, 1, 1, 5][random(7)]);
  const state = random(4) === 0 ? null : kStates[random(kStates.length)];
  const returns = clock === known && !present && state !== null && server.meta.has(client);
  return returns ? null : [client, clock, state];
}

function update(entries) {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const [client, clock, state] of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
  }
  return encoding.toUint8Array(encoder);
}

/** A C++ literal, in lines of at most 80 digits. */
function hex(bytes) {
  const lines = Buffer.from(bytes).toString('hex').match(/.{1,80}/g) ?? [''];
  return lines.map((line) => `"${line}"`).join(`\n${' '.repeat(10)}`);
}
const sorted = (ids) => [...ids].sort((a, b) => a - b);

function states() {
  return protocol.encodeAwarenessUpdate(server, sorted(server.states.keys()));
}

console.log(`// What y-protocols ${version} makes of awareness updates, from awareness_vectors.mjs.
#pragma once

#include <array>

namespace weft::test {

struct AwarenessStep {
  const char* update;
  const char* changed;  // clients, as varuints in ascending order: what y-protocols tells of
  const char* states;   // all states afterwards, clients ascending
};

// clang-format off
inline constexpr std::array kAwarenessSteps = {`);
for (let step = 0; step < 80; step++) {
  const entries = [];
  const chosen = new Set();
  for (let i = random(3); i >= 0; i--) {
    const made = entry();
    if (made === null || chosen.has(made[0])) continue;
    chosen.add(made[0]);
    entries.push(made);
  }
  const bytes = update(entries);
  event = null;
  protocol.applyAwarenessUpdate(server, bytes, 'peer');
  const { added, updated, removed } = event ?? { added: [], updated: [], removed: [] };
  const changed = encoding.createEncoder();
  for (const id of sorted([...added, ...updated, ...removed])) encoding.writeVarUint(changed, id);
  const told = hex(encoding.toUint8Array(changed));
  const rows = [hex(bytes), told, hex(states())];
  console.log(`    AwarenessStep{\n${rows.map((row) => `          ${row},`).join('\n')}\n    },`);
}
console.log(`};

// States, and of which others y-protocols tells as changed: row by row, 1 where it does.
inline constexpr std::array kAwarenessTexts = {`);
const kTexts = ['{}', '[]', '{"a":1,"b":[{"c":null,"d":2}]}', '{"b":[{"d":2,"c":null}],"a":1}',
  '{"a":1,"b":[{"c":null}]}', '{"a":1,"b":[{"c":0,"d":2}]}', '{ "a":1.0, "b":[{"c":null,"d":2e0}]}',
  '0', '-0', '1', '"1"', 'true', '[1,[2,{}]]', '[1,[2,[]]]', '[1]', '{"0":1}', '"\\u0061"', '"a"',
  '{"a":{"x":1,"y":2},"b":0}', '{"b":0,"a":{"y":2,"x":1}}', '{"a":1,"a":2}', '{"a":2}'];
function told(before, after) {
  const peer = new protocol.Awareness(new Y.Doc());
  let changed = [];
  peer.on('change', ({ updated }) => {
    changed = updated;
  });
  for (const [text, clock] of [[before, 1], [after, 2]]) {
    const encoder = encoding.createEncoder();
    for (const number of [1, 7, clock]) encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, text);
    protocol.applyAwarenessUpdate(peer, encoding.toUint8Array(encoder), 'peer');
  }
  const differs = changed.includes(7);
  peer.destroy();
  return differs ? '1' : '0';
}
for (const text of kTexts) console.log(`    R"(${text})",`);
console.log('};\ninline constexpr std::array kAwarenessDiffers = {');
for (const before of kTexts) {
  console.log(`    "${kTexts.map((after) => told(before, after)).join('')}",`);
}
console.log(`};

struct AwarenessModified {
  const char* update;
  const char* named;    // each state of an object has a member {"server": true} more
  const char* nothing;  // each state is null
};

inline constexpr std::array kAwarenessModified = {`);
for (let i = 0; i < 12; i++) {
  const encoder = encoding.createEncoder();
  const count = random(4);
  encoding.writeVarUint(encoder, count);
  for (let n = 0; n < count; n++) {
    encoding.writeVarUint(encoder, kClients[random(kClients.length)]);
    encoding.writeVarUint(encoder, random(1000));
    encoding.writeVarString(encoder, ['null', ' null', ...kTexts][random(kTexts.length + 2)]);
  }
  const bytes = encoding.toUint8Array(encoder);
  const named = protocol.modifyAwarenessUpdate(bytes, (state) =>
    state !== null && state.constructor === Object ? { ...state, server: true } : state,
  );
  const rows = [bytes, named, protocol.modifyAwarenessUpdate(bytes, () => null)].map(hex);
  const text = rows.map((row) => `          ${row},`).join('\n');
  console.log(`    AwarenessModified{\n${text}\n    },`);
}
console.log(`};
// clang-format on

}  // namespace weft::test`);
process.exit(0);
