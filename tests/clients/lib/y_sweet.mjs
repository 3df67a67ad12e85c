// The unmodified clients of y-sweet, from the first whose server knows the routes of today.

import * as client01 from 'y-sweet-client-0.1';
import * as client06 from 'y-sweet-client-0.6';
import * as client09 from 'y-sweet-client-0.9';
import * as Y from 'yjs';
import { Peer, listening, types13 } from './peers.mjs';
import { until } from './wait.mjs';

/** What an application's server hands to its client, where nobody needs a token. */
const openToken = (url, room) => ({
  url: `${url}/d/${room}/ws`,
  baseUrl: `${url.replace('ws', 'http')}/d/${room}`,
  docId: room,
});

export class YSweetPeer extends Peer {
  connect(url, room, { clientToken = async () => openToken(url, room), ...options }) {
    const all = {
      WebSocketPolyfill: listening(this.frames, this.sent),
      showDebuggerLink: false,
      ...options,
    };
    const { module } = this.version;
    if (this.version.asks) return module.createYjsProvider(this.doc, room, clientToken, all);
    return new module.YSweetProvider(`${url}/d/${room}/ws`, room, this.doc,
      { disableBc: true, ...all });
  }

  get socket() {
    return this.provider.ws ?? this.provider.websocket;
  }

  stay() {
    if (!this.version.asks) return super.stay();
    this.provider.connect = async () => {};  // 0.9 comes back whoever closed the socket
  }

  /** Everything written here has been confirmed. */
  async saved(ms) {
    await until(`${this.version.name}: saved`,
      () => this.provider.synced && !this.provider.hasLocalChanges, ms);
    return this;
  }
}

const version = (name, module, asks) =>
  ({ name: `y-sweet ${name}`, module, asks, Y, types: types13, Peer: YSweetPeer });

/** `asks`: it asks its application for a token, and the server for what is saved. */
export const versions = [
  version('0.1.0', client01, false),
  version('0.6.3', client06, false),
  version('0.9.1', client09, true),
];
