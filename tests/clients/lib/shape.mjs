// A document as it compares: without the order in which it came to be.

import * as Y from 'yjs';

/** State vector and delete set of a Yjs 13 document, in an order that compares. */
export function shape(doc) {
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b);
  const deleted = [...Y.createDeleteSetFromStructStore(doc.store).clients]
    .map(([client, ranges]) => [client, ranges.map(({ clock, len }) => [clock, len])])
    .sort(([a], [b]) => a - b);
  return { vector, deleted };
}
