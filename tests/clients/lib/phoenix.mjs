// The unmodified provider of Phoenix channels, on the oldest and the newest phoenix, and frames by
// hand.

import * as phoenix17 from 'phoenix-1.7';
import * as phoenix18 from 'phoenix-1.8';
import { PhoenixChannelProvider } from 'y-phoenix-channel';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { Peer, listening, types13 } from './peers.mjs';

const kPath = '/socket';

export class PhoenixPeer extends Peer {
  connect(url, room, { params = {}, joinParams = {}, connect = true, ...options }) {
    this.shared = new this.version.module.Socket(`${url}${kPath}`, {
      transport: listening(this.frames, this.sent),
      params,
      heartbeatIntervalMs: 1000,
      reconnectAfterMs: () => 100,
      rejoinAfterMs: () => 100,
    });
    this.shared.connect();
    return new PhoenixChannelProvider(this.shared, room, this.doc,
      { disableBc: true, params: joinParams, connect, ...options });
  }

  get socket() {
    return this.shared.conn;
  }

  get connected() {
    return this.provider.channel?.state === 'joined';
  }

  stay() {
    this.shared.reconnectTimer.reset();
    this.shared.reconnectTimer.scheduleTimeout = () => {};
  }

  close() {
    this.provider.destroy();
    this.shared.disconnect();
    this.doc.destroy();
  }
}

const version = (name, module) =>
  ({ name: `phoenix ${name}`, module, Y, types: types13, Peer: PhoenixPeer });

export const versions = [version('1.7.0', phoenix17), version('1.8.16', phoenix18)];

// --- by hand -------------------------------------------------------------------------------------

/** A push of a client in binary: kind 0 and four names. */
export function push(joinRef, ref, topic, event, data) {
  const names = [joinRef, ref, topic, event].map((name) => Buffer.from(name));
  return Buffer.concat([Buffer.from([0, ...names.map(({ length }) => length)]), ...names,
    Buffer.from(data)]);
}

/** A socket that keeps what comes: texts as JSON, and {topic, event, data} of broadcasts. */
export class RawPhoenix {
  constructor(url, query = 'vsn=2.0.0', protocols = []) {
    this.messages = [];
    this.ws = new WebSocket(`${url}${kPath}/websocket?${query}`, protocols);
    this.ws.on('message', (data, isBinary) => {
      this.messages.push(isBinary ? RawPhoenix.#broadcast(data) : JSON.parse(data.toString()));
    });
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code) => resolve(code));
    });
  }

  static #broadcast(data) {
    const [kind, topic, event] = data;
    const names = data.subarray(3, 3 + topic + event).toString();
    return {
      kind,
      topic: names.slice(0, topic),
      event: names.slice(topic),
      data: new Uint8Array(data.subarray(3 + topic + event)),
    };
  }

  open() {
    return new Promise((resolve, reject) => {
      this.ws.on('open', () => resolve(this));
      this.ws.on('error', reject);
    });
  }

  send(message) {
    this.ws.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  close() {
    this.ws.terminate();
  }
}
