// Synthetic typing, for tests and benches that must not depend on recorded traces:
//   node typing.mjs --seed S --edits N [--out FILE.framed] [--text FILE] [--replay PATH]
//                   [--weft PATH]
// writes the updates that Yjs emits, one for each edit, and the text that they end with; the last
// two compare what the engine makes of them, as in trace.mjs.
//
// One person writes prose: words and sentences at one place for a while, now and then a slip mended
// with backspaces, a jump to an earlier place, a word selected and replaced, a paragraph pasted, a
// line cut. The same seed gives the same edits, for ever: the benches are compared over time. A
// jump may land between the halves of a surrogate pair, as some editors allow.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import * as prng from 'lib0/prng';

import { checkLog, typePatches } from './framed.mjs';

const kWords = (
  'the of and to in is that it was for on are as with they at be this from have or by one had ' +
  'not but what all were when we there can an your which their said if do will each about how ' +
  'up out them then she many some so these would other into has more her two like him see time ' +
  'could no make than first been its who now people my made over did down only way find use may ' +
  'na\u00efve caf\u00e9 \u00fcber \u4e2d\u6587 \u{1F600} \u{1F44D}'
).split(' ');

class Typist {
  constructor(gen) {
    this.gen = gen;
    this.length = 0; // code units in the text
    this.cursor = 0;
    this.queue = []; // characters that the current word still needs
    this.sentence = 0;
    this.slips = 0; // wrong characters before the cursor
  }

  chance(percent) {
    return prng.real53(this.gen) * 100 < percent;
  }

  edit(position, deleted, inserted) {
    this.length += inserted.length - deleted;
    this.cursor = position + inserted.length;
    return [position, deleted, inserted];
  }

  word() {
    const word = prng.oneOf(this.gen, kWords);
    this.sentence++;
    const end = this.sentence > 6 && this.chance(15);
    if (end) this.sentence = 0;
    return word + (end ? prng.oneOf(this.gen, ['. ', '.\n', '? ']) : ' ');
  }

  paragraph(words) {
    return Array.from({ length: words }, () => this.word()).join('');
  }

  /** The next edit. */
  next() {
    if (this.queue.length > 0 || this.slips > 0) {
      if (this.slips > 0 && (this.queue.length === 0 || this.chance(70))) {
        this.slips--;
        return this.edit(this.cursor - 1, 1, '');
      }
      if (this.slips > 0 || this.chance(2)) {
        this.slips++;
        return this.edit(this.cursor, 0, prng.letter(this.gen));
      }
      return this.edit(this.cursor, 0, this.queue.shift());
    }
    if (this.length > 0 && this.chance(6)) this.jump();
    if (this.cursor > 8 && this.chance(4)) {
      const back = prng.int32(this.gen, 1, 8);
      return this.edit(this.cursor - back, back, '');
    }
    if (this.chance(0.4))
      return this.edit(this.cursor, 0, this.paragraph(prng.int32(this.gen, 10, 60)));
    if (this.length - this.cursor > 12 && this.chance(1)) {
      const cut = Math.min(prng.int32(this.gen, 3, 80), this.length - this.cursor);
      return this.edit(this.cursor, cut, this.chance(60) ? this.word() : '');
    }
    this.queue = [...this.word()];
    return this.edit(this.cursor, 0, this.queue.shift());
  }

  /** Mostly a little back, sometimes anywhere, often to the end. */
  jump() {
    if (this.chance(50)) this.cursor = this.length;
    else if (this.chance(70)) this.cursor = Math.max(0, this.cursor - prng.int32(this.gen, 1, 200));
    else this.cursor = prng.int32(this.gen, 0, this.length);
  }
}

/** `edits` patches [position, code units to delete, text to insert]. */
export function typingPatches({ seed, edits }) {
  const typist = new Typist(prng.create(seed));
  return Array.from({ length: edits }, () => typist.next());
}

function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      edits: { type: 'string', default: '20000' },
      out: { type: 'string' },
      text: { type: 'string' },
      replay: { type: 'string' },
      weft: { type: 'string' },
    },
  });
  const patches = typingPatches({ seed: Number(values.seed), edits: Number(values.edits) });
  const typed = typePatches(patches);
  const { log, text } = typed;
  if (values.out !== undefined) writeFileSync(values.out, log.bytes());
  if (values.text !== undefined) writeFileSync(values.text, text);
  console.log(
    `${log.count} updates, ${log.bytes().length} bytes, a text of ${text.length} code units`,
  );
  checkLog(values, typed);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
