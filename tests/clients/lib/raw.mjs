// The wire itself: frames built and read by hand, for what no provider would send.

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { until } from './wait.mjs';

export const kSync = 0;
export const kAwareness = 1;
export const kAuth = 2;
export const kQueryAwareness = 3;
export const [kStep1, kStep2, kUpdate] = [0, 1, 2];

function encode(write) {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

function sync(kind, body) {
  return encode((encoder) => {
    encoding.writeVarUint(encoder, kSync);
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, body);
  });
}

export const step1 = (doc) => sync(kStep1, Y.encodeStateVector(doc));
export const step2 = (doc, vector) => sync(kStep2, Y.encodeStateAsUpdate(doc, vector));
export const update = (bytes) => sync(kUpdate, bytes);
export const queryAwareness = () => Uint8Array.of(kQueryAwareness);

/** An awareness frame; `states`: [[client, clock, JSON text], ...]. */
export function awareness(states) {
  const body = encode((encoder) => {
    encoding.writeVarUint(encoder, states.length);
    for (const [client, clock, json] of states) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, json);
    }
  });
  return encode((encoder) => {
    encoding.writeVarUint(encoder, kAwareness);
    encoding.writeVarUint8Array(encoder, body);
  });
}

export function joined(...frames) {
  return Uint8Array.from(frames.flatMap((frame) => [...frame]));
}

/** Reads a frame: {type, kind?, body?, states?, rest}; `rest`: the bytes after the message. */
export function read(frame) {
  const decoder = decoding.createDecoder(frame);
  const message = { type: decoding.readVarUint(decoder) };
  if (message.type === kSync) {
    message.kind = decoding.readVarUint(decoder);
    message.body = decoding.readVarUint8Array(decoder);
  } else if (message.type === kAwareness) {
    message.states = readStates(decoding.readVarUint8Array(decoder));
  } else if (message.type === kAuth) {
    message.kind = decoding.readVarUint(decoder);
    message.reason = decoding.readVarString(decoder);
  }
  message.rest = frame.length - decoder.pos;
  return message;
}

function readStates(body) {
  const decoder = decoding.createDecoder(body);
  const states = [];
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    states.push({ client, clock, json: decoding.readVarString(decoder) });
  }
  return states;
}

export class RawClient {
  /** Connects to `room`; `protocols` as for a WebSocket. */
  constructor(url, room, protocols = [], headers = {}) {
    this.frames = [];
    this.arrivals = [];  // ms, one per frame
    this.closed = null;
    this.opened = false;
    this.socket = new WebSocket(`${url}/${room}`, protocols, { headers });
    this.socket.binaryType = 'arraybuffer';
    this.socket.on('message', (data) => {
      this.frames.push(new Uint8Array(data));
      this.arrivals.push(performance.now());
    });
    this.socket.on('open', () => {
      this.opened = true;
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on('error', (error) => {
      this.error = error;
    });
  }

  async open() {
    await until('the socket opens', () => {
      if (this.error !== undefined) throw this.error;
      return this.opened;
    });
    return this;
  }

  /** Connects and waits until an empty step 1 is answered. */
  async ready() {
    await this.open();
    this.send(step1(new Y.Doc()));
    await this.next(({ type, kind }) => type === kSync && kind === kStep2);
    return this;
  }

  /** Calls `visit` with every message that came and that will come. */
  each(visit) {
    for (const message of this.messages) visit(message);
    this.socket.on('message', (data) => visit(read(new Uint8Array(data))));
  }

  send(frame) {
    this.socket.send(frame);
  }

  get messages() {
    return this.frames.map(read);
  }

  /** Waits for a message, from frame number `from` on, for which `wanted(message)` holds. */
  async next(wanted, { from = 0, ms = 10_000 } = {}) {
    let at = from;
    return until('the expected message', () => {
      for (; at < this.frames.length; at++) {
        const message = read(this.frames[at]);
        if (wanted(message)) return message;
      }
      if (this.closed !== null) throw new Error(`closed: ${JSON.stringify(this.closed)}`);
      return null;
    }, ms);
  }

  async closes(ms = 5000) {
    return until('the socket closes', () => this.closed, ms);
  }

  close() {
    this.socket.terminate();
  }
}

/** The document of `room` as a new client is given it. */
export async function fetchDoc(url, room) {
  const doc = new Y.Doc();
  const client = await new RawClient(url, room).open();
  client.send(step1(doc));
  const { body } = await client.next(({ type, kind }) => type === kSync && kind === kStep2);
  Y.applyUpdate(doc, body);
  client.close();
  return doc;
}
