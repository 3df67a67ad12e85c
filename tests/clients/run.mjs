// Runs every scenario for every version: `node run.mjs --server PATH_TO_WEFT`.
//   --only TEXT   those whose title holds TEXT          --seed N   the seed of the random edits
//   --list        prints the titles and ends
// Prints TAP (ok / not ok), and ends with 1 if one failed.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Context } from './lib/context.mjs';
import { versions as hocuspocus } from './lib/hocuspocus.mjs';
import { versions } from './lib/peers.mjs';
import { versions as phoenix } from './lib/phoenix.mjs';
import { Server } from './lib/server.mjs';
import { versions as ySweet } from './lib/y_sweet.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const kLimit = 60_000;  // ms for one scenario

function versionsOf({ each, everyWire, wire }) {
  if (wire === 'hocuspocus') return each ? hocuspocus : hocuspocus.slice(-1);
  if (wire === 'phoenix') return each ? phoenix : phoenix.slice(-1);
  if (wire === 'y-sweet') return each ? ySweet : ySweet.slice(-1);
  if (everyWire) return [...versions, ...hocuspocus, ...ySweet, ...phoenix];
  return each ? versions : [versions[versions.length - 2]];
}

async function loadCases(only) {
  const cases = [];
  for (const file of readdirSync(join(here, 'scenarios')).sort()) {
    const { default: scenarios } = await import(`./scenarios/${file}`);
    for (const scenario of scenarios) {
      for (const version of versionsOf(scenario)) {
        const suffix = scenario.each ? ` · ${version.name}` : '';
        cases.push({ ...scenario, version, title: `${scenario.name}${suffix}` });
      }
    }
  }
  return cases.filter(({ title }) => only === undefined || title.includes(only));
}

function limited(promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${kLimit} ms`)), kLimit);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Runs one case; returns null or the error that failed it. */
async function attempt(entry, setting) {
  const context = new Context({ ...setting, version: entry.version });
  try {
    await limited(entry.run(context));
    return null;
  } catch (error) {
    return error;
  } finally {
    await context.close();
  }
}

function report(number, title, error, server) {
  console.log(`${error === null ? 'ok' : 'not ok'} ${number} - ${title.replaceAll('#', '')}`);
  if (error === null) return;
  console.log(String(error.stack ?? error).replace(/^/gm, '# '));
  console.log(`# the server wrote: ${server.output.slice(-1000)}`.replaceAll('\n', '\n# '));
}

async function runAll(cases, setting) {
  const waiting = cases.filter((entry) => entry.background);
  const background = new Map(waiting.map((entry) => [entry, attempt(entry, setting)]));
  const ordered = [...cases.filter((entry) => !entry.background), ...waiting];
  let failed = 0;
  for (const [index, entry] of ordered.entries()) {
    const error = await (background.get(entry) ?? attempt(entry, setting));
    report(index + 1, entry.title, error, setting.server);
    if (error !== null) failed++;
  }
  return failed;
}

async function main() {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string' },
      list: { type: 'boolean' },
    },
  });
  const cases = await loadCases(values.only);
  if (values.list) {
    cases.forEach(({ title }) => console.log(title));
    return 0;
  }
  if (values.server === undefined) {
    console.error('usage: node run.mjs --server PATH_TO_WEFT [--only TEXT] [--seed N] [--list]');
    return 2;
  }
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const server = new Server(values.server);
  await server.start();
  console.log(`1..${cases.length}\n# seed ${seed}`);
  const failed = await runAll(cases, { binary: values.server, server, seed });
  const alive = await server.stop().catch((error) => ({ code: error.message }));
  if (alive.code !== 0) console.log(`# the server ended with ${JSON.stringify(alive)}`);
  await server.discard();
  console.log(`# tests ${cases.length}\n# pass ${cases.length - failed}\n# fail ${failed}`);
  return failed === 0 && alive.code === 0 ? 0 : 1;
}

process.exit(await main());
