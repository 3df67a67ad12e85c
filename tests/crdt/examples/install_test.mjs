// node install_test.mjs BUILD SOURCE: installs the library into an empty folder, builds an example
// against it with pkg-config alone, and runs it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [build, source] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), 'weft-install-'));
const run = (program, args, env = {}) =>
  execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });

try {
  const install = ['install', '-C', build, '--no-rebuild', '--tags', 'devel,runtime'];
  run('meson', install, { DESTDIR: root });
  const find = (wanted) =>
    readdirSync(root, { recursive: true }).find((path) => path.endsWith(wanted));
  const pc = join(root, find('weft.pc'));
  assert.ok(find('include/weft.h') && find('include/weft/doc.hpp'));
  const environment = {
    PKG_CONFIG_PATH: join(pc, '..'),
    PKG_CONFIG_SYSROOT_DIR: root,
    LD_LIBRARY_PATH: join(pc, '..', '..'),
  };
  const flags = run('pkg-config', ['--cflags', '--libs', 'weft'], environment).trim().split(/\s+/);
  const program = join(root, 'example');
  run(process.env.CXX_FOR_INSTALL ?? 'c++', [source, '-o', program, ...flags], environment);
  const said = run(program, [], environment);
  assert.match(said, /^both: {3}theirs and mine\n/);
  console.log('the installed library builds and runs an example');
} finally {
  rmSync(root, { recursive: true });
}
