// The stores under test, each with the faults that can befall it.
//
// A store: {arguments, environment, faults, damage(rooms, random), discard}. A fault: {name,
// begin(), end()}; between the two the store fails while the server runs, after the second it works
// again. `damage`, while no server runs, changes a byte of a record and returns {rooms, mend()},
// the rooms that may notice, or null where it found none.

import { execFileSync } from 'node:child_process';
import {
  closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Postgres } from './postgres.mjs';
import { keysOf } from './writers.mjs';

const kDiskBytes = 24 << 20;

/** A folder on a small file system of its own where that is allowed; `full` tells. */
function smallDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'weft-faults-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kDiskBytes}`, 'weft-test', folder],
      { stdio: 'ignore' });
    return { folder, mounted: true };
  } catch {
    return { folder, mounted: false };
  }
}

function fill(file) {
  const descriptor = openSync(file, 'w');
  try {
    for (let size = 1 << 20; size >= 512; size >>= 1) {
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(size, 1));
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A key that was echoed. */
function someKey(rooms, random) {
  const [room, writers] = random.pick([...rooms]);
  const { acknowledged } = random.pick(writers).ledger;
  if (acknowledged.length === 0) return null;
  return { room, key: keysOf(random.pick(acknowledged))[0] };
}

/** Flips a bit wherever `key` stands in a database; false where it does not. */
function flip(file, key) {
  const bytes = readFileSync(file);
  let flipped = 0;
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1), flipped++)
    bytes[at] ^= 1;
  writeFileSync(file, bytes);
  return flipped > 0;
}

/** `failingDisk`: the library that makes a server's disk answer with errors (failing_disk.c). */
export function sqliteStore(failingDisk) {
  const { folder, mounted } = smallDisk();
  const data = join(folder, 'data');
  const ballast = join(folder, 'ballast');
  const sign = join(folder, 'the disk fails');
  const faults = mounted ? [{
    name: 'the disk is full',
    begin: () => fill(ballast),
    end: () => rmSync(ballast),
  }] : [];
  if (failingDisk !== undefined) {
    faults.push({
      name: 'the disk answers with errors',
      begin: () => writeFileSync(sign, ''),
      end: () => rmSync(sign),
    });
  }
  if (!mounted) console.log('# a full disk is not tried: no mount of a small one is allowed here');
  return {
    arguments: ['--data', data],
    environment: failingDisk === undefined
      ? {} : { LD_PRELOAD: failingDisk, WEFT_FAILING_DISK: sign },
    faults,
    // After an orderly stop: everything is in the database then.
    damage: (rooms, random) => {
      const chosen = someKey(rooms, random);
      const database = join(data, 'documents.sqlite');
      if (chosen === null) return null;
      const copy = readFileSync(database);
      if (!flip(database, chosen.key)) return null;
      return {
        rooms: [chosen.room],
        mend: () => {
          rmSync(data, { recursive: true });
          mkdirSync(data);
          writeFileSync(database, copy);
        },
      };
    },
    discard: () => {
      if (mounted) execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const kSessions = "FROM pg_stat_activity WHERE application_name LIKE 'weft %'";

/** SQL that flips a bit of some update or, without updates, of some checkpoint. */
const kTables = [
  { table: 'weft_updates', column: 'bytes', row: '(document_id, sequence)' },
  { table: 'weft_checkpoints', column: 'state', row: '(document_id, up_to)' },
];

async function damageRow(postgres, room, random) {
  const id = `(SELECT id FROM weft_documents WHERE name = convert_to('${room}', 'UTF8'))`;
  for (const { table, column, row } of kTables) {
    const rows = (await postgres.sql(
      `SELECT ${row}::text FROM ${table} WHERE document_id = ${id} ORDER BY 1`))
      .split('\n').filter(Boolean);
    if (rows.length === 0) continue;
    const flip = `UPDATE ${table} SET ${column} = set_byte(${column}, 0, ` +
      `get_byte(${column}, 0) # 1) WHERE ${row} = ${random.pick(rows)}`;
    await postgres.sql(flip);
    return { rooms: [room], mend: () => postgres.sql(flip) };
  }
  return null;
}

export async function postgresStore() {
  const postgres = new Postgres();
  try {
    await postgres.start();
  } catch (error) {
    await postgres.discard();
    throw error;
  }
  const refuse = (code) => ({
    name: `PostgreSQL answers with error ${code}`,
    begin: () => postgres.sql(`
      CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '${code}'; END$$;
      CREATE TRIGGER refuse BEFORE INSERT ON weft_updates EXECUTE FUNCTION refuse()`),
    end: () => postgres.sql('DROP TRIGGER refuse ON weft_updates'),
  });
  const cut = () => postgres.sql(`SELECT pg_terminate_backend(pid) ${kSessions}`);
  return {
    arguments: ['--database', postgres.url],
    faults: [
      // Starting takes a second: it comes less often than the others.
      { name: 'PostgreSQL is killed', begin: () => postgres.kill(), end: () => postgres.start() },
      { name: 'the connections to PostgreSQL are cut', begin: cut, end: cut },
      { name: 'the connections to PostgreSQL are cut', begin: cut, end: cut },
      refuse('53100'),  // disk_full
      refuse('53100'),
      refuse('25006'),  // read_only_sql_transaction
      refuse('08006'),  // connection_failure
    ],
    damage: (rooms, random) => damageRow(postgres, random.pick([...rooms.keys()]), random),
    discard: () => postgres.discard(),
  };
}
