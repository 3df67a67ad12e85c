// The house rules as a test: node tests/tidy/tidy.mjs [ROOT]. Prints FILE:LINE: RULE: WHAT for each
// violation; exits 1 if there is one.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkIncludes } from './rooms.mjs';
import { checkBuildLists, checkFile, checkFolders } from './rules.mjs';

const kSkipped = /^(\.git|node_modules|build.*|weft-data|\.cache)$/;
const kTextFiles = /\.([ch](pp)?|m?js|sh|build|txt|md|json|css|html|svg|dict|yml)$|^(dev|run)$/;

/** Every text file below `root` as {path, text}, whatever git knows of it. */
export function filesBelow(root, folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (kSkipped.test(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(root, path);
    if (!entry.isFile()) return [];
    const text = kTextFiles.test(entry.name) ? readFileSync(path, 'utf8') : '';
    return [{ path: relative(root, path), text }];
  });
}

/** All violations in a tree of files, as {path, line, rule, message}. */
export function check(files) {
  const paths = new Set(files.map(({ path }) => path));
  const found = [...checkBuildLists(files), ...checkFolders(files)];
  for (const file of files) {
    const inFile = checkFile(file);
    if (/\.[ch](pp)?$/.test(file.path)) inFile.push(...checkIncludes(file, paths));
    found.push(...inFile.map((violation) => ({ path: file.path, ...violation })));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const files = filesBelow(root);
  const found = check(files);
  for (const { path, line, rule, message } of found) {
    console.log(`${path}:${line}: ${rule}: ${message}`);
  }
  console.log(`${found.length} violations in ${files.length} files`);
  process.exit(found.length === 0 ? 0 : 1);
}
