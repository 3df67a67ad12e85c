// node install_test.mjs BUILD EXAMPLE.cpp PROGRAM.c: installs the library into an empty folder,
// builds a program in C++ and one in C against it with pkg-config alone, shared and static, and
// runs them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [build, example, program] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), 'weft-install-'));
const run = (command, args, env = {}) =>
  execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env } });

try {
  const install = ['install', '-C', build, '--no-rebuild', '--tags', 'devel,runtime'];
  run('meson', install, { DESTDIR: root });
  const find = (wanted) =>
    readdirSync(root, { recursive: true }).find((path) => path.endsWith(wanted));
  assert.ok(find('include/weft.h') && find('include/weft/doc.hpp'));
  const config = join(root, find('weft.pc'), '..');
  const paths = { PKG_CONFIG_PATH: config, PKG_CONFIG_SYSROOT_DIR: root };
  const consume = (compiler, source, name, linking) => {
    const asked = [...(linking === 'static' ? ['--static'] : []), '--cflags', '--libs', name];
    const flags = run('pkg-config', asked, paths).trim().split(/\s+/)
      .map((flag) => (flag === '-lweft' && linking === 'static' ? '-l:libweft.a' : flag));
    const out = join(root, `${name}-${linking}`);
    run(compiler, ['-Wall', '-Wextra', '-Werror', source, '-o', out, ...flags]);
    const libraries = linking === 'static' ? {} : { LD_LIBRARY_PATH: join(config, '..') };
    return run(out, [], libraries);
  };
  for (const linking of ['shared', 'static']) {
    assert.match(consume('c++', example, 'weft', linking), /^both: {3}theirs and mine\n/);
    assert.match(consume('cc', program, 'weft-c', linking), /^\d+ checks of the C ABI hold\n/);
  }
  console.log('the installed library serves programs in C++ and C, shared and static');
} finally {
  rmSync(root, { recursive: true });
}
