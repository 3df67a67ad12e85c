// Writes a replay: what happened to every replica of one document, and what Yjs made of it.
//
// replay   := "weft-replay 3\n" varstring(description) u8(gc + 2 * observed + 4 * both)
//             varuint(replicas) varuint(client)* varuint(roots) (u8(kind) varstring(name))* record*
// record   := 1 APPLY  varuint(replica) varbytes(update) emitted
//           | 2 EDIT   varuint(replica) varuint(ops) varbytes(edits) emitted
//           | 3 CHECK  varuint(replica) u8(pending) varstring(missing) blob(snapshot) blob(state)
//                      [blob(state in V2)] only where `both`
//                      varbytes(since) blob(difference) blob(JSON of each root)*
//                      blob(toDelta of each text root)*
//           | 4 MERGE  varuint(replica) blob(merged) blob(state of a new document that applied it)
//           | 5 EVENTS varuint(replica) blob(what deep observers of the roots were told since the
//                      last); only where `observed`
//           | 6 TIME   varuint(replica) varuint(milliseconds)         for all replicas
//           | 7 MANAGER varuint(replica) u8(flags) varuint(timeout) varuint(n) varstring(root)*
//           | 8 UNDO   varuint(replica) u8(manager) u8(action) u8(done) varstring(events) emitted
//           | 9 PLACES varuint(replica)
//                        varuint(n) (path varuint(index) varint(assoc) varbytes(position))*
//                        varuint(n) (varbytes(position) u8(follow) varuint(0 or 1 + index))*
//           | 10 RESTORE varuint(replica) varbytes(snapshot) blob(state) blob(JSON of each root)*
//           | 11 DELTA varuint(replica) varbytes(snapshot or nothing)
//                      varbytes(an earlier one or nothing) u8(described)
//                      blob(JSON of the delta of 'text')
//           | 0 END
// emitted  := varuint(n) varbytes(update)*           what `update` events carried
//             [varbytes(update in V2)*]              `updateV2` events; only where `both`
// missing  := what pending structs wait for (store.pendingStructs.missing), "client:clock ..."
// snapshot := delete set, state vector               (Yjs encodeSnapshot)
// blob     := 0 varbytes | 1 varuint(length) u32 u32 two FNV-1a hashes, little endian
// edits    := (u8(op) path arguments)*               see Editor in editor.mjs
// path     := u8(kind) varstring(root) varuint(steps) step*
// step     := (0 varuint(index) | 1 varstring(key)) u8(kind)
//
// Flags of a MANAGER: 1 whole document, 2 ignoreRemoteMapChanges, 4 tracks what arrives, 8 deletes
// even clocks only. TIME to DELTA are explained in history.mjs.
// Every APPLY, EDIT and UNDO is one step; steps count from 0. MERGE merges all that the replica
// emitted.

import * as encoding from 'lib0/encoding';

const Record = {
  end: 0,
  apply: 1,
  edit: 2,
  check: 3,
  merge: 4,
  events: 5,
  time: 6,
  manager: 7,
  undo: 8,
  places: 9,
  restore: 10,
  delta: 11,
};

const kTextEncoder = new TextEncoder();

function fnv1a(bytes, basis) {
  let hash = basis;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}

export class ReplayWriter {
  /** `fullAt`: checks at this step carry all bytes instead of hashes; 'all' for every step. */
  constructor({ description, gc, observed = false, both = false, clients, roots, fullAt = null }) {
    this.out = encoding.createEncoder();
    this.both = both;
    this.fullAt = fullAt;
    this.step = -1;
    this.comparisons = 0;
    encoding.writeUint8Array(this.out, kTextEncoder.encode('weft-replay 3\n'));
    encoding.writeVarString(this.out, description);
    encoding.writeUint8(this.out, (gc ? 1 : 0) + (observed ? 2 : 0) + (both ? 4 : 0));
    encoding.writeVarUint(this.out, clients.length);
    for (const client of clients) encoding.writeVarUint(this.out, client);
    encoding.writeVarUint(this.out, roots.length);
    for (const { kind, name } of roots) {
      encoding.writeUint8(this.out, kind);
      encoding.writeVarString(this.out, name);
    }
  }

  /** `emittedV2`: the same in V2; written only where the replay has both encodings. */
  apply(replica, update, emitted, emittedV2) {
    this.#begin(Record.apply, replica);
    encoding.writeVarUint8Array(this.out, update);
    this.#emitted(emitted, emittedV2);
  }

  edit(replica, count, edits, emitted, emittedV2) {
    this.#begin(Record.edit, replica);
    encoding.writeVarUint(this.out, count);
    encoding.writeVarUint8Array(this.out, edits);
    this.#emitted(emitted, emittedV2);
  }

  check(replica, expectation) {
    const { pending, missing, snapshot, state, since, difference, json, deltas } = expectation;
    encoding.writeUint8(this.out, Record.check);
    encoding.writeVarUint(this.out, replica);
    encoding.writeUint8(this.out, pending ? 1 : 0);
    encoding.writeVarString(this.out, missing);
    this.#blob(snapshot);
    this.#blob(state);
    if (this.both) this.#blob(expectation.stateV2);
    encoding.writeVarUint8Array(this.out, since);
    this.#blob(difference);
    for (const text of json) this.#blob(kTextEncoder.encode(text));
    for (const text of deltas) this.#blob(kTextEncoder.encode(text));
    this.comparisons += 5 + (this.both ? 1 : 0) + json.length + deltas.length;
  }

  merge(replica, merged, state) {
    encoding.writeUint8(this.out, Record.merge);
    encoding.writeVarUint(this.out, replica);
    this.#blob(merged);
    this.#blob(state);
    this.comparisons += 2;
  }

  events(replica, text) {
    encoding.writeUint8(this.out, Record.events);
    encoding.writeVarUint(this.out, replica);
    this.#blob(kTextEncoder.encode(text));
    this.comparisons += 1;
  }

  time(replica, milliseconds) {
    encoding.writeUint8(this.out, Record.time);
    encoding.writeVarUint(this.out, replica);
    encoding.writeVarUint(this.out, milliseconds);
  }

  manager(replica, { whole, ignoreRemoteMapChanges, tracksNetwork, filtered, timeout, names }) {
    const flags = [whole, ignoreRemoteMapChanges, tracksNetwork, filtered];
    encoding.writeUint8(this.out, Record.manager);
    encoding.writeVarUint(this.out, replica);
    encoding.writeUint8(
      this.out,
      flags.reduce((bits, flag, i) => bits | (flag ? 1 << i : 0), 0),
    );
    encoding.writeVarUint(this.out, timeout);
    encoding.writeVarUint(this.out, names.length);
    for (const name of names) encoding.writeVarString(this.out, name);
  }

  undo(replica, { index, action, done, events }, emitted, emittedV2) {
    this.#begin(Record.undo, replica);
    encoding.writeUint8(this.out, index);
    encoding.writeUint8(this.out, action);
    encoding.writeUint8(this.out, done ? 1 : 0);
    encoding.writeVarString(this.out, events);
    this.#emitted(emitted, emittedV2);
    this.comparisons += 2;
  }

  positions(replica, made, found) {
    encoding.writeUint8(this.out, Record.places);
    encoding.writeVarUint(this.out, replica);
    encoding.writeVarUint(this.out, made.length);
    for (const { path, index, assoc, bytes } of made) {
      encoding.writeUint8Array(this.out, path);
      encoding.writeVarUint(this.out, index);
      encoding.writeVarInt(this.out, assoc);
      encoding.writeVarUint8Array(this.out, bytes);
    }
    encoding.writeVarUint(this.out, found.length);
    for (const { bytes, follow, index } of found) {
      encoding.writeVarUint8Array(this.out, bytes);
      encoding.writeUint8(this.out, follow ? 1 : 0);
      encoding.writeVarUint(this.out, index === null ? 0 : index + 1);
    }
    this.comparisons += made.length + found.length;
  }

  restore(replica, snapshot, state, json) {
    encoding.writeUint8(this.out, Record.restore);
    encoding.writeVarUint(this.out, replica);
    encoding.writeVarUint8Array(this.out, snapshot);
    this.#blob(state);
    for (const text of json) this.#blob(kTextEncoder.encode(text));
    this.comparisons += 1 + json.length;
  }

  delta(replica, { snapshot, previous, described }, json) {
    encoding.writeUint8(this.out, Record.delta);
    encoding.writeVarUint(this.out, replica);
    encoding.writeVarUint8Array(this.out, snapshot ?? new Uint8Array());
    encoding.writeVarUint8Array(this.out, previous ?? new Uint8Array());
    encoding.writeUint8(this.out, described ? 1 : 0);
    this.#blob(kTextEncoder.encode(json));
    this.comparisons += 1;
  }

  finish() {
    encoding.writeUint8(this.out, Record.end);
    return encoding.toUint8Array(this.out);
  }

  #begin(record, replica) {
    this.step++;
    encoding.writeUint8(this.out, record);
    encoding.writeVarUint(this.out, replica);
  }

  #emitted(updates, updatesV2) {
    encoding.writeVarUint(this.out, updates.length);
    for (const update of updates) encoding.writeVarUint8Array(this.out, update);
    this.comparisons += 1;
    if (!this.both) return;
    if (updatesV2.length !== updates.length) throw new Error('not an update in V2 for each in V1');
    for (const update of updatesV2) encoding.writeVarUint8Array(this.out, update);
    this.comparisons += 1;
  }

  #blob(bytes) {
    if (bytes.length <= 16 || this.fullAt === 'all' || this.fullAt === this.step) {
      encoding.writeUint8(this.out, 0);
      encoding.writeVarUint8Array(this.out, bytes);
      return;
    }
    encoding.writeUint8(this.out, 1);
    encoding.writeVarUint(this.out, bytes.length);
    encoding.writeUint32(this.out, fnv1a(bytes, 0x811c9dc5));
    encoding.writeUint32(this.out, fnv1a(bytes, 0x9747b28c));
  }
}
