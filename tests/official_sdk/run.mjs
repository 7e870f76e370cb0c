// Runs every scenario in a process of its own and counts.
import fs from 'node:fs';
import os from 'node:os';
import {run} from 'node:test';
import {spec} from 'node:test/reporters';

const directory = new URL('scenarios/', import.meta.url);
const wanted = process.argv.slice(2);
const files = fs
  .readdirSync(directory)
  .filter((file) => file.endsWith('.test.mjs') && (!wanted.length || wanted.some((word) => file.includes(word))))
  .map((file) => new URL(file, directory).pathname);
let [passed, failed] = [0, 0];
// A file is itself reported as a test around its own.
const counts = (event) => event.nesting === 0 && !files.includes(event.name);
const stream = run({files, concurrency: Math.min(2, os.availableParallelism())});
stream.on('test:pass', (event) => void (counts(event) && (passed += 1)));
stream.on('test:fail', (event) => void (failed += 1));
stream.compose(spec).pipe(process.stdout);
stream.on('end', () => {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});
