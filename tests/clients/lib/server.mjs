// Starts and ends the real binary: `weft serve --listen 127.0.0.1:PORT --data DIR`.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './wait.mjs';

const kStartLimit = 15_000;  // ms until the port must answer
const kStopLimit = 15_000;   // ms from SIGTERM until the process must have ended

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

export class Server {
  #binary;
  #extra;
  #ownStore;
  #environment;
  #child = null;
  #ended = null;
  #output = '';

  /**
   * `extra`: further arguments of `weft serve`. `discard` removes the data folder. `ownStore`:
   * `extra` says where the documents are. `environment`: further variables.
   */
  constructor(binary, extra = [], { ownStore = false, environment = {} } = {}) {
    this.#binary = binary;
    this.#extra = extra;
    this.#ownStore = ownStore;
    this.#environment = environment;
    this.data = mkdtempSync(join(tmpdir(), 'weft-clients-'));
    this.port = 0;
  }

  get url() {
    return `ws://127.0.0.1:${this.port}`;
  }

  get http() {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid() {
    return this.#child.pid;
  }

  /** What the server wrote since it was first started: for the message of a failed scenario. */
  get output() {
    return this.#output;
  }

  /** Starts, on the port of the first start, and waits until the port answers. */
  async start() {
    if (this.port === 0) this.port = await freePort();
    const listen = `127.0.0.1:${this.port}`;
    const child = spawn(
      this.#binary,
      ['serve', '--listen', listen, ...(this.#ownStore ? [] : ['--data', this.data]),
        ...this.#extra],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.#environment } },
    );
    this.#child = child;
    const keep = (chunk) => {
      this.#output = (this.#output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        keep(`${error.message}\n`);
        resolve({ code: null, signal: null });
      });
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    let gone = false;
    this.#ended.then(() => {
      gone = true;
    });
    await until(`weft listens on ${listen}`, async () => {
      if (gone) throw new Error(`weft ended before it listened:\n${this.#output}`);
      return answers(this.port);
    }, kStartLimit);
  }

  /** Sends SIGTERM and waits for the end. Returns {code, signal}. */
  async stop() {
    this.#child.kill('SIGTERM');
    return this.#end();
  }

  /** Ends the process as a power failure would: no handler runs. */
  async kill() {
    this.#child.kill('SIGKILL');
    return this.#end();
  }

  async #end() {
    const limit = new Promise((resolve) => {
      setTimeout(resolve, kStopLimit, null).unref();
    });
    const result = await Promise.race([this.#ended, limit]);
    if (result !== null) {
      this.#child = null;
      return result;
    }
    this.#child.kill('SIGKILL');
    throw new Error(`weft did not end within ${kStopLimit} ms`);
  }

  /** Kills what still runs and removes the data folder. */
  async discard() {
    if (this.#child !== null) await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }
}
