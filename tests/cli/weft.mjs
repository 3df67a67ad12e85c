// Runs the real binary, named by the environment variable WEFT, in a folder of its own.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

const kDeadline = 30_000;  // ms

if (!process.env.WEFT) throw new Error('WEFT must name the binary');

const folder = mkdtempSync(join(tmpdir(), 'weft-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export const path = (name) => join(folder, name);
export const hex = (text) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** Writes a file below the folder and gives its path. */
export function file(name, bytes) {
  writeFileSync(path(name), bytes);
  return path(name);
}

export const read = (name) => readFileSync(path(name));

/** Runs `weft ARGS`, `input` on its standard input: {status, signal, out (bytes), stderr}. */
export function weft(args, input = '') {
  const { status, signal, stdout, stderr, error } = spawnSync(process.env.WEFT, args, {
    input, timeout: kDeadline, maxBuffer: 1 << 28, cwd: folder,
  });
  if (error !== undefined) throw error;
  return { status, signal, out: stdout, stderr: stderr.toString() };
}

/** What a call writes to standard output, which must succeed in silence. */
export function output(args, input) {
  const { status, signal, out, stderr } = weft(args, input);
  if (status !== 0 || stderr !== '') {
    throw new Error(`weft ${args.join(' ')}: ${signal ?? `exit ${status}`}: ${stderr}`);
  }
  return out;
}

/** Updates as a log: each a varuint length and its bytes. */
export function framed(updates) {
  return Buffer.concat(updates.flatMap((update) => {
    const length = [];
    let rest = update.length;
    for (; rest > 0x7f; rest >>>= 7) length.push(0x80 | (rest & 0x7f));
    return [Buffer.from([...length, rest]), update];
  }));
}
