// Runs the programs and their peers on the same inputs and writes a report: ./dev bench.
//   node bench.mjs --build DIR [--quick] [--filter REGEX] [--json FILE] [--no-peers] [--traces DIR]
// The report is report.html in DIR: one file, tables and plots, nothing loaded from elsewhere.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { makeInputs } from './inputs.mjs';
import { report } from './report.mjs';

const kHere = dirname(fileURLToPath(import.meta.url));
const kPeers = ['yjs', '@y/y', 'ywasm', 'loro-crdt', 'automerge', 'diamond-types'];
const kPrograms = ['document', 'local', 'order_index'];

const { values } = parseArgs({
  options: {
    build: { type: 'string' },
    quick: { type: 'boolean', default: false },
    filter: { type: 'string', default: '.' },
    json: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
    traces: { type: 'string' },
  },
});

/** What the programs measure: {name, ms, counters}. */
function runPrograms(inputs) {
  return kPrograms.flatMap((program) => {
    const out = join(values.build, `${program}.json`);
    const { status } = spawnSync(
      join(values.build, 'bench', `${program}_bench`),
      [
        `--benchmark_filter=${values.filter}`,
        `--benchmark_min_time=${values.quick ? 0.05 : 0.5}`,
        `--benchmark_out=${out}`,
        '--benchmark_out_format=json',
      ],
      {
        env: {
          ...process.env,
          WEFT_BENCH_INPUTS: inputs,
          ...(values.quick ? { WEFT_BENCH_QUICK: '1' } : {}),
        },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    if (status !== 0) throw new Error(`${program}_bench ended with ${status}`);
    if (!existsSync(out) || readFileSync(out, 'utf8') === '') return [];
    return JSON.parse(readFileSync(out, 'utf8')).benchmarks.map((run) => ({
      name: run.name.replace(/\/(manual_time|iterations:\d+)/g, ''),
      ms: run.best_ms,
      error: run.error_occurred ? run.error_message : undefined,
      counters: Object.fromEntries(
        Object.entries(run).filter(
          ([key, value]) => typeof value === 'number' && (/\//.test(key) || key === 'bytes'),
        ),
      ),
    }));
  });
}

function runPeer(peer, inputs) {
  const args = [join(kHere, 'peers.mjs'), peer, '--inputs', inputs, '--filter', values.filter];
  if (values.quick) args.push('--quick');
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: values.quick ? 40_000 : 900_000,
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line));
}

const inputs = resolve(values.build, 'inputs');
mkdirSync(values.build, { recursive: true });
makeInputs({ out: inputs, traces: values.traces && resolve(values.traces), quick: values.quick });
const weft = runPrograms(inputs);
const peers = {};
for (const peer of values['no-peers'] ? [] : kPeers) {
  console.error(`== ${peer}`);
  peers[peer] = runPeer(peer, inputs);
}
const result = { machine: cpus()[0]?.model ?? 'unknown', node: process.version, weft, peers };
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
const html = join(values.build, 'report.html');
writeFileSync(html, report(result));
console.log(html);
const failed = weft.filter((run) => run.error !== undefined);
for (const { name, error } of failed) console.error(`${name}: ${error}`);
process.exit(failed.length > 0 ? 1 : 0);
