// The stores under test, each with the faults that can befall it while the server runs.
//
// A store: {arguments, faults, discard}. A fault: {name, begin(), end()}; between the two the store
// fails, after the second it works again.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Postgres } from './postgres.mjs';

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

export function sqliteStore() {
  const { folder, mounted } = smallDisk();
  const ballast = join(folder, 'ballast');
  const faults = mounted ? [{
    name: 'the disk is full',
    begin: () => fill(ballast),
    end: () => rmSync(ballast),
  }] : [];
  if (!mounted) console.log('# a full disk is not tried: no mount of a small one is allowed here');
  return {
    arguments: ['--data', join(folder, 'data')],
    faults,
    discard: () => {
      if (mounted) execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const kSessions = "FROM pg_stat_activity WHERE application_name LIKE 'weft %'";

export async function postgresStore() {
  const postgres = new Postgres();
  await postgres.start();
  const refuse = (code) => ({
    name: `PostgreSQL answers with error ${code}`,
    begin: () => postgres.sql(`
      CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '${code}'; END$$;
      CREATE TRIGGER refuse BEFORE INSERT ON weft_updates EXECUTE FUNCTION refuse()`),
    end: () => postgres.sql('DROP TRIGGER refuse ON weft_updates'),
  });
  return {
    arguments: ['--database', postgres.url],
    faults: [
      { name: 'PostgreSQL is killed', begin: () => postgres.kill(), end: () => postgres.start() },
      {
        name: 'the connections to PostgreSQL are cut',
        begin: () => postgres.sql(`SELECT pg_terminate_backend(pid) ${kSessions}`),
        end: () => postgres.sql(`SELECT pg_terminate_backend(pid) ${kSessions}`),
      },
      refuse('53100'),  // disk_full
      refuse('25006'),  // read_only_sql_transaction
    ],
    discard: () => postgres.discard(),
  };
}
