// node examples_test.mjs PROGRAM...: runs every example and compares what it says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const kSays = {
  edit_and_sync: 'Hello, world!\nHello, world!\n',
  observe: [
    'at: theme added tags added',
    'at: theme updated',
    'at /tags: inserts 2',
    '',
  ].join('\n'),
  undo: 'both:   theirs and mine\nundone: theirs and \nredone: theirs and mine\n',
  snapshot_diff: 'then: The cat sat.\nnow:  The dog sat.\nrestored: The cat sat.\n',
};

const folder = mkdtempSync(join(tmpdir(), 'weft-examples-'));
const programs = process.argv.slice(2);
assert.equal(programs.length, Object.keys(kSays).length + 1);
for (const program of programs) {
  const name = basename(program).replace(/^example-/, '');
  if (name !== 'merge_files') {
    assert.equal(execFileSync(program, { encoding: 'utf8' }), kSays[name], name);
    continue;
  }
  // "hel" and "lo" of one client, and both as one struct.
  const parts = ['01010100040101740368656c00', '01010103840102026c6f00'].map((hex) =>
    Buffer.from(hex, 'hex'),
  );
  const files = parts.map((bytes, i) => {
    const file = join(folder, `${i}.update`);
    writeFileSync(file, bytes);
    return file;
  });
  const out = join(folder, 'merged.update');
  const said = execFileSync(program, [out, ...files], { encoding: 'utf8' });
  const merged = readFileSync(out);
  assert.equal(said, `2 updates merged into ${merged.length} bytes\n`);
  assert.equal(merged.toString('hex'), '01020100040101740368656c840102026c6f00');
}
rmSync(folder, { recursive: true });
console.log(`${programs.length} examples say what they should`);
