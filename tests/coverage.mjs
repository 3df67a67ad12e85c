// Which lines the tests reached, told from an lcov trace (llvm-cov export --format=lcov) on stdin:
// node tests/coverage.mjs [--lines]. One row for each room under crdt/; with --lines also every
// line that nothing reached. Exits 1 where fewer than kLeast percent were.

import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const kLeast = 95;

/** [{path, lines: [[line, times]...]}] of an lcov trace. */
export function filesOf(lcov) {
  const files = [];
  for (const entry of lcov.split('\n')) {
    if (entry.startsWith('SF:')) files.push({ path: entry.slice(3), lines: [] });
    if (entry.startsWith('DA:')) files.at(-1).lines.push(entry.slice(3).split(',').map(Number));
  }
  return files;
}

/** [{name, lines, missed}] of each folder, the sum last. */
export function roomsOf(files) {
  const rooms = new Map();
  const all = { name: 'all', lines: 0, missed: 0 };
  for (const { path, lines } of files) {
    const name = dirname(path);
    if (!rooms.has(name)) rooms.set(name, { name, lines: 0, missed: 0 });
    for (const row of [rooms.get(name), all]) {
      row.lines += lines.length;
      row.missed += lines.filter(([, times]) => times === 0).length;
    }
  }
  return [...[...rooms.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), all];
}

const reached = ({ lines, missed }) => (100 * (lines - missed)) / lines;

function main(wantLines) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = filesOf(readFileSync(0, 'utf8'))
    .map(({ path, lines }) => ({ path: relative(root, path), lines }))
    .filter(({ path }) => path.startsWith('crdt/'));
  if (wantLines) {
    for (const { path, lines } of files) {
      const text = readFileSync(`${root}/${path}`, 'utf8').split('\n');
      for (const [line, times] of lines) {
        if (times === 0) console.log(`${path}:${line}: ${text[line - 1].trim()}`);
      }
    }
  }
  const rooms = roomsOf(files);
  for (const room of rooms) {
    const [lines, missed] = [room.lines, room.missed].map((count) => String(count).padStart(6));
    const percent = reached(room).toFixed(2).padStart(6);
    console.log(`${room.name.padEnd(20)} ${lines} lines ${missed} missed ${percent} %`);
  }
  return reached(rooms.at(-1)) >= kLeast ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.includes('--lines'));
}
