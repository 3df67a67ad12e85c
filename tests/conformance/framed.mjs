// Logs of updates: each a varuint length and its bytes, as `weft merge --framed` reads them; and
// the log that typing a list of patches leaves, one transaction for each.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

export class FramedLog {
  constructor() {
    this.out = encoding.createEncoder();
    this.count = 0;
  }

  add(update) {
    encoding.writeVarUint8Array(this.out, update);
    this.count++;
  }

  bytes() {
    return encoding.toUint8Array(this.out);
  }
}

/**
 * Types `patches`, each [position, code units to delete, text to insert], into the root 'text'.
 * Returns {log, text, doc}.
 */
export function typePatches(patches, { client = 1, start = '' } = {}) {
  const doc = new Y.Doc();
  doc.clientID = client;
  const text = doc.getText('text');
  const log = new FramedLog();
  doc.on('update', (update) => log.add(update));
  if (start !== '') text.insert(0, start);
  for (const [position, deleted, inserted] of patches) {
    doc.transact(() => {
      if (deleted > 0) text.delete(position, deleted);
      if (inserted !== '') text.insert(position, inserted);
    });
  }
  return { log, text: text.toString(), doc };
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw error ?? new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/**
 * Has the replay program apply all updates of a log one by one, and `weft merge --framed` merge
 * them; throws unless both end with `text`. Either program may be left out.
 */
export function checkLog({ replay, weft }, { log, text }) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-log-'));
  const [framed, expected, merged] = ['updates.framed', 'expected', 'merged'].map((name) =>
    join(folder, name),
  );
  try {
    writeFileSync(framed, log.bytes());
    writeFileSync(expected, text);
    if (replay !== undefined) {
      process.stdout.write(run(replay, ['--framed', framed, '--root', 'text', '--text', expected]));
    }
    if (weft !== undefined) {
      const start = performance.now();
      run(weft, ['merge', '--framed', framed, '-o', merged]);
      const seconds = (performance.now() - start) / 1000;
      const contents = JSON.parse(run(weft, ['export', merged, '--root', 'text:text']));
      if (contents.text !== text) throw new Error('the merged update holds another text');
      console.log(`weft merge: ${log.count} updates in ${seconds.toFixed(2)} s: the text is equal`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
