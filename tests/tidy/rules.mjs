// The house rules but for includes (rooms.mjs): each takes a file and gives {line, rule, message}.
//
// A rule bends only in the open: the line, or the one above it, says
//   // tidy: allow RULE, REASON
// and for rules about a whole file the comment stands in its first 20 lines.

import { basename, dirname, join } from 'node:path';

import { awaitExpressions, codeOf, functionsOf, withoutDirectives } from './source.mjs';
import { inFolder, kPureRooms } from './rooms.mjs';

const kLineMax = 100;
const kFunctionLinesMax = 70;
const kFileLinesMax = 700;

const isCpp = (path) => /\.[ch](pp)?$/.test(path);
const isHeader = (path) => /\.hp?p?$/.test(path);
const isScript = (path) => /\.m?js$/.test(path);
const isShell = (path) => path === 'dev' || path === '.ci/run' || path.endsWith('.sh');
const isMeson = (path) => /(^|\/)meson(\.build|_options\.txt)$/.test(path);
const isSource = (path) => isCpp(path) || isScript(path) || isShell(path);
const isLock = (path) => basename(path) === 'package-lock.json';

/** Where `pattern` stands in the code of a file, one violation for each line. */
function grep(file, rule, pattern, message) {
  const code = withoutDirectives(file.code).split('\n');
  return code.flatMap((text, index) => {
    const match = pattern.exec(text);
    return match === null ? [] : [{ line: index + 1, rule, message: message(match[0].trim()) }];
  });
}

function lineLength({ path, lines }) {
  if (!isSource(path)) return [];
  return lines.flatMap((text, index) => {
    const length = [...text].length;
    return length <= kLineMax ? []
      : [{ line: index + 1, rule: 'line-length', message: `${length} columns of ${kLineMax}` }];
  });
}

function fileLength({ path, lines }) {
  if (!isSource(path) || lines.length <= kFileLinesMax) return [];
  const message = `${lines.length} lines of ${kFileLinesMax}`;
  return [{ line: 1, rule: 'file-length', message, wholeFile: true }];
}

/** A .cpp that opens with its own header has its say there. */
function fileHeader({ path, lines }) {
  if (!isSource(path) && (!isMeson(path) || inFolder(path, 'tests'))) return [];
  const first = lines[lines[0].startsWith('#!') ? 1 : 0] ?? '';
  const own = basename(path).replace(/\.cpp$/, '.hpp');
  const included = /^#include ["<](.*\/)?([^/]*)[">]/.exec(first)?.[2];
  if (path.endsWith('.cpp') && included === own) return [];
  const comment = isCpp(path) || isScript(path) ? /^\/[/*]+ *\S|^\/\*\*$/ : /^# *\S/;
  if (path === 'meson_options.txt' || comment.test(first)) return [];
  const message = 'opens without a comment: what it is, why, its invariants';
  return [{ line: 1, rule: 'file-header', message }];
}

function pragmaOnce({ path, text }) {
  if (!isHeader(path) || /^#pragma once$/m.test(text)) return [];
  // For every C compiler.
  if (/\/weft(_\w+)?\.h$/.test(path) && /^#ifndef WEFT(_[A-Z]+)?_H$/m.test(text)) return [];
  return [{ line: 1, rule: 'pragma-once', message: 'header without #pragma once' }];
}

function functionLength({ path, code }) {
  if (!isCpp(path)) return [];
  return functionsOf(code).filter(({ lines }) => lines > kFunctionLinesMax)
    .map(({ name, line, lines }) => ({
      line,
      rule: 'function-length',
      message: `${name} has ${lines} lines of ${kFunctionLinesMax}`,
    }));
}

const kImpureCalls = new RegExp([
  'std::c(out|err|in)\\b', '\\bf?printf\\s*\\(', '\\babort\\s*\\(', '\\bexit\\s*\\(',
  '\\brand\\s*\\(', 'std::random_device', '\\btime\\s*\\(', '_clock::now',
  'std::(recursive_|shared_)?mutex', 'std::j?thread', 'std::this_thread', 'std::atomic',
  'std::getenv', '\\bgetenv\\s*\\(',
].join('|'));

function purity(file) {
  if (!isCpp(file.path) || !kPureRooms.some((room) => inFolder(file.path, room))) return [];
  return grep(file, 'purity', kImpureCalls,
    (what) => `${what}: this room has no I/O, thread, clock or chance of its own`);
}

function nakedNew(file) {
  if (!isCpp(file.path)) return [];
  const pattern = /\bnew\b(?!\s*\))|(?<!=\s*)\bdelete\b(\s*\[\s*\])?\s*[\w(*]/;
  return grep(file, 'naked-new', pattern, () => 'new and delete have owners: std::make_unique');
}

function usingNamespace(file) {
  if (!isHeader(file.path)) return [];
  return grep(file, 'using-namespace', /\busing\s+namespace\b/,
    () => 'a header opens no namespace for those who include it');
}

function asciiOnly({ path, lines }) {
  if (!isCpp(path) || inFolder(path, 'tests')) return [];
  return lines.flatMap((text, index) => (/[^\x00-\x7f]/.test(text)
    ? [{ line: index + 1, rule: 'ascii', message: 'C++ sources are ASCII: write \\u escapes' }]
    : []));
}

// g++ 12 destroys such temporaries twice.
function coroutineTemporaries({ path, code }) {
  if (!isCpp(path)) return [];
  const lambda = /\[[^\][]*[\w&=][^\][]*\]\s*(\([^()]*\)\s*)?(mutable\s*)?(->\s*[\w:<>]+\s*)?\{/;
  const braces = /([\w>](?<!\bco_await)\s*|[(,]\s*)\{/;
  return awaitExpressions(code)
    .filter(({ text }) => lambda.test(text) || braces.test(text))
    .map(({ line }) => ({
      line,
      rule: 'coroutine-temporaries',
      message: 'co_await beside a capturing lambda or a braced temporary: name it before',
    }));
}

/** Words that have no place in the project, in every text file of it. */
function words({ path, lines }) {
  const rules = [
    [/\b(FIXME|XXX|HACK)\b|\bTODO\b(?!\((perf|security|cleanup)\): \S)/,
      'todo', 'write TODO(perf|security|cleanup): what'],
    [/(^|[\s"'`=(:<])\/(home|root|Users|work|mnt)\//, 'machine-path', 'a path of one machine'],
    [/\bNOLINT(NEXTLINE|BEGIN)?\b(?!\([\w.,\- ]+\): \S)/,
      'nolint', 'write NOLINT(check): reason'],
  ];
  if (inFolder(path, 'tests/tidy')) return [];
  return lines.flatMap((text, index) => rules
    .filter(([pattern]) => pattern.test(text))
    .map(([, rule, message]) => ({ line: index + 1, rule, message })));
}

function lockFile({ path, lines }) {
  if (!isLock(path)) return [];
  return lines.flatMap((text, index) => (/"resolved": *"http/.test(text)
    ? [{ line: index + 1, rule: 'lock-file', message: 'records where a package was loaded from' }]
    : []));
}

const kFileRules = [lineLength, fileLength, fileHeader, pragmaOnce, functionLength, purity,
  nakedNew, usingNamespace, asciiOnly, coroutineTemporaries, words, lockFile];

function isAllowed(file, { line, rule, wholeFile }) {
  const begin = wholeFile ? 0 : Math.max(0, line - 2);
  const places = file.lines.slice(begin, wholeFile ? 20 : line);
  return places.some((text) => new RegExp(`tidy: allow ${rule}, \\S`).test(text));
}

/** Every violation of the rules on single files in `file` {path, text}. */
export function checkFile({ path, text }) {
  const lines = text.split('\n');
  const file = { path, text, lines, code: isCpp(path) ? codeOf(text) : text };
  return kFileRules.flatMap((rule) => rule(file)).filter((found) => !isAllowed(file, found));
}

/** Sources that no meson.build names: they would rot unseen. `files` are {path, text}. */
export function checkBuildLists(files) {
  const named = new Set();
  for (const { path, text } of files.filter((file) => basename(file.path) === 'meson.build')) {
    for (const [, name] of text.matchAll(/'([^'\n]+\.c(?:pp)?)'/g)) {
      named.add(join(dirname(path), name));
    }
  }
  return files.filter(({ path }) => /\.c(pp)?$/.test(path) && !named.has(path))
    .map(({ path }) => ({ path, line: 1, rule: 'build-list', message: 'is in no meson.build' }));
}

/** Rooms say what lives in them; fuzz targets have seeds. */
export function checkFolders(files) {
  const paths = new Set(files.map(({ path }) => path));
  const rooms = new Set();
  for (const { path } of files.filter((file) => isCpp(file.path))) {
    const parts = path.split('/');
    const depth = ['crdt', 'server'].includes(parts[0]) ? 2 : 1;
    for (let n = 1; n <= depth; n++) rooms.add(parts.slice(0, n).join('/'));
  }
  rooms.delete('crdt/include');
  const found = [...rooms].filter((room) => !paths.has(`${room}/README.md`)).map((room) => ({
    path: room, line: 1, rule: 'room-readme', message: 'has no README.md',
  }));
  for (const path of paths) {
    const target = /^fuzz\/(\w+)_fuzz\.cpp$/.exec(path)?.[1];
    if (target && ![...paths].some((other) => other.startsWith(`fuzz/corpus/${target}/`))) {
      found.push({ path, line: 1, rule: 'fuzz-corpus', message: `needs fuzz/corpus/${target}/` });
    }
  }
  return found;
}
