// What a scenario works with: the server, a room of its own, and peers that are closed at its end.

import { Peer, versions } from './peers.mjs';
import { Random } from './random.mjs';
import { RawClient } from './raw.mjs';
import { Server } from './server.mjs';

let rooms = 0;

export class Context {
  #open = [];

  constructor({ binary, server, version, seed }) {
    this.binary = binary;
    this.server = server;
    this.version = version;
    this.versions = versions;
    this.random = new Random(seed);
    this.room = `room-${++rooms}`;
  }

  /** Opens a peer of this scenario's version (or of `version`) and waits until it is synced. */
  async peer(options = {}, { version = this.version, room = this.room } = {}) {
    const peer = new (version.Peer ?? Peer)(version, this.server.url, room, options);
    this.#open.push(peer);
    if (options.connect !== false) await peer.synced();
    return peer;
  }

  /** Opens a socket that offers `protocols`. */
  async raw(protocols = []) {
    const client = new RawClient(this.server.url, this.room, protocols);
    this.#open.push(client);
    return client.open();
  }

  /** Opens a socket and waits until its handshake is over. */
  async readyRaw() {
    return (await this.raw()).ready();
  }

  /** Starts a server of this scenario's own, for those that end it. */
  async ownServer(extra = []) {
    const server = new Server(this.binary, extra);
    this.#open.push({ close: () => server.discard() });
    this.server = server;
    await server.start();
    return server;
  }

  /** `thing` is closed at the scenario's end. */
  closes(thing) {
    this.#open.push(thing);
  }

  async close() {
    for (const thing of this.#open.reverse()) await thing.close();
  }
}
