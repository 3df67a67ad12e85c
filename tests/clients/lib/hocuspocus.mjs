// The unmodified Hocuspocus providers, from the first that knows the server's acknowledgement, and
// their frames by hand.

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as provider22 from 'hocuspocus-2.2';
import * as provider2 from 'hocuspocus-2';
import * as provider31 from 'hocuspocus-3.1';
import * as provider3 from 'hocuspocus-3';
import * as provider40 from 'hocuspocus-4.0';
import * as provider4 from 'hocuspocus-4';
import * as Y from 'yjs';
import { Peer, listening, types13 } from './peers.mjs';
import { until } from './wait.mjs';

const kPath = '/hocuspocus';

/** A socket that providers share; `frames` gets all that arrives, `sent` all that leaves. */
export function openSocket(version, url, frames = [], sent = []) {
  return new version.module.HocuspocusProviderWebsocket({
    url: `${url}${kPath}`,
    WebSocketPolyfill: listening(frames, sent),
    delay: 50,
    minDelay: 50,
    maxDelay: 400,
  });
}

export class HocuspocusPeer extends Peer {
  connect(url, room, { socket, ...options }) {
    this.ownsSocket = socket === undefined;
    this.shared = socket ?? openSocket(this.version, url, this.frames, this.sent);
    const provider = new this.version.module.HocuspocusProvider({
      websocketProvider: this.shared,
      name: room,
      document: this.doc,
      token: 'anything',
      broadcast: false,  // within one process 2.x would meet without the server
      quiet: true,
      ...options,
    });
    // From 3.x on a provider on a socket of one's own has to be attached.
    if (provider.isAttached === false) provider.attach();
    return provider;
  }

  get socket() {
    return this.shared.webSocket;
  }

  get connected() {
    return this.shared.status === 'connected';
  }

  stay() {
    this.shared.disconnect();
  }

  get unsynced() {
    return this.provider.unsyncedChanges;
  }

  /**
   * Everything written here has been confirmed. Up to 2.15 a provider counts itself below zero when
   * it asks for a sync, or comes back with edits, while something is unconfirmed.
   */
  async saved(ms) {
    await until(`${this.version.name}: saved`, () => this.provider.synced && this.unsynced <= 0,
      ms);
    return this;
  }

  close() {
    this.provider.destroy();
    if (this.ownsSocket) this.shared.destroy();
    this.doc.destroy();
  }
}

const version = (name, module) => ({
  name: `hocuspocus ${name}`,
  module,
  Y,
  types: types13,
  Peer: HocuspocusPeer,
  leavesWhenDenied: name === '2.15.3',
  honest: name !== '2.2.3',  // reads in a status whether the edit was taken
});

export const versions = [
  version('2.2.3', provider22),
  version('2.15.3', provider2),
  version('3.1.1', provider31),
  version('3.4.4', provider3),
  version('4.0.0', provider40),
  version('4.8.0', provider4),
];

// --- by hand -------------------------------------------------------------------------------------

export const kType = {
  sync: 0, awareness: 1, auth: 2, query: 3, stateless: 5, broadcast: 6, close: 7, status: 8,
};

/** A frame: the address, the type, and what `write(encoder)` adds. */
export function frame(address, type, write = () => {}) {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, address);
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

export const token = (address, text, more = () => {}) => frame(address, kType.auth, (encoder) => {
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarString(encoder, text);
  more(encoder);
});

export const sync = (address, kind, body) => frame(address, kType.sync, (encoder) => {
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarUint8Array(encoder, body);
});

export const stateless = (address, text, type = kType.stateless) =>
  frame(address, type, (encoder) => encoding.writeVarString(encoder, text));

/** Reads a frame of the server: {address, type, kind?, body?, text?}. */
export function readFrame(bytes) {
  const decoder = decoding.createDecoder(bytes);
  const message = { address: decoding.readVarString(decoder), type: decoding.readVarUint(decoder) };
  if (message.type === kType.sync && decoding.hasContent(decoder)) {
    message.kind = decoding.readVarUint(decoder);
    message.body = decoding.readVarUint8Array(decoder);
  } else if (message.type === kType.awareness) {
    message.body = decoding.readVarUint8Array(decoder);
  } else if (message.type === kType.auth) {
    message.kind = decoding.readVarUint(decoder);
    if (decoding.hasContent(decoder)) message.text = decoding.readVarString(decoder);
  } else if (message.type === kType.status) {
    message.taken = decoding.readVarUint(decoder);
  } else if (message.type === kType.stateless || message.type === kType.close) {
    message.text = decoding.readVarString(decoder);
  }
  return message;
}

/** What a frame says in a word, for comparing orders. */
export function word(bytes) {
  const { type, kind, taken, text } = readFrame(bytes);
  if (type === kType.sync) return kind === undefined ? 'alive' : ['step1', 'step2', 'update'][kind];
  if (type === kType.auth) return `auth:${kind}:${text}`;
  if (type === kType.status) return `status:${taken}`;
  if (type === kType.close) return `close:${text}`;
  return Object.keys(kType).find((name) => kType[name] === type);
}
