// Knows whether everything typed here is on the server's disk.
//
// Weft sends an author's update back to the author only once it is durable. So what was written
// here is pending until the server's own frames name it again:
//   - an insertion, when an update or a sync step 2 holds its id, or when the state vector of a
//     sync step 1 covers it (after a reconnect the server need not send back what it has);
//   - a deletion, when the delete set of an update or of a sync step 2 holds it.
// Compared by ids and not by bytes: a server may merge or re-encode what it sends.

import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { IdRanges } from './id_ranges.js';

const kSync = 0;
const [kStep1, kStep2, kUpdate] = [0, 1, 2];

export class SaveTracker {
  #inserted = new IdRanges();
  #deleted = new IdRanges();

  /** True when nothing written here waits for the server. */
  get saved() {
    return this.#inserted.empty && this.#deleted.empty;
  }

  /** Notes an update made here (any 'update' event whose origin is not the provider). */
  wrote(update) {
    visit(update, (ids) => this.#inserted.add(...ids), (ids) => this.#deleted.add(...ids));
  }

  /** Reads one frame from the server. Frames of other kinds and broken frames change nothing. */
  received(frame) {
    if (this.saved) return;
    try {
      const decoder = decoding.createDecoder(frame);
      if (decoding.readVarUint(decoder) !== kSync) return;
      const kind = decoding.readVarUint(decoder);
      const body = decoding.readVarUint8Array(decoder);
      if (kind === kStep1) {
        for (const [client, clock] of Y.decodeStateVector(body)) {
          this.#inserted.remove(client, 0, clock);
        }
      } else if (kind === kStep2 || kind === kUpdate) {
        visit(body, (ids) => this.#inserted.remove(...ids), (ids) => this.#deleted.remove(...ids));
      }
    } catch {
      // The provider reads the same frame and is the one to complain.
    }
  }
}

/** Calls `inserted` and `deleted` with each [client, clock, length] that `update` holds. */
function visit(update, inserted, deleted) {
  const { structs, ds } = Y.decodeUpdate(update);
  for (const struct of structs) {
    if (!(struct instanceof Y.Skip)) inserted([struct.id.client, struct.id.clock, struct.length]);
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) deleted([client, clock, len]);
  }
}
