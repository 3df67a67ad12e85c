// A PostgreSQL server of this test's own: Debian's package, in a new folder, on a socket in that
// folder, as the user postgres where the test runs as root.

import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sleep, until } from '../clients/lib/wait.mjs';

const kInstalled = '/usr/lib/postgresql';

function programs() {
  const versions = existsSync(kInstalled) ? readdirSync(kInstalled).map(Number) : [];
  if (versions.length === 0) throw new Error('this test needs the package postgresql');
  return join(kInstalled, String(Math.max(...versions)), 'bin');
}

function unprivileged() {
  if (process.getuid() !== 0) return {};
  const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8').split('\n')
    .find((line) => line.startsWith('postgres:')).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The processes whose parent is `pid`: each in a session of its own, no signal reaches all. */
function childrenOf(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((child) => {
    try {
      const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === pid && state !== 'Z';
    } catch {
      return false;  // gone meanwhile
    }
  });
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export class Postgres {
  #child = null;
  #ended = null;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'weft-postgres-'));
    this.user = unprivileged();
    if (this.user.uid !== undefined) chownSync(this.folder, this.user.uid, this.user.gid);
  }

  async #initialise() {
    if (existsSync(join(this.folder, 'data'))) return;
    const arguments_ = ['-D', join(this.folder, 'data'), '-U', 'weft', '--auth=trust', '--no-sync',
      '--encoding=UTF8', '--locale=C'];
    await promisify(execFile)(join(programs(), 'initdb'), arguments_,
      { ...this.user, cwd: this.folder });
  }

  get url() {
    return `postgres://${encodeURIComponent(this.folder)}/postgres?user=weft`;
  }

  async start() {
    await this.#initialise();
    const arguments_ = ['-D', join(this.folder, 'data'), '-k', this.folder, '-c',
      'listen_addresses='];
    this.#child = spawn(join(programs(), 'postgres'), arguments_,
      { ...this.user, cwd: this.folder, stdio: 'ignore' });
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
    await until(`PostgreSQL answers in ${this.folder}`,
      () => this.sql('SELECT 1').then(() => true, () => false), 60_000);
  }

  /** Runs SQL and returns what it prints. */
  async sql(text) {
    const { stdout } = await promisify(execFile)(join(programs(), 'psql'),
      [this.url, '-qAtc', text], { cwd: this.folder });
    return stdout;
  }

  /** kill -9 to the server and all that belongs to it. */
  async kill() {
    const { pid } = this.#child;
    process.kill(pid, 'SIGSTOP');  // it must not start others meanwhile
    const children = childrenOf(pid);
    for (const child of children) process.kill(child, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await this.#ended;
    while (children.some(alive)) await sleep(1);
    this.#child = null;
  }

  async discard() {
    if (this.#child !== null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
