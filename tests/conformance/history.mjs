// Undo managers, relative positions and snapshots of one user, with what Yjs makes of them written
// into the replay.

import { clock } from './clock.mjs'; // before lib0
import * as encoding from 'lib0/encoding';
import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { childPlaces, rootPlace, writePath } from './editor.mjs';
import { deltaText, jsonText } from './values.mjs';

export const Action = { undo: 0, redo: 1, stop: 2, clear: 3, clearUndo: 4, clearRedo: 5 };

/** The roots, in the order of kRoots in harness.mjs. */
const kNames = ['text', 'array', 'map', 'xml'];
const kManagersMax = 2;
const kPositionsMax = 64;
const kSnapshotsMax = 16;
const kStart = 1_000_000;

/** What all users of one network know. */
export class SharedHistory {
  constructor() {
    this.positions = [];
    this.snapshots = [];
    clock.time = kStart;
  }
}

function keep(gen, list, value, max) {
  if (list.length < max) list.push(value);
  else list[prng.int32(gen, 0, max - 1)] = value;
}

export class UserHistory {
  constructor(user, shared, network) {
    Object.assign(this, { user, shared, network });
    this.managers = [];
    this.events = '';
  }

  get recorder() {
    return this.user.network.recorder;
  }

  passTime(gen) {
    clock.time += prng.oneOf(gen, [0, 0, 1, 100, 499, 500, 501, 5000]);
    this.recorder.time(this.user.index, clock.time);
  }

  addManager(gen) {
    if (this.managers.length === kManagersMax) return;
    const whole = prng.int32(gen, 0, 3) === 0;
    const names = whole ? [] : kNames.filter(() => prng.bool(gen));
    const config = {
      whole,
      ignoreRemoteMapChanges: prng.int32(gen, 0, 3) === 0,
      tracksNetwork: prng.int32(gen, 0, 7) === 0,
      filtered: prng.int32(gen, 0, 7) === 0,
      timeout: prng.oneOf(gen, [0, 500, 500, 500, 2 ** 40]),
      names,
    };
    const { doc } = this.user;
    const scope = whole ? doc : names.map((name) => rootPlace(doc, name).type);
    const manager = new Y.UndoManager(scope, {
      doc,
      captureTimeout: config.timeout,
      ignoreRemoteMapChanges: config.ignoreRemoteMapChanges,
      trackedOrigins: new Set(config.tracksNetwork ? [null, this.network] : [null]),
      // odd clocks stay
      deleteFilter: config.filtered ? (item) => item.id.clock % 2 === 0 : () => true,
    });
    const index = this.managers.push(manager) - 1;
    const tell = (letter) => (event) => {
      const { type, changedParentTypes, origin } = event;
      const whose = origin === manager ? 'm' : origin === null ? 'l' : 'o';
      this.events += `${index}${letter}${type[0]}${changedParentTypes.size}${whose} `;
    };
    manager.on('stack-item-added', tell('a'));
    manager.on('stack-item-updated', tell('u'));
    manager.on('stack-item-popped', tell('p'));
    manager.on('stack-cleared', ({ undoStackCleared, redoStackCleared }) => {
      this.events += `${index}c${Number(undoStackCleared)}${Number(redoStackCleared)} `;
    });
    this.recorder.manager(this.user.index, config);
  }

  act(gen) {
    if (this.managers.length === 0) return;
    const index = prng.int32(gen, 0, this.managers.length - 1);
    const action = prng.oneOf(gen, [
      ...[Action.undo, Action.undo, Action.undo, Action.undo, Action.undo, Action.undo],
      ...[Action.redo, Action.redo, Action.redo, Action.redo, Action.stop, Action.stop],
      ...(prng.int32(gen, 0, 4) === 0 ? [Action.clear, Action.clearUndo, Action.clearRedo] : []),
    ]);
    this.run(index, action);
  }

  run(index, action) {
    const manager = this.managers[index];
    const done = [
      () => manager.undo() !== null,
      () => manager.redo() !== null,
      () => manager.stopCapturing(),
      () => manager.clear(),
      () => manager.clear(true, false),
      () => manager.clear(false, true),
    ][action]();
    const updates = this.user.takeUpdates().map(({ update }) => update);
    this.user.network.recordUndo(this.user, { index, action, done: done === true }, updates);
    for (const update of updates) this.user.network.broadcast(this.user, update);
  }

  /** Events since the last call, and what each manager could do. */
  takeEvents() {
    const sizes = this.managers.map((m) => `${m.undoStack.length}/${m.redoStack.length}`);
    const events = this.events + sizes.join(' ');
    this.events = '';
    return events;
  }

  #randomPlace(gen) {
    let place = rootPlace(this.user.doc, prng.oneOf(gen, kNames));
    for (let children = childPlaces(place); children.length > 0 && prng.bool(gen); ) {
      place = prng.oneOf(gen, children);
      children = childPlaces(place);
    }
    return place;
  }

  /** Places made now, and where those made earlier by anybody are now. */
  checkPositions(gen) {
    const made = [];
    for (let i = 0; i < 2; i++) {
      const place = this.#randomPlace(gen);
      const index = prng.int32(gen, 0, (place.type.length ?? 0) + 1);
      const assoc = prng.oneOf(gen, [0, 0, -1, -1, 1, -7]);
      const position = Y.createRelativePositionFromTypeIndex(place.type, index, assoc);
      const path = encoding.createEncoder();
      writePath(path, place);
      const bytes = Y.encodeRelativePosition(position);
      made.push({ path: encoding.toUint8Array(path), index, assoc, bytes });
      keep(gen, this.shared.positions, bytes, kPositionsMax);
    }
    const found = [];
    for (let i = 0; i < 6; i++) {
      const bytes = prng.oneOf(gen, this.shared.positions);
      const follow = prng.bool(gen);
      const position = Y.decodeRelativePosition(bytes);
      const place = Y.createAbsolutePositionFromRelativePosition(position, this.user.doc, follow);
      found.push({ bytes, follow, index: place?.index ?? null });
    }
    this.recorder.positions(this.user.index, made, found);
  }

  /** The text at a snapshot, or as it is, and what changed since another. */
  checkDelta(gen) {
    const { doc } = this.user;
    keep(gen, this.shared.snapshots, Y.encodeSnapshot(Y.snapshot(doc)), kSnapshotsMax);
    const [snapshot, previous] = [0, 1].map(() =>
      prng.int32(gen, 0, 4) === 0 ? null : prng.oneOf(gen, this.shared.snapshots),
    );
    const described = prng.bool(gen);
    const delta = doc.getText('text').toDelta(
      snapshot === null ? undefined : Y.decodeSnapshot(snapshot),
      previous === null ? undefined : Y.decodeSnapshot(previous),
      described ? (type, { client, clock }) => ({ user: client, type, clock }) : undefined,
    );
    this.recorder.delta(this.user.index, { snapshot, previous, described }, deltaText(delta));
  }

  /** The document as it was, where all that is deleted was kept. */
  checkSnapshot(gen) {
    const { doc } = this.user;
    keep(gen, this.shared.snapshots, Y.encodeSnapshot(Y.snapshot(doc)), kSnapshotsMax);
    if (doc.gc) return;
    const bytes = prng.oneOf(gen, this.shared.snapshots);
    const snapshot = Y.decodeSnapshot(bytes);
    for (const [client, clock] of snapshot.sv) {
      if (Y.getState(doc.store, client) < clock) return;
    }
    const restored = Y.createDocFromSnapshot(doc, snapshot);
    const state = Y.encodeStateAsUpdate(restored);
    const roots = kNames.map((name) => rootPlace(restored, name).type);
    const json = roots.map((root) => jsonText(root.toJSON()));
    this.recorder.restore(this.user.index, bytes, state, json);
  }
}

/** What a user does with the history. */
export function historyMod(user, gen) {
  const { history } = user;
  history.passTime(gen);
  switch (prng.int32(gen, 0, 19)) {
    case 0:
      return history.addManager(gen);
    case 1:
      return history.checkSnapshot(gen);
    case 2:
      return history.checkDelta(gen);
    case 3:
      return history.checkPositions(gen);
    default:
      return history.managers.length === 0 ? history.addManager(gen) : history.act(gen);
  }
}
