// Yjs 13 with one mistake put right in which the engine does not follow it (docs/DIFFERENCES.md): a
// struct that follows its own collected beginning throws. It is collected, too.

import * as Y from 'yjs';

const { integrate } = Y.Item.prototype;

Y.Item.prototype.integrate = function correctedIntegrate(transaction, offset) {
  if (offset > 0) {
    const { client, clock } = this.id;
    const before = Y.getItem(transaction.doc.store, Y.createID(client, clock + offset - 1));
    if (before instanceof Y.GC) this.parent = null;
  }
  integrate.call(this, transaction, offset);
};
