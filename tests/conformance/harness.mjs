// Five users who edit one document over a network that delays, reorders between senders and breaks:
// Yjs's random harness (testHelper.js), with everything that happens written into a replay.
//
// Two modes. `edit`: a user's own edits are replayed through the engine's editing interface; what
// the engine then holds and emits must be what the user's Y.Doc holds and emits. `apply`: every
// edit is replayed as the update that Yjs emitted; the expectation is a second Y.Doc for each user,
// which only ever applies updates. That second document calls no observers, so it does not tidy up
// formatting by itself; what the user's document tidies up arrives as one more update.

import './clock.mjs';
import * as prng from 'lib0/prng';
import './corrected.mjs';
import * as Y from 'yjs';
import { Editor, Kind } from './editor.mjs';
import { SharedHistory, UserHistory } from './history.mjs';
import { observeRoots } from './events.mjs';
import { deltaText, jsonText } from './values.mjs';

export const kRoots = [
  { kind: Kind.text, name: 'text' },
  { kind: Kind.array, name: 'array' },
  { kind: Kind.map, name: 'map' },
  { kind: Kind.xmlFragment, name: 'xml' },
];

const kNetwork = Symbol('network');
const kStatesKept = 48;

export function sortedKeys(value) {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || value?.constructor !== Object) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key])]),
  );
}

export function captureUpdates(doc, event = 'update') {
  const captured = [];
  doc.on(event, (update, origin) => captured.push({ update, origin }));
  return () => captured.splice(0);
}

/**
 * What must be equal for all users in the end, as somebody new would see it: who formats with NaN
 * has it, others get null. Not the bytes of the state: Yjs joins collected structs in an order that
 * depends on what arrived when. Nor the halves of a surrogate pair: one
 * user may have had to split it, and replaced it, for an edit that never reached the others. Nor
 * the order of keys: each user saw them first in another order.
 */
function contentOf({ doc }) {
  const snapshot = Buffer.from(Y.encodeSnapshot(Y.snapshot(doc))).toString('base64');
  const copy = new Y.Doc();
  makeRoots(copy);
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  const roots = kRoots.map(({ name }) => jsonText(sortedKeys(copy.share.get(name).toJSON())));
  return snapshot + roots.join().replace(/[\ud800-\udfff\ufffd]/g, '?');
}

/** What a replica must give when it holds what `doc` holds. */
export function expectationOf(doc, since) {
  const { pendingStructs, pendingDs } = doc.store;
  const missing = [...(pendingStructs?.missing ?? [])].sort(([a], [b]) => a - b);
  return {
    pending: pendingStructs !== null || pendingDs !== null,
    missing: missing.map(([client, clock]) => `${client}:${clock}`).join(' '),
    snapshot: Y.encodeSnapshot(Y.snapshot(doc)),
    state: Y.encodeStateAsUpdate(doc),
    since,
    difference: Y.encodeStateAsUpdate(doc, since),
    get stateV2() {
      return Y.encodeStateAsUpdateV2(doc);
    },
    json: kRoots.map(({ name }) => jsonText(doc.share.get(name).toJSON())),
    deltas: kRoots
      .filter(({ kind }) => kind === Kind.text)
      .map(({ name }) => deltaText(doc.getText(name).toDelta())),
  };
}

export function makeRoots(doc) {
  doc.getText('text');
  doc.getArray('array');
  doc.getMap('map');
  doc.getXmlFragment('xml');
}

class User {
  constructor(network, index, client) {
    this.network = network;
    this.index = index;
    this.doc = new Y.Doc({ gc: network.gc });
    this.doc.clientID = client;
    this.client = client;
    this.takeUpdates = captureUpdates(this.doc);
    /** What the replica is expected to be. */
    this.expected = network.mode === 'edit' ? this.doc : new Y.Doc({ gc: network.gc });
    this.takeExpected = captureUpdates(this.expected);
    this.takeExpectedV2 = captureUpdates(this.expected, 'updateV2');
    /** Messages on their way to this user, by sender. */
    this.receiving = new Map();
    this.emitted = [];
    makeRoots(this.doc);
    makeRoots(this.expected);
    this.history = network.history && new UserHistory(this, network.history, kNetwork);
    this.takeEvents = network.observed ? observeRoots(this.expected, kRoots) : null;
  }

  /** One transaction of edits by this user. */
  change(edits) {
    const editor = new Editor(this.doc);
    this.doc.transact(() => edits(editor));
    const updates = this.takeUpdates().map(({ update }) => update);
    if (this.network.mode === 'edit') {
      if (editor.unrecorded) throw new Error('this modification needs the mode apply');
      // An undo manager may remember even a transaction that changed nothing.
      if (editor.count > 0 || this.history)
        this.network.recordEdit(this, editor, this.takeExpected());
    } else {
      for (const update of updates) this.network.recordApply(this, update);
    }
    for (const update of updates) this.network.broadcast(this, update);
  }

  receive(update) {
    Y.applyUpdate(this.doc, update, kNetwork);
    this.network.recordApply(this, update);
    for (const { update, origin } of this.takeUpdates()) {
      if (origin === kNetwork) continue;
      if (this.network.mode === 'apply') this.network.recordApply(this, update);
      this.network.broadcast(this, update);
    }
    if (this.doc.clientID !== this.client) throw new Error('the client id was drawn anew');
  }
}

const takeV2 = (user) => user.takeExpectedV2().map(({ update }) => update);

/** The network between the users, and the record of what it delivers. */
export class Network {
  constructor({ gen, clients, mode, gc, observed, recorder, checkEvery, withHistory = false }) {
    Object.assign(this, { gen, mode, gc, observed, recorder, checkEvery });
    this.history = withHistory ? new SharedHistory() : null;
    this.online = new Set();
    this.states = [new Uint8Array([0])];
    this.sinceCheck = 0;
    this.users = clients.map((client, index) => new User(this, index, client));
    for (const user of this.users) this.connect(user);
  }

  broadcast(sender, update) {
    if (!this.online.has(sender)) return;
    for (const user of this.online) {
      if (user !== sender) this.#send(sender, user, { type: 'update', update });
    }
  }

  connect(user) {
    if (this.online.has(user)) return;
    this.online.add(user);
    for (const other of this.online) {
      if (other === user) continue;
      this.#send(user, other, { type: 'step1', vector: Y.encodeStateVector(user.doc) });
      this.#send(other, user, { type: 'step1', vector: Y.encodeStateVector(other.doc) });
    }
  }

  disconnect(user) {
    user.receiving.clear();
    this.online.delete(user);
  }

  connectRandom() {
    const offline = this.users.filter((user) => !this.online.has(user));
    if (offline.length > 0) this.connect(prng.oneOf(this.gen, offline));
  }

  disconnectRandom() {
    if (this.online.size > 0) this.disconnect(prng.oneOf(this.gen, [...this.online]));
  }

  /** Delivers the next message of a random sender to a random user; false when there is none. */
  deliverRandom() {
    const waiting = [...this.online].filter((user) => user.receiving.size > 0);
    if (waiting.length === 0) return false;
    const receiver = prng.oneOf(this.gen, waiting);
    const [sender, messages] = prng.oneOf(this.gen, [...receiver.receiving]);
    const message = this.takeMessage(sender, messages);
    if (messages.length === 0) receiver.receiving.delete(sender);
    if (message.type === 'step1') {
      const update = Y.encodeStateAsUpdate(receiver.doc, message.vector);
      this.#send(receiver, sender, { type: 'update', update });
    } else {
      receiver.receive(message.update);
    }
    return true;
  }

  /** One of the messages from `sender`: those of one sender arrive in order. */
  takeMessage(_sender, messages) {
    return messages.shift();
  }

  deliverAll() {
    while (this.deliverRandom()) {
      /* until nothing is on its way */
    }
  }

  /** One iteration of applyRandomTests. */
  iterate(mods) {
    const { gen } = this;
    if (prng.int32(gen, 0, 100) <= 2) {
      if (prng.bool(gen)) this.disconnectRandom();
      else this.connectRandom();
    } else if (prng.int32(gen, 0, 100) <= 1) {
      this.deliverAll();
    } else if (prng.int32(gen, 0, 100) <= 50) {
      this.deliverRandom();
    }
    const user = prng.oneOf(gen, this.users);
    prng.oneOf(gen, mods)(user, gen);
  }

  /** Everybody gets everything; the documents must then be equal, or the harness is at fault. */
  finish() {
    for (const user of this.users) this.connect(user);
    this.deliverAll();
    if (new Set(this.users.map(contentOf)).size > 1)
      throw new Error('the users of Yjs did not converge');
    for (const user of this.users) {
      this.check(user);
      const merged = Y.mergeUpdates(user.emitted);
      const doc = new Y.Doc({ gc: this.gc });
      Y.applyUpdate(doc, merged);
      this.recorder.merge(user.index, merged, Y.encodeStateAsUpdate(doc));
    }
  }

  recordApply(user, update) {
    if (this.mode === 'apply') Y.applyUpdate(user.expected, update, kNetwork);
    const emitted = user.takeExpected().map(({ update }) => update);
    user.emitted.push(...emitted);
    this.recorder.apply(user.index, update, emitted, takeV2(user));
    this.#recordEvents(user);
    this.#checkSometimes(user);
  }

  recordEdit(user, editor, updates) {
    const emitted = updates.map(({ update }) => update);
    user.emitted.push(...emitted);
    this.recorder.edit(user.index, editor.count, editor.bytes(), emitted, takeV2(user));
    this.#recordEvents(user);
    this.#checkSometimes(user);
  }

  recordUndo(user, what, updates) {
    user.takeExpected();
    user.emitted.push(...updates);
    const undone = { ...what, events: user.history.takeEvents() };
    this.recorder.undo(user.index, undone, updates, takeV2(user));
    this.#recordEvents(user);
    this.#checkSometimes(user);
  }

  check(user) {
    this.recorder.check(user.index, expectationOf(user.expected, this.randomSince()));
    this.#keepState(Y.encodeStateVector(user.expected));
  }

  #send(sender, receiver, message) {
    const messages = receiver.receiving.get(sender);
    if (messages === undefined) receiver.receiving.set(sender, [message]);
    else messages.push(message);
  }

  #recordEvents(user) {
    if (user.takeEvents !== null) this.recorder.events(user.index, user.takeEvents());
  }

  #checkSometimes(user) {
    if (++this.sinceCheck < this.checkEvery) return;
    this.sinceCheck = 0;
    this.check(user);
  }

  #keepState(vector) {
    if (this.states.length < kStatesKept) this.states.push(vector);
    else this.states[prng.int32(this.gen, 1, kStatesKept - 1)] = vector;
  }

  /** A state that somebody had, sometimes with a clock that cuts a struct or lies in the future. */
  randomSince() {
    const vector = prng.oneOf(this.gen, this.states);
    if (prng.int32(this.gen, 0, 3) > 0) return vector;
    const clocks = Y.decodeStateVector(vector);
    for (const [client, clock] of clocks) {
      clocks.set(client, Math.max(0, clock + prng.int32(this.gen, -6, 6)));
    }
    if (prng.bool(this.gen)) clocks.set(77, 3);
    return Y.encodeStateVector(clocks);
  }
}
