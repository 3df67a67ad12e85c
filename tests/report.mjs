// What ran, told from meson's log: node tests/report.mjs testlog.json...
// One row for each suite, what was skipped, what failed with its cases and their messages, and the
// closing line `N passed, N failed, N skipped`.
//
// A program counts as the cases that it reports (Catch2, node:test), else as one. A program that
// failed without naming a case (a crash, a timeout, a sanitizer's finding) counts as one failure.
// Exits 1 if anything failed or nothing ran.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failuresOf } from './failures.mjs';

/** {passed, failed, skipped, assertions} of one program's output, or undefined if it names none. */
export function casesOf(output) {
  const all = /All tests passed \((\d+) assertions? in (\d+) test cases?\)/g;
  const catchAll = [...output.matchAll(all)];
  if (catchAll.length > 0) {
    const [, assertions, passed] = catchAll.at(-1).map(Number);
    return { passed, failed: 0, skipped: 0, assertions };
  }
  const summary = (what) => {
    const line = new RegExp(`^${what}: *(\\d+)(.*)$`, 'm').exec(output);
    if (line === null) return undefined;
    const part = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line[2])?.[1] ?? 0);
    return { total: Number(line[1]), passed: part('passed'), failed: part('failed') };
  };
  const cases = summary('test cases');
  if (cases !== undefined) {
    const assertions = summary('assertions')?.total ?? 0;
    return { passed: cases.passed, failed: cases.failed, skipped: 0, assertions };
  }
  const counted = (word) => /^\d+$/.test(word) ? Number(word) : 0;
  const tap = (name) => counted(new RegExp(`^[#ℹ] ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? '');
  if (!/^[#ℹ] tests \d+$/m.test(output)) return undefined;
  return {
    passed: tap('pass'),
    failed: tap('fail') + tap('cancelled'),
    skipped: tap('skipped') + tap('todo'),
    assertions: 0,
  };
}

/** One entry of testlog.json as {suite, name, result, seconds, passed, failed, skipped, ...}. */
export function summarise(entry) {
  const named = casesOf(entry.stdout ?? '') ?? { passed: 0, failed: 0, skipped: 0, assertions: 0 };
  const ok = entry.result === 'OK' || entry.result === 'EXPECTEDFAIL';
  const skipped = entry.result === 'SKIP';
  if (skipped) named.skipped = Math.max(named.skipped, 1);
  if (ok && named.passed + named.skipped === 0) named.passed = 1;
  if (!ok && !skipped) named.failed = Math.max(named.failed, 1);
  // Meson calls a test `project:suite+suite / name`.
  const [, suite = 'none', name] = /^(?:[^:/]*:([^+/]+)[^/]* \/ )?(.*)$/.exec(entry.name);
  const failures = named.failed > 0 ? failuresOf(entry) : [];
  return { suite, name, result: entry.result, seconds: entry.duration ?? 0, failures, ...named };
}

/** The report's lines and its totals. */
export function report(entries) {
  const rows = entries.map(summarise);
  const suites = Map.groupBy ? Map.groupBy(rows, (row) => row.suite) : groupBy(rows);
  const sum = (list, key) => list.reduce((total, row) => total + row[key], 0);
  const header = ['suite', 'programs', 'passed', 'failed', 'skipped', 'assertions', 'seconds'];
  const table = [...suites].sort().map(([suite, list]) => [suite, list.length,
    ...header.slice(2, 6).map((key) => sum(list, key)), sum(list, 'seconds').toFixed(1)]);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...table.map((row) => String(row[i]).length)));
  const format = (row) => row.map((cell, i) =>
    i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i])).join('  ');
  const totals = { passed: sum(rows, 'passed'), failed: sum(rows, 'failed'),
    skipped: sum(rows, 'skipped') };
  const lines = [header, ...table].map(format);
  for (const row of rows.filter(({ result }) => result === 'SKIP')) {
    lines.push(`skipped ${row.suite}/${row.name}`);
  }
  for (const row of rows.filter(({ failed }) => failed > 0)) {
    lines.push(`FAILED ${row.suite}/${row.name}: ${row.result}`);
    lines.push(...row.failures.map((line) => `  ${line}`));
  }
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  lines.push(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
  return { lines, ...totals };
}

function groupBy(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.suite, [...(groups.get(row.suite) ?? []), row]);
  return groups;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const entries = process.argv.slice(2).flatMap((path) =>
    readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)));
  const { lines, passed, failed } = report(entries);
  console.log(`\n${lines.join('\n')}`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}
