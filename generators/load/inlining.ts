import { setFlagsFromString } from 'node:v8';

/**
 * How many bytes of bytecode V8's optimising compiler puts into one function in place of calls. By its defaults (920 and
 * 4,600) it stops half way through the writing of a row of 34 fields, each a few instructions: with these the same rows
 * take about four fifths of the time. A V8 that has no such flag says so on stderr, and goes on as before.
 */
const flags = ['--max-inlined-bytecode-size-cumulative=12000', '--max-inlined-bytecode-size-absolute=20000'];

let done = false;

/** Lets the writers of rows be compiled as one piece each. It holds for what this process compiles from now on. */
export function inlineWriters(): void {
  if (done) return;
  done = true;
  for (const flag of flags) setFlagsFromString(flag);
}
