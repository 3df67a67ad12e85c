// Checks tests/YJS_TESTS.md: node yjs_tests.mjs [ROOT]. Every row names a file and a test
// case in it, or `none` and a reason; no function stands twice in a section. For a script the words
// of the case must stand in it.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kRow = /^\| `(test\w+)` \| (13|14|13\/14) \| (\S+) \| (.+) \|$/;

/** The names of all test cases in a C++ source, joined where they are written in pieces. */
export function casesOf(source) {
  const found = source.matchAll(/TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g);
  return [...found].map(([, pieces]) =>
    [...pieces.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece).join(''),
  );
}

/** What is wrong with the table, line by line; `read` gives a file's text, or null. */
export function checkTable(table, read) {
  const found = [];
  let seen = new Set();
  table.split('\n').forEach((text, index) => {
    if (text.startsWith('## ')) seen = new Set();
    if (!text.startsWith('| `')) return;
    const wrong = (message) => found.push({ line: index + 1, message });
    const row = kRow.exec(text);
    if (row === null) return wrong('is no row of this table');
    const [, name, , file, what] = row;
    if (seen.has(name)) wrong(`${name} stands twice`);
    seen.add(name);
    if (file === 'none') return undefined;
    const source = read(file);
    if (source === null) return wrong(`there is no ${file}`);
    const known = file.endsWith('.mjs')
      ? what.split(' ').every((word) => source.includes(word))
      : casesOf(source).includes(what);
    return known ? undefined : wrong(`${file} has no test case '${what}'`);
  });
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const read = (file) =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : null;
  const table = read('tests/YJS_TESTS.md');
  const found = checkTable(table, read);
  for (const { line, message } of found) console.log(`tests/YJS_TESTS.md:${line}: ${message}`);
  const rows = table.split('\n').filter((text) => text.startsWith('| `')).length;
  console.log(`${rows} functions of Yjs's tests, ${found.length} rows are wrong`);
  process.exit(found.length === 0 && rows > 0 ? 0 : 1);
}
