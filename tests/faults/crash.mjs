// Edits under load while the server is killed or stopped and its store fails, at random moments:
// `node crash.mjs --server PATH_TO_WEFT [--store sqlite|postgres] [--failing-disk PATH]
// [--rounds N] [--lanes N] [--seed N]`. Each lane has a server and a store of its own, and its
// share of the rounds.
//
// Writers change several documents as fast as they are let (writers.mjs). In each round the store
// may fail for a while; then the server is killed (or stopped) and started again, now and then
// killed once more while it starts, or started on damaged records. Everything that was echoed must
// then be there, once. The writers go on, so each round also tests what the one before left behind;
// after some rounds all of them must hold the same document, and others begin.

import { parseArgs } from 'node:util';
import { Random } from '../clients/lib/random.mjs';
import { fetchDoc } from '../clients/lib/raw.mjs';
import { Server } from '../clients/lib/server.mjs';
import { shape } from '../clients/lib/shape.mjs';
import { check, equal, sleep } from '../clients/lib/wait.mjs';
import { postgresStore, sqliteStore } from './stores.mjs';
import { Writer, settle, verify } from './writers.mjs';

const kDocuments = 2;
const kWriters = 2;         // per document
const kGeneration = 10;     // rounds with the same documents
const kLife = [10, 120];    // ms of load before something happens
const kFault = [5, 100];    // ms that a store fails
const kStopped = 25;        // of a hundred servers are stopped in order instead of killed
const kKilledAgain = 12;    // are killed while they start
const kDamaged = 8;         // start on a record that is damaged

class Lane {
  constructor(number, binary, store, random) {
    this.number = number;
    this.store = store;
    this.random = random;
    this.server = new Server(binary, store.arguments,
      { ownStore: true, environment: store.environment });
    this.rooms = new Map();    // of this generation
    this.finished = new Map(); // of those before: their shapes
    this.echoed = 0;
  }

  likely(percent) {
    return this.random.int(0, 99) < percent;
  }

  begin(generation) {
    this.rooms.clear();
    for (let d = 0; d < kDocuments; d++) {
      const room = `crash-${generation}-${d}`;
      this.rooms.set(room, Array.from({ length: kWriters }, (_, w) =>
        new Writer(`w${generation}.${d}${w}`, room, this.random.int(1, 0x7fffffff))));
    }
  }

  get writers() {
    return [...this.rooms.values()].flat();
  }

  /** Lets the store fail once for a while, or not; the writers go on meanwhile. */
  async disturb() {
    await sleep(this.random.int(...kLife));
    const fault = this.store.faults[this.random.int(0, this.store.faults.length)];  // or none
    if (fault === undefined) return 'nothing';
    await fault.begin();
    await sleep(this.random.int(...kFault));
    await fault.end();
    await sleep(this.random.int(...kLife));
    return fault.name;
  }

  async killWhileStarting() {
    const started = this.server.start().catch(() => {});
    await sleep(this.random.int(0, 60));
    await this.server.kill();
    await started;
  }

  /**
   * Damages a record: its document is refused, or was not hit where it matters; the others are as
   * before. With the record whole again everything is there.
   */
  async damage() {
    const undo = await this.store.damage(this.rooms, this.random);
    if (undo === null) return 'nothing to damage';
    await this.server.start();
    let refused = 0;
    for (const [room, writers] of this.rooms) {
      try {
        await verify(this.server, room, writers);
      } catch (error) {
        check(`${room} is whole or damaged: ${error.message}`, undo.rooms.includes(room));
        check(`it is refused: ${error.message}`, /closed: .*1011/.test(error.message));
        refused++;
      }
    }
    await this.server.kill();
    await undo.mend();
    return `a record damaged, ${refused} documents refused`;
  }

  async round() {
    await Promise.all(this.writers.map((writer) => writer.join(this.server.url)));
    const working = Promise.all(
      this.writers.map((writer) => writer.work(performance.now() + 30_000)));
    const told = [await this.disturb()];
    const damaged = this.likely(kDamaged);
    const stopped = damaged || this.likely(kStopped);
    await (stopped ? this.server.stop() : this.server.kill());
    told.push(stopped ? 'stopped' : 'killed');
    await working;
    this.writers.forEach((writer) => writer.leave());
    if (damaged) {
      told.push(await this.damage());
    } else if (this.likely(kKilledAgain)) {
      await this.killWhileStarting();
      told.push('killed while it started');
    }
    await this.server.start();
    let tested = 0;
    for (const [room, group] of this.rooms) tested += await verify(this.server, room, group);
    return { told: told.join(', '), tested };
  }

  async endGeneration() {
    for (const [room, group] of this.rooms)
      this.finished.set(room, await settle(this.server, room, group));
  }

  async run(rounds) {
    await this.server.start();
    for (let number = 0; number < rounds; number++) {
      if (number % kGeneration === 0) this.begin(number / kGeneration);
      const { told, tested } = await this.round();
      console.log(`ok - lane ${this.number}, round ${number + 1}: ${told}; all of ${tested}` +
        ' echoed updates are there');
      if (number % kGeneration === kGeneration - 1 || number === rounds - 1) {
        this.echoed += tested;
        await this.endGeneration();
      }
    }
    for (const [room, expected] of this.finished)
      equal(`${room} at the end`, JSON.stringify(shape(await fetchDoc(this.server.url, room))),
        expected);
    check('some updates were echoed', this.echoed > 0);
  }
}

async function runLane(number, { binary, makeStore, failingDisk, rounds, seed }) {
  const store = await makeStore(failingDisk);
  const lane = new Lane(number, binary, store, new Random(seed + number));
  let failed = 0;
  try {
    await lane.run(rounds);
  } catch (error) {
    failed = 1;
    const why = String(error.stack ?? error).replaceAll('\n', '\n# ');
    console.log(`not ok - lane ${number}: ${why}`);
    console.log(`# the server wrote: ${lane.server.output.slice(-1000)}`.replaceAll('\n', '\n# '));
  }
  await lane.server.discard();
  await store.discard();
  return { failed, echoed: lane.echoed };
}

async function main() {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      store: { type: 'string', default: 'sqlite' },
      rounds: { type: 'string', default: '200' },
      lanes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      'failing-disk': { type: 'string' },
    },
  });
  const makeStore = { sqlite: sqliteStore, postgres: postgresStore }[values.store];
  if (values.server === undefined || makeStore === undefined) {
    console.error('usage: node crash.mjs --server PATH_TO_WEFT [--store sqlite|postgres]' +
      ' [--rounds N] [--lanes N] [--seed N]');
    return 2;
  }
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const lanes = Number(values.lanes);
  const rounds = Math.ceil(Number(values.rounds) / lanes);
  console.log(`# --store ${values.store} --rounds ${values.rounds} --lanes ${lanes}` +
    ` --seed ${seed}`);
  const results = await Promise.all(Array.from({ length: lanes }, (_, number) =>
    runLane(number, {
      binary: values.server, makeStore, failingDisk: values['failing-disk'], rounds, seed,
    })));
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const echoed = results.reduce((sum, result) => sum + result.echoed, 0);
  console.log(`# ${lanes * rounds} rounds, ${echoed} updates echoed`);
  console.log(`1..${lanes}\n# tests ${lanes}\n# pass ${lanes - failed}\n# fail ${failed}`);
  return failed > 0 ? 1 : 0;
}

process.exit(await main());
