// A recorded editing history as the updates that Yjs emits for it, one transaction for each edit:
//   node trace.mjs [--traces DIR] [--name automerge-paper] --out FILE.framed --text FILE
//   node trace.mjs [--traces DIR] [--name ...] --replay PATH [--weft PATH]
// The second form has the engine apply all of them one by one, and `weft merge --framed` merge
// them, and compares the text with the one that the recording ends with.
//
// DIR holds gzipped JSON, {startContent, endContent, txns: [{patches: [[position, deleted,
// inserted]]}]}, as published by josephg/editing-traces; it defaults to $WEFT_TRACES. Without it
// the test is skipped.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import { checkLog, typePatches } from './framed.mjs';

const kSkipped = 77;

function readTrace(file) {
  const trace = JSON.parse(gunzipSync(readFileSync(file)));
  const patches = trace.txns.flatMap((txn) => txn.patches);
  // Positions count code points; Yjs counts code units. Without astral characters both are the
  // same.
  if (patches.some(([, , inserted]) => /[\ud800-\udfff]/.test(inserted))) {
    throw new Error(`${file}: positions would have to be converted to code units`);
  }
  return { start: trace.startContent, end: trace.endContent, patches };
}

function main() {
  const { values } = parseArgs({
    options: {
      traces: { type: 'string', default: process.env.WEFT_TRACES },
      name: { type: 'string', default: 'automerge-paper' },
      out: { type: 'string' },
      text: { type: 'string' },
      replay: { type: 'string' },
      weft: { type: 'string' },
    },
  });
  const file = values.traces && join(values.traces, `${values.name}.json.gz`);
  if (!file || !existsSync(file)) {
    console.log(`skipped: no ${values.name}.json.gz (set WEFT_TRACES to the folder of traces)`);
    process.exit(kSkipped);
  }
  const trace = readTrace(file);
  const typed = typePatches(trace.patches, { start: trace.start });
  if (typed.text !== trace.end) throw new Error('Yjs ends with another text than the recording');
  console.log(`${values.name}: ${typed.log.count} updates, ${typed.log.bytes().length} bytes`);
  if (values.out !== undefined) writeFileSync(values.out, typed.log.bytes());
  if (values.text !== undefined) writeFileSync(values.text, typed.text);
  checkLog(values, typed);
}

main();
