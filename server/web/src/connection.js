// The unmodified y-websocket provider on a socket that lets us watch what the server sends.

import * as Y from 'yjs';
import { WebsocketProvider } from 'y-websocket';
import { roomPath } from './rooms.js';
import { SaveTracker } from './save_tracker.js';
import { readToken } from './token.js';

const kPatience = 1500;  // ms without a connection before the page says "Offline"
const kBlink = 150;      // ms an update may wait for its echo before the page says "Saving"
const kDenied = 2;       // the kind of a frame that says what one may not do

/** A WebSocket class that hands every binary frame to `onFrame`, ahead of the provider. */
function watchedSocket(onFrame) {
  return class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        if (data instanceof ArrayBuffer) onFrame(new Uint8Array(data));
      });
    }
  };
}

/**
 * Joins a document. `onState` is told 'connecting', 'offline', 'saving', 'saved', 'readonly' (an
 * edit was refused) or 'refused' (the token was), and only when that changes.
 */
export class Connection {
  #tracker = new SaveTracker();
  #timer = 0;
  #state = 'connecting';
  #outSince = performance.now();  // since when it is not connected and synced; null when it is
  #dirtySince = null;             // since when something waits for its echo; null when nothing does
  #refused = false;
  #readOnly = false;
  #closed = false;
  #onState;

  constructor(room, person, onState) {
    this.#onState = onState;
    this.doc = new Y.Doc();
    this.text = this.doc.getText('content');
    this.provider = new WebsocketProvider(serverUrl(), roomPath(room), this.doc, {
      WebSocketPolyfill: watchedSocket((frame) => this.#received(frame)),
      // Two windows of one browser must meet through the server, as two people would.
      disableBc: true,
      params: params(readToken()),
    });
    this.awareness = this.provider.awareness;
    this.awareness.setLocalStateField('user', person);
    this.doc.on('update', (update, origin) => {
      if (origin === this.provider) return;
      this.#tracker.wrote(update);
      this.#settle();
    });
    this.provider.on('status', () => this.#settle());
    this.provider.on('sync', () => this.#settle());
    this.provider.on('closed', () => {
      this.#refused = true;
      this.#settle();
    });
    this.#settle();
  }

  /** Tries again with another token; what was written meanwhile is kept. */
  enterWith(token) {
    this.#refused = this.#readOnly = false;
    this.#enter('connecting');
    this.provider.params = params(token);
    this.provider.connect();
  }

  /** True when nothing would be lost by closing the page. */
  get saved() {
    return this.#tracker.saved;
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.provider.destroy();
    this.doc.destroy();
  }

  #received(frame) {
    // Before the first sync it is the refusal that the server closes the connection with.
    if (frame[0] === kDenied && this.provider.synced) this.#readOnly = true;
    this.#tracker.received(frame);
    this.#settle();
  }

  // Good news is told at once; bad news only if it lasts, so that nothing flickers.
  #settle() {
    if (this.#closed) return;
    const now = performance.now();
    const inSync = this.provider.wsconnected && this.provider.synced;
    this.#outSince = inSync ? null : (this.#outSince ?? now);
    this.#dirtySince = this.saved ? null : (this.#dirtySince ?? now);
    const offlineIn = this.#outSince === null ? Infinity : this.#outSince + kPatience - now;
    const savingIn = this.#dirtySince === null ? Infinity : this.#dirtySince + kBlink - now;
    if (this.#refused) this.#enter('refused');
    else if (offlineIn <= 0) this.#enter('offline');
    else if (this.#readOnly) this.#enter('readonly');
    else if (savingIn <= 0) this.#enter('saving');
    else if (inSync && this.saved) this.#enter('saved');
    clearTimeout(this.#timer);
    const next = Math.min(...[offlineIn, savingIn].filter((delay) => delay > 0));
    if (next !== Infinity) this.#timer = setTimeout(() => this.#settle(), next);
  }

  #enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }
}

function params(token) {
  return token === '' ? {} : { token };
}

function serverUrl() {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}`;
}
