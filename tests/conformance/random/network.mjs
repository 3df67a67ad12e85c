// Users of Yjs who edit one document over a network that delays, reorders between senders and
// breaks, after Yjs's own tests/testHelper.js; network.cpp does the same with the engine. Both
// write one line of hashes for each message that arrived and each edit.

import assert from 'node:assert';
import { isDeepStrictEqual } from 'node:util';

import * as prng from 'lib0/prng';
import { kYjs13, kYjs14 } from './dialects.mjs';

// As in network.hpp.
const kCredit = 8192;
const kCreditOfMany = 1024;
const kMany = 6000; // iterations
const kReport = 2500; // a sign of life each so many iterations

const utf8 = (text) => Buffer.from(text, 'utf8');

/** FNV-1a over the bytes of all of them. */
function hash(...parts) {
  let value = 2166136261;
  for (const bytes of parts) {
    for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ bytes[i], 16777619);
  }
  return (value >>> 0).toString(16).padStart(8, '0');
}

const userOf = (dialect) => class User extends dialect.Y.Doc {
  constructor(network, index, clientId) {
    super();
    this.network = network;
    this.index = index;
    /** Messages on their way to this user, by sender. */
    this.receiving = new Map();
    this.updates = [];
    this.emitted = [];
    this.credit = 0;
    this.stateSize = 0;
    this.clientID = clientId;
    this.on('update', (update, origin) => {
      if (origin !== network && network.online.has(this)) {
        for (const user of network.online) {
          if (user !== this) user.receive({ kind: 'update', body: update }, this);
        }
      }
      this.updates.push(update);
      this.emitted.push(update);
    });
    this.on('updateV2', (update) => this.emitted.push(update));
    dialect.openRoots(this);
    this.takeEvents = network.options.observed ? dialect.observe(this) : null;
    this.undoManager = network.options.undo
      ? new dialect.Y.UndoManager([this.array, this.map, this.xml, this.text], {
          captureTimeout: Number.MAX_SAFE_INTEGER,
        })
      : null;
    this.connect();
  }

  connect() {
    const { online } = this.network;
    if (online.has(this)) return;
    online.add(this);
    const { Y } = dialect;
    const vector = Y.encodeStateVector(this);
    for (const user of online) {
      if (user !== this) user.receive({ kind: 'step1', body: vector }, this);
    }
    for (const user of online) {
      if (user === this) continue;
      this.receive({ kind: 'step1', body: Y.encodeStateVector(user) }, user);
    }
  }

  disconnect() {
    this.receiving = new Map();
    this.network.online.delete(this);
  }

  receive(message, sender) {
    const messages = this.receiving.get(sender);
    if (messages === undefined) this.receiving.set(sender, [message]);
    else messages.push(message);
  }
};

export class Network {
  constructor(options) {
    this.options = options;
    this.gen = prng.create(options.seed);
    this.online = new Set();
    this.uniqueNumber = 0;
    this.characters = 0;
    this.lines = [];
    this.steps = 0;
    /** The step of which everything is kept, to explain a divergence. */
    this.shown = '';
    this.dialect = options.yjs14 ? kYjs14 : kYjs13;
    prng.bool(this.gen); // the source chooses an encoding here
    const ids = this.dialect.clientIds(this.gen);
    const User = userOf(this.dialect);
    const idOf = (index) => ids?.[index] ?? index;
    this.users = Array.from({ length: 5 }, (_, index) => new User(this, index, idOf(index)));
    this.#flushAll();
  }

  run(mods) {
    const begin = Date.now();
    for (let i = 1; i <= this.options.iterations; i++) {
      this.#iterate(mods);
      if (i % kReport === 0) {
        const seconds = Math.round((Date.now() - begin) / 1000);
        console.error(`${i} of ${this.options.iterations} edits after ${seconds} s`);
      }
    }
    this.#compare();
    return this.lines;
  }

  #iterate(mods) {
    const { gen } = this;
    if (prng.int32(gen, 0, 100) <= 2) {
      if (prng.bool(gen)) this.#disconnectRandom();
      else this.#reconnectRandom();
    } else if (prng.int32(gen, 0, 100) <= 1) {
      this.#flushAll();
    } else if (prng.int32(gen, 0, 100) <= 50) {
      this.#flushRandomMessage();
    }
    const user = this.users[prng.int32(gen, 0, this.users.length - 1)];
    prng.oneOf(gen, mods)(user, gen);
    this.#note(user, 'e');
  }

  #flushRandomMessage() {
    const waiting = [...this.online].filter(({ receiving }) => receiving.size > 0);
    if (waiting.length === 0) return false;
    const receiver = prng.oneOf(this.gen, waiting);
    const [sender, messages] = prng.oneOf(this.gen, [...receiver.receiving]);
    const { Y } = this.dialect;
    const { kind, body } = messages.shift();
    if (messages.length === 0) receiver.receiving.delete(sender);
    if (kind === 'step1') {
      const update = Y.encodeStateAsUpdate(receiver, body);
      receiver.emitted.push(update);
      sender.receive({ kind: 'update', body: update }, receiver);
    } else {
      Y.applyUpdate(receiver, body, this);
    }
    this.#note(receiver, kind === 'step1' ? 's' : 'u');
    return true;
  }

  #flushAll() {
    while (this.#flushRandomMessage()) {
      /* until nothing is on its way */
    }
  }

  #disconnectRandom() {
    if (this.online.size > 0) prng.oneOf(this.gen, [...this.online]).disconnect();
  }

  #reconnectRandom() {
    const offline = this.users.filter((user) => !this.online.has(user));
    if (offline.length > 0) prng.oneOf(this.gen, offline).connect();
  }

  #note(user, step) {
    const { options } = this;
    const { Y } = this.dialect;
    const emitted = user.emitted.splice(0);
    const events = user.takeEvents?.() ?? '';
    let line =
      `${this.steps} ${step}${user.index} emitted:${hash(...emitted)}` +
      ` vector:${hash(Y.encodeStateVector(user))}`;
    if (options.observed) line += ` events:${hash(utf8(events))}`;
    if (options.undo) {
      const { undoStack, redoStack } = user.undoManager;
      line += ` undo:${undoStack.length}/${redoStack.length}`;
    }
    const whole = this.steps++ === options.shown;
    user.credit += options.iterations > kMany ? kCreditOfMany : kCredit;
    if (user.credit >= user.stateSize || whole) {
      const state = Y.encodeStateAsUpdate(user);
      const stateV2 = Y.encodeStateAsUpdateV2(user);
      const snapshot = Y.encodeSnapshot(Y.snapshot(user));
      const contents = this.dialect.contents(user);
      if (whole) this.#show(line, { emitted, events, state, snapshot, contents });
      if (user.credit >= user.stateSize) {
        user.credit = 0;
        user.stateSize = state.length;
        line +=
          ` v1:${hash(state)} v2:${hash(stateV2)}` +
          ` snapshot:${hash(snapshot)} contents:${hash(utf8(contents))}`;
        const places = this.dialect.places?.(user);
        if (places !== undefined) line += ` places:${hash(utf8(places))}`;
      }
    }
    this.lines.push(line);
  }

  #show(line, { emitted, events, state, snapshot, contents }) {
    const hex = (bytes) => Buffer.from(bytes).toString('hex');
    this.shown =
      `${line}\nemitted ${emitted.map(hex).join(' ')}\nevents ${events}\nstate ${hex(state)}\n` +
      `snapshot ${hex(snapshot)}\ncontents ${contents}\n`;
  }

  /** All that a user emitted, merged, makes the whole document. */
  #noteMerged({ index, updates }) {
    const { Y } = this.dialect;
    const merged = [
      [Y.mergeUpdates(updates), Y.applyUpdate],
      [Y.mergeUpdatesV2(updates.map(Y.convertUpdateFormatV1ToV2)), Y.applyUpdateV2],
    ];
    for (const [update, apply] of merged) {
      const doc = new Y.Doc();
      apply(doc, update);
      const state = Y.encodeStateAsUpdate(doc);
      this.lines.push(`merged ${index} ${hash(update)} v1:${hash(state)}`);
    }
  }

  #noteAttributed(user) {
    const texts = this.dialect.attributed(user.updates);
    const shown = (text) => (this.options.texts ? text : hash(utf8(text)));
    const parts = Object.entries(texts).map(([name, text]) => ` ${name}:${shown(text)}`);
    this.lines.push(...`attributed ${user.index}${parts.join('')}`.split('\n'));
  }

  /** What testHelper.js compares: this side must hold, or the harness is at fault. */
  #compare() {
    for (const user of this.users) user.connect();
    this.#flushAll();
    const { users, dialect } = this;
    const { Y } = dialect;
    users.forEach((user, number) => {
      assert(user.store.pendingStructs === null && user.store.pendingDs === null);
      user.credit = user.stateSize;
      this.#note(user, 'f');
      const all = this.options.iterations <= kMany || number === 0; // merging is quadratic in Yjs
      if (all) this.#noteMerged(user);
      if (all && dialect.attributed !== undefined) this.#noteAttributed(user);
      if (number === 0 && dialect.suggestions !== undefined) {
        const { seed } = this.options;
        const asTexts = this.options.texts;
        const state = (bytes) => (asTexts ? Buffer.from(bytes).toString('hex') : hash(bytes));
        const shown = (text) => (asTexts ? `\n${text}\n` : hash(utf8(text)));
        const texts = dialect.suggestions(user.updates, seed, seed % 2 === 0, state, shown);
        this.lines.push(...`suggestions ${texts}`.split('\n'));
      }
      if (number === 0) return;
      const other = users[number - 1];
      // isDeepStrictEqual, since the order of keys may be another one.
      assert(isDeepStrictEqual(dialect.values(user), dialect.values(other)));
      assert(Buffer.from(Y.encodeStateVector(user)).equals(Y.encodeStateVector(other)));
      assert(Y.equalSnapshots(Y.snapshot(user), Y.snapshot(other)));
      if (this.options.alike) compareStores(Y, user.store, other.store);
    });
  }
}

const sameId = (a, b) => a === b || (a && b && a.client === b.client && a.clock === b.clock);

/** Struct by struct (testHelper compareStructStores). */
function compareStores(Y, a, b) {
  assert.equal(a.clients.size, b.clients.size);
  for (const [client, structs] of a.clients) {
    const others = b.clients.get(client);
    assert.equal(structs.length, others.length);
    structs.forEach((struct, i) => {
      const other = others[i];
      assert(struct.constructor === other.constructor && sameId(struct.id, other.id));
      assert(struct.deleted === other.deleted && struct.length === other.length);
      if (!(struct instanceof Y.Item)) return;
      assert(sameId(struct.left?.lastId, other.left?.lastId));
      assert(sameId(struct.right?.id, other.right?.id));
      assert(sameId(struct.origin, other.origin) && sameId(struct.rightOrigin, other.rightOrigin));
      assert.equal(struct.parentSub, other.parentSub);
      assert(struct.left === null || struct.left.right === struct);
      assert(struct.right === null || struct.right.left === struct);
    });
  }
}
