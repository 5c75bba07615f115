/** Runs the test files that it is given in this one process, and sends its parent how many passed, failed, were skipped. */
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { counted } from './counts.ts';

const counts = { passed: 0, failed: 0, skipped: 0 };
const stream = counted(run({ files: process.argv.slice(2), isolation: 'none' }), counts);
const report = stream.compose(new spec());
report.pipe(process.stdout);
report.on('end', () => process.send!(counts, () => process.disconnect()));
