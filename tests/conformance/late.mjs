// A network worse than the harness's own: what one sender sends arrives in any order, some of it
// twice, merged with what was sent before or long after it, or after its sender's state since some
// time, which has collected what was deleted. So every user waits for much at once, and structs
// that wait come again in other forms.

import * as prng from 'lib0/prng';
import * as Y from 'yjs';
import { Network } from './harness.mjs';

const kWindow = 48; // messages among which the next one is drawn

const again = (message) => ({ ...message, again: true });

export class LateNetwork extends Network {
  /** Messages that come again stay as they are, so that all arrives and there is an end. */
  takeMessage(sender, messages) {
    const { gen } = this;
    const message = this.#draw(messages);
    if (message.type === 'step1' || message.again) return message;
    const kind = prng.int32(gen, 0, 99);
    if (kind < 15) return this.#merge(message, messages);
    if (kind >= 30) return message;
    messages.push(again(message));
    if (kind < 22) return message;
    return { type: 'update', update: Y.encodeStateAsUpdate(sender.doc, this.randomSince()) };
  }

  iterate(mods) {
    super.iterate(mods);
    for (let i = prng.int32(this.gen, 0, 3); i > 0; i--) this.deliverRandom();
  }

  #merge(message, messages) {
    const updates = [message.update];
    for (let i = prng.int32(this.gen, 1, 3); i > 0 && messages.length > 0; i--) {
      const other = this.#draw(messages);
      const whole = other.type === 'step1' || other.again;
      if (whole) messages.push(other);
      else if (prng.bool(this.gen)) messages.push(again(other));
      if (!whole) updates.push(other.update);
    }
    return { type: 'update', update: Y.mergeUpdates(updates) };
  }

  #draw(messages) {
    const index = prng.int32(this.gen, 0, Math.min(kWindow, messages.length) - 1);
    return messages.splice(index, 1)[0];
  }
}
