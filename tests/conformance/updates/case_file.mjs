// The form in which cases go from Node to the C++ program that compares:
//   case   := u8 operation, u8 flags, varuint seed, inputs, varbytes expected
//   flags  := 1 for V2, 2 where Yjs threw, 4 for Yjs 14
//   inputs := varuint count, count x varbytes
// Operations: see kOperations; `expected` is empty where Yjs threw.

import * as encoding from 'lib0/encoding';

export const kOperations = {
  merge: 0,
  diff: 1,
  convert: 2,
  stateVector: 3,
  meta: 4,
  sort: 5,
  obfuscate: 6,
  contentIds: 7,
  intersect: 8,
  idSets: 9,
  idMaps: 10,
  contents: 11,
  document: 12,
  decode: 13,
};

export class CaseWriter {
  #out = encoding.createEncoder();
  count = 0;

  /** `compute` gives what Yjs makes of the inputs; that it throws is recorded too. */
  add(operation, v2, seed, inputs, compute, compat = 13) {
    let expected = new Uint8Array(0);
    let threw = false;
    try {
      expected = compute();
    } catch {
      threw = true;
    }
    encoding.writeUint8(this.#out, kOperations[operation]);
    encoding.writeUint8(this.#out, (v2 ? 1 : 0) | (threw ? 2 : 0) | (compat === 14 ? 4 : 0));
    encoding.writeVarUint(this.#out, seed);
    encoding.writeVarUint(this.#out, inputs.length);
    for (const input of inputs) encoding.writeVarUint8Array(this.#out, input);
    encoding.writeVarUint8Array(this.#out, expected);
    this.count++;
  }

  finish() {
    return encoding.toUint8Array(this.#out);
  }
}
