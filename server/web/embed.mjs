// Turns the bundled page into one C++ source: `node embed.mjs --out FILE.cpp`.
//
// Each file becomes an array of its gzip-compressed bytes and a row of the table that
// weft::web::find_asset (assets.hpp) looks into. The same sources give the same bytes.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ensureModules } from './ensure_modules.mjs';

const kTypes = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** The addresses of the pages. */
const kShort = { '/index.html': '/', '/admin.html': '/admin' };
const kColumns = 100;

function array(name, bytes) {
  const lines = [''];
  for (const byte of bytes) {
    const text = `${byte},`;
    if (lines[lines.length - 1].length + text.length > kColumns) lines.push('');
    lines[lines.length - 1] += text;
  }
  return `constexpr unsigned char ${name}[] = {\n${lines.join('\n')}\n};\n`;
}

function row(path, array, type, etag) {
  return `    {"${path}", "${type}", "\\"${etag}\\"", ${array}},`;
}

/** The C++ source for `files`, a map from URL path to bytes. */
export function toCpp(files) {
  const arrays = [];
  const rows = [];
  for (const [path, bytes] of files) {
    const type = kTypes[extname(path)];
    if (type === undefined) throw new Error(`${path}: no content type is known for this extension`);
    const name = `kFile${arrays.length}`;
    const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 20);
    arrays.push(array(name, gzipSync(bytes, { level: 9 })));
    if (path in kShort) rows.push(row(kShort[path], name, type, etag));
    rows.push(row(path, name, type, etag));
  }
  return `// Made by server/web/embed.mjs from the page's sources. Not to be edited.
#include "web/assets.hpp"

namespace weft::web {
namespace {

${arrays.join('\n')}
constexpr Asset kAssets[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const Asset> all_assets() { return kAssets; }

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : kAssets) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace weft::web
`;
}

async function main([flag, out]) {
  if (flag !== '--out' || out === undefined) {
    console.error('usage: node embed.mjs --out FILE.cpp');
    return 2;
  }
  ensureModules(dirname(fileURLToPath(import.meta.url)));
  const { bundle } = await import('./build.mjs');
  writeFileSync(out, toCpp(await bundle()));
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
