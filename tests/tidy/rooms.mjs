// Who may call whom: the plan of the house as a table, and the check of every #include against it.

import { dirname, join, normalize } from 'node:path';

/** What a room may include besides itself. The linker holds the same line for what is compiled. */
const kRooms = {
  'crdt/encoding': [],
  'crdt/update': ['crdt/encoding'],
  'crdt/store': ['crdt/update', 'crdt/encoding'],
  'crdt/document': ['crdt/store', 'crdt/update', 'crdt/encoding'],
  'crdt/types': ['crdt/document', 'crdt/store', 'crdt/update', 'crdt/encoding'],
  'crdt/history': ['crdt/types', 'crdt/document', 'crdt/store', 'crdt/update', 'crdt/encoding'],
  'crdt/sync': ['crdt/encoding'],
  'crdt/c': ['crdt/history', 'crdt/types', 'crdt/document', 'crdt/update', 'crdt/sync'],
  persistence: ['crdt/update'],
  'server/session': ['crdt/history', 'crdt/document', 'crdt/update', 'crdt/sync', 'persistence'],
  'server/protocol': ['server/session', 'server/access', 'crdt/sync', 'crdt/encoding'],
  'server/binding': ['server/session', 'crdt/document'],
  'server/access': [],
  'server/api': ['server/session', 'server/access', 'persistence', 'crdt/document', 'crdt/update',
    'crdt/encoding'],
  'server/web': [],
  'server/net': ['server/protocol', 'server/session', 'server/access', 'server/api',
    'server/binding', 'server/web', 'persistence', 'crdt/sync', 'crdt/encoding'],
  'server/cli': ['*'],
  docs: ['*'],
  tests: ['*'],
  bench: ['*'],
  fuzz: ['*'],
};

/** Public headers above the engine's ground floor belong to the room that implements them. */
const kPublicHeaders = {
  'update.hpp': 'crdt/update',
  'inspect.hpp': 'crdt/update',
  'doc.hpp': 'crdt/document',
  'types.hpp': 'crdt/document',
  'xml.hpp': 'crdt/document',
  'attribution_managers.hpp': 'crdt/history',
  'relative_position.hpp': 'crdt/history',
  'snapshot.hpp': 'crdt/history',
  'undo.hpp': 'crdt/history',
  'permanent_user_data.hpp': 'crdt/history',
  'event.hpp': 'crdt/document',
  'sync.hpp': 'crdt/sync',
  'awareness.hpp': 'crdt/sync',
};
/** The other public headers are words that everybody shares: bytes, ids, errors, values. */
const kEverybody = 'crdt/include';

/** Headers of rooms whose outside face is crdt/include/weft. */
const kEngineOnly = /^crdt\/(update|store|document|types|history)\//;

/** Libraries from outside, and the only folders that may see them. */
const kLibraries = [
  [/^boost\/(asio|beast)/, ['server/net', 'tests', 'bench', 'fuzz']],
  [/^boost\//, ['server', 'tests', 'bench', 'fuzz']],
  [/^(pqxx|libpq)/, ['persistence/postgres', 'tests']],
  [/^prometheus\//, ['server/api']],
  [/^sqlite3/, ['persistence/sqlite', 'tests']],
  [/^leveldb\//, ['persistence/foreign']],
  [/^openssl\//, ['server/net', 'server/access', 'tests', 'fuzz']],
  [/^catch2\//, ['tests']],
  [/^benchmark\//, ['bench']],
];

/** Standard headers that bring I/O, threads, clocks or chance into rooms that must have none. */
const kImpure = new Set(['iostream', 'fstream', 'cstdio', 'thread', 'mutex', 'shared_mutex',
  'atomic', 'condition_variable', 'future', 'random', 'filesystem', 'ctime', 'locale']);
/** Rooms of the server where time and bytes come in and actions go out. */
export const kPureRooms = ['crdt', 'server/session', 'server/protocol', 'server/binding',
  'server/access', 'server/api'];

/** Outside headers of the engine: its hash, what the C ABI speaks, and advice about memory. */
const kCHeaders = new Set([
  'xxhash.h', 'weft.h', 'weft_attributions.h', 'stddef.h', 'stdint.h', 'sys/mman.h',
]);

const kIncludeRoots = ['crdt', 'crdt/include', 'server', 'persistence', '', 'tests'];

export function inFolder(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The room that a file belongs to; undefined for a file of none. */
export function roomOf(path) {
  if (inFolder(path, 'crdt/include')) {
    return kPublicHeaders[path.slice('crdt/include/weft/'.length)] ?? kEverybody;
  }
  return Object.keys(kRooms)
    .filter((room) => inFolder(path, room))
    .sort((a, b) => b.length - a.length)[0];
}

/** Violations among the #include lines of `file` {path, text}; `paths` is the set of all files. */
export function checkIncludes(file, paths) {
  const found = [];
  const report = (line, message) => found.push({ line, rule: 'include-direction', message });
  const room = roomOf(file.path);
  if (room === undefined) {
    report(1, 'belongs to no room: add it to the table in tests/tidy/rooms.mjs');
    return found;
  }
  file.text.split('\n').forEach((text, index) => {
    const include = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(text);
    if (include === null) return;
    const [, quote, name] = include;
    const inside = resolve(file.path, quote, name, paths);
    const problem = inside === undefined ? checkOutside(file.path, quote, name)
      : checkInside(file.path, room, inside);
    if (problem !== undefined) report(index + 1, problem);
  });
  return found;
}

function resolve(from, quote, name, paths) {
  const candidates = quote === '"' ? [join(dirname(from), name)] : [];
  candidates.push(...kIncludeRoots.map((root) => join(root, name)));
  return candidates.map(normalize).find((path) => paths.has(path));
}

function checkInside(path, room, target) {
  const other = roomOf(target);
  if (room === kEverybody || other === kEverybody || other === room) {
    return room === kEverybody && other !== kEverybody ? `a shared header may not use ${target}`
      : undefined;
  }
  if (/^(persistence|server)\//.test(path) && kEngineOnly.test(target)) {
    return `${target} is the engine's own: persistence and server use crdt/include/weft`;
  }
  const allowed = kRooms[room];
  if (room === 'server/cli' && other === 'server/net' && !/\/serve\w*\.[ch]pp$/.test(path)) {
    return 'the tools do not know the network: only serve.cpp includes server/net';
  }
  if (allowed.includes('*') || allowed.includes(other)) return undefined;
  return `${room} may not use ${other} (${target})`;
}

function checkOutside(path, quote, name) {
  for (const [pattern, folders] of kLibraries) {
    if (pattern.test(name) && !folders.some((folder) => inFolder(path, folder))) {
      return `<${name}> is for ${folders.join(', ')} alone`;
    }
  }
  if (quote === '<' && inFolder(path, 'crdt') && /[/.]/.test(name) && !kCHeaders.has(name)) {
    return `the engine uses the standard library and xxHash alone, not <${name}>`;
  }
  if (kImpure.has(name) && kPureRooms.some((room) => inFolder(path, room))) {
    return `<${name}> brings I/O, threads, time or chance into a room that has none`;
  }
  return undefined;
}
