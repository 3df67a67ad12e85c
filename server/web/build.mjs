// Bundles the page into a folder: `node build.mjs --out DIR`.
//
// Writes index.html, admin.html, favicon.svg, licences.txt, the description of the HTTP interface and
// assets/NAME-HASH.EXT; a name holds the hash of its contents, so everything below assets/ may be
// cached for ever. Running it twice gives the same bytes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const source = (name) => join(here, 'src', name);
const kTarget = ['chrome111', 'firefox128', 'safari17'];
const kFont = '@fontsource-variable/geist/files/geist-latin-wght-normal.woff2';

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('base64url').replace(/[-_]/g, '').slice(0, 8);
}

function assetPath(name, ext, bytes) {
  return `/assets/${name}-${hash(bytes)}.${ext}`;
}

/** The licence texts of the packages that `inputs` (esbuild's) come from, and of the typeface. */
function licences(inputs) {
  const names = inputs.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  const packages = [...new Set([...names, kFont.split('/').slice(0, 2).join('/')])];
  const texts = packages.filter((name) => name !== undefined).sort().map((name) => {
    const dir = join(here, 'node_modules', name);
    const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name}: no licence file found`);
    const { version } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(dir, file), 'utf8').trim()}\n`;
  });
  return `The page holds these works of others.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

/** Bundles the page. Returns the files as a map from URL path to bytes. */
export async function bundle() {
  const files = new Map();
  const add = (name, ext, bytes) => {
    const path = assetPath(name, ext, bytes);
    files.set(path, bytes);
    return path;
  };
  const font = add('geist', 'woff2', readFileSync(join(here, 'node_modules', kFont)));
  const palette = readFileSync(source('palette.css'), 'utf8');
  const style = async (name) => {
    const css = palette + readFileSync(source(name), 'utf8').replaceAll('{{font}}', font);
    return (await transform(css, { loader: 'css', minify: true, target: kTarget })).code;
  };
  const theme = await transform(readFileSync(source('theme.js'), 'utf8'), { minify: true });
  const script = (name) => build({
    entryPoints: [source(name)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: kTarget,
    legalComments: 'none',
    metafile: true,
    absWorkingDir: here,
    logLevel: 'warning',
  });
  const main = await script('main.js');
  const admin = await script('admin.js');
  const links = {
    font,
    style: add('style', 'css', Buffer.from(await style('style.css'))),
    theme: add('theme', 'js', Buffer.from(theme.code)),
    main: add('main', 'js', Buffer.from(main.outputFiles[0].contents)),
    admin_style: add('admin', 'css', Buffer.from(await style('admin.css'))),
    admin: add('admin', 'js', Buffer.from(admin.outputFiles[0].contents)),
  };
  for (const name of ['index', 'admin']) {
    const html = readFileSync(source(`${name}.html`), 'utf8')
      .replace(/\{\{(\w+)\}\}/g, (_, link) => links[link])
      .replace(/\n\s+/g, '\n');
    files.set(`/${name}.html`, Buffer.from(html));
  }
  files.set('/licences.txt', Buffer.from(licences(Object.keys(main.metafile.inputs))));
  files.set('/api/openapi.json', readFileSync(join(here, '../api/openapi.json')));
  files.set('/favicon.svg', readFileSync(source('favicon.svg')));
  return files;
}

/** Writes `files` (of bundle) below the folder `out`, in place of what was there. */
export function writeFiles(files, out) {
  rmSync(join(out, 'assets'), { recursive: true, force: true });
  for (const [path, bytes] of files) {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[process.argv.indexOf('--out') + 1];
  if (!process.argv.includes('--out') || out === undefined) {
    console.error('usage: node build.mjs --out DIR');
    process.exit(2);
  }
  const files = await bundle();
  writeFiles(files, out);
  for (const [path, bytes] of files) {
    console.log(`${String(bytes.length).padStart(8)}  ${relative('.', join(out, path))}`);
  }
}
