// The unmodified providers of each version, behind one face: a Peer edits, is looked at, and is
// compared with others. Yjs 14 names its types differently; nothing else differs here.

import * as Y14 from '@y/y';
import { WebsocketProvider as Provider4 } from '@y/websocket';
import WebSocket from 'ws';
import { WebsocketProvider as Provider1 } from 'y-websocket-1';
import { WebsocketProvider as Provider2 } from 'y-websocket-2';
import { WebsocketProvider as Provider30 } from 'y-websocket-3.0';
import { WebsocketProvider as Provider31 } from 'y-websocket-3.1';
import * as Y from 'yjs';
import { shape } from './shape.mjs';
import { equal, until } from './wait.mjs';

// The providers name this global in their resync timer; Node 20 has none.
globalThis.WebSocket ??= WebSocket;

export const types13 = (doc) => {
  const [text, map, list] = [doc.getText('text'), doc.getMap('map'), doc.getArray('list')];
  return {
    text,
    list,
    set: (key, value) => map.set(key, value),
    get: (key) => map.get(key),
    unset: (key) => map.delete(key),
    keys: () => [...map.keys()],
    json: () => ({ text: text.toString(), map: map.toJSON(), list: list.toJSON() }),
  };
};

const types14 = (doc) => {
  const [text, map, list] = [doc.get('text'), doc.get('map'), doc.get('list')];
  return {
    text,
    list: {
      insert: (index, values) => list.insert(index, values),
      delete: (index, length) => list.delete(index, length),
      get length() {
        return list.length;
      },
    },
    set: (key, value) => map.setAttr(key, value),
    get: (key) => map.getAttr(key),
    unset: (key) => map.deleteAttr(key),
    keys: () => [...map.attrKeys()],
    json: () => ({
      text: text.toString(),
      map: map.toJSON().attrs ?? {},
      list: list.toJSON().children ?? [],
    }),
  };
};

export const versions = [
  { name: 'y-websocket 1.5.4', Provider: Provider1, Y, types: types13 },
  { name: 'y-websocket 2.1.0', Provider: Provider2, Y, types: types13 },
  { name: 'y-websocket 3.0.0', Provider: Provider30, Y, types: types13 },
  { name: 'y-websocket 3.1.0', Provider: Provider31, Y, types: types13 },
  { name: '@y/websocket 4.0.0-3', Provider: Provider4, Y: Y14, types: types14 },
];

/** A WebSocket class that keeps every frame that arrives in `frames`, and that leaves in `sent`. */
export function listening(frames, sent = []) {
  return class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => frames.push(new Uint8Array(data)));
    }

    send(data) {
      sent.push(new Uint8Array(data));
      super.send(data);
    }
  };
}

export class Peer {
  /** Joins `room` on the server at `url` with the provider of `version`; `options` go to it. */
  constructor(version, url, room, options = {}) {
    this.version = version;
    this.frames = [];
    this.sent = [];
    this.doc = new version.Y.Doc();
    this.types = version.types(this.doc);
    this.provider = this.connect(url, room, options);
    this.awareness = this.provider.awareness;
  }

  connect(url, room, options) {
    return new this.version.Provider(url, room, this.doc, {
      WebSocketPolyfill: listening(this.frames),
      disableBc: true,  // within one process the clients would meet without the server
      ...options,
    });
  }

  get id() {
    return this.doc.clientID;
  }

  get json() {
    return this.types.json();
  }

  edit(change) {
    this.doc.transact(() => change(this.types));
  }

  insert(index, text) {
    this.edit((types) => types.text.insert(index, text));
  }

  append(text) {
    this.insert(this.types.text.length, text);
  }

  async synced(ms) {
    await until(`${this.version.name}: synced`, () => this.provider.synced, ms);
    return this;
  }

  async sees(what, condition, ms) {
    await until(`${this.version.name} sees ${what}`, () => condition(this.json), ms);
  }

  get socket() {
    return this.provider.ws;
  }

  get connected() {
    return this.provider.wsconnected;
  }

  /** From now on a broken socket stays broken. */
  stay() {
    this.provider.shouldConnect = false;
  }

  /** Breaks the socket without any farewell, as a lost network does. The provider reconnects. */
  cut() {
    this.socket.terminate();
  }

  /** The document as Yjs 13 reads it: state vector, delete set, and contents. */
  fingerprint() {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, this.version.Y.encodeStateAsUpdate(this.doc));
    const { text, map, list } = this.json;
    return { text, map: sortedByKey(map), list, ...shape(doc) };
  }

  close() {
    this.provider.destroy();
    this.doc.destroy();
  }
}

function sortedByKey(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Waits until all `peers` hold the same document, and returns its contents. */
export async function converge(peers, ms) {
  const prints = () => peers.map((peer) => JSON.stringify(peer.fingerprint()));
  try {
    await until('all peers hold the same document', () => new Set(prints()).size === 1, ms);
  } catch (error) {
    for (const peer of peers.slice(1)) {
      equal(`${error.message}; ${peer.version.name}`, peer.fingerprint(), peers[0].fingerprint());
    }
    throw error;
  }
  return peers[0].json;
}

const kWords = ['over ', 'under ', 'warp', 'weft', 'é', '日本', '🧵', '\n', 'loom '];

/** Makes one random change through `peer`. */
export function randomEdit(peer, random) {
  peer.edit((types) => {
    const { text, list } = types;
    const kind = random.int(0, 9);
    if (kind < 4) {
      text.insert(random.int(0, text.length), random.pick(kWords));
    } else if (kind < 6 && text.length > 0) {
      const at = random.int(0, text.length - 1);
      text.delete(at, Math.min(random.int(1, 4), text.length - at));
    } else if (kind < 7) {
      list.insert(random.int(0, list.length), [random.int(0, 999), random.pick(kWords)]);
    } else if (kind < 8 && list.length > 0) {
      list.delete(random.int(0, list.length - 1), 1);
    } else if (kind < 9) {
      types.set(`key${random.int(0, 5)}`, { n: random.int(0, 999), word: random.pick(kWords) });
    } else {
      types.unset(`key${random.int(0, 5)}`);
    }
  });
}
