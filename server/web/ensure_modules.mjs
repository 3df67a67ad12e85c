// Installs a folder's npm packages if they are not those of its package-lock.json:
// `node ensure_modules.mjs DIR...`. Safe to run from several builds at once.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const kPatience = 300_000;  // ms to wait for another installation into the same folder
const kStamp = '.installed-lock';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Holds a lock file with our process id while `work` runs; takes over one whose owner is gone. */
function locked(file, work) {
  const deadline = Date.now() + kPatience;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST' || Date.now() > deadline) throw error;
    }
    const owner = Number(read(file));
    if (owner > 0 && !alive(owner)) rmSync(file, { force: true });
    else pause(100);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Runs `npm ci` in `folder` unless its node_modules were installed from the same lock file. */
export function ensureModules(folder) {
  const dir = resolve(folder);
  const wanted = sha256(readFileSync(join(dir, 'package-lock.json')));
  const stamp = join(dir, 'node_modules', kStamp);
  if (read(stamp) === wanted) return;
  locked(join(tmpdir(), `weft-npm-${sha256(dir).slice(0, 16)}.lock`), () => {
    if (read(stamp) === wanted) return;
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, error } = spawnSync('npm', ['ci', ...flags], {
      cwd: dir,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw error ?? new Error(`npm ci in ${dir} ended with status ${status}`);
    mkdirSync(join(dir, 'node_modules'), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.argv.slice(2).forEach(ensureModules);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
