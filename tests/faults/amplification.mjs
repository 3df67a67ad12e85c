// How much the store writes for a day's typing: `node amplification.mjs --server PATH_TO_WEFT`.
//
// One writer types a long text, one update for each key, and the server keeps it in SQLite. What
// the server's process hands to files (its own count, which leaves sockets out) until all is echoed
// must stay below 1.5 bytes for each byte of update.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../clients/lib/random.mjs';
import { RawClient, fetchDoc, kSync, kUpdate, update } from '../clients/lib/raw.mjs';
import { Server } from '../clients/lib/server.mjs';
import { check, equal, until } from '../clients/lib/wait.mjs';
import * as Y from '../clients/lib/yjs.mjs';

const kKeys = 100_000;
const kInFlight = 64;
const kBytesMax = 1.5;
const kPatience = 60_000;  // ms

const written = (pid) => Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))[1]);

/** Types as people do: forward, now and then a correction, sometimes elsewhere. */
function type(text, random, at) {
  const dice = random.int(0, 99);
  if (dice === 0) at = random.int(0, text.length);
  if (dice < 8 && at > 0) {
    text.delete(at - 1, 1);
    return at - 1;
  }
  text.insert(at, String.fromCharCode(97 + random.int(0, 25)));
  return at + 1;
}

async function main() {
  const { values } = parseArgs({ options: { server: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'weft-written-'));
  const server = new Server(values.server, ['--data', join(folder, 'data')], { ownStore: true });
  try {
    await server.start();
    const doc = new Y.Doc();
    const client = await new RawClient(server.url, 'day').open();
    let sent = 0;
    let echoed = 0;
    let bytes = 0;
    client.each((message) => {
      if (message.type === kSync && message.kind === kUpdate) echoed++;
    });
    doc.on('update', (change) => {
      sent++;
      bytes += change.length;
      client.send(update(change));
    });
    const random = new Random(1);
    const before = written(server.pid);
    for (let key = 0, at = 0; key < kKeys; key++) {
      at = type(doc.getText('text'), random, at);
      if (sent - echoed >= kInFlight) {
        await until('echoes', () => sent - echoed < kInFlight / 2, kPatience);
      }
    }
    await until('all is echoed', () => echoed === sent, kPatience);
    const typed = written(server.pid) - before;
    equal('the text', (await fetchDoc(server.url, 'day')).getText('text').toString(),
      doc.getText('text').toString());
    client.close();
    const factor = typed / bytes;
    console.log(`ok - ${sent} updates of ${bytes} bytes: ${typed} bytes written, ` +
      `${factor.toFixed(2)} for each`);
    check(`less than ${kBytesMax} bytes are written for each`, factor < kBytesMax);
  } finally {
    await server.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
