// Which of an author's updates the server has sent back. An echo means "on disk", so what the
// ledger calls acknowledged must survive any crash. Compared by ids: a server may merge updates.

import * as Y from 'yjs';

/** The ids of an update as strings `i client clock` (inserted) and `d client clock` (deleted). */
function idsOf(update) {
  const { structs, ds } = Y.decodeUpdate(update);
  const ids = new Set();
  const add = (kind, client, clock, length) => {
    for (let i = 0; i < length; i++) ids.add(`${kind} ${client} ${clock + i}`);
  };
  for (const struct of structs) {
    if (!(struct instanceof Y.Skip)) add('i', struct.id.client, struct.id.clock, struct.length);
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) add('d', client, clock, len);
  }
  return ids;
}

/** Whether `updates` together hold all ids of `wanted`. */
export function covers(updates, wanted) {
  const held = new Set(updates.flatMap((update) => [...idsOf(update)]));
  return [...idsOf(wanted)].every((id) => held.has(id));
}

export class Ledger {
  #pending = [];  // {update, ids}
  acknowledged = [];

  wrote(update) {
    this.#pending.push({ update, ids: idsOf(update) });
  }

  get pending() {
    return this.#pending.length;
  }

  /** Notes an update that the server sent. */
  received(update) {
    if (this.#pending.length === 0) return;
    const ids = idsOf(update);
    this.#pending = this.#pending.filter((entry) => {
      for (const id of ids) entry.ids.delete(id);
      if (entry.ids.size > 0) return true;
      this.acknowledged.push(entry.update);
      return false;
    });
  }
}
