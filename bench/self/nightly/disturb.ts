import { Worker } from 'node:worker_threads';

/** Bursts of work with pauses between them, of lengths that repeat with no round. */
const bursts = `
const end = Date.now() + 600_000; // it ends by itself, should nobody end it
let n = 0;
while (Date.now() < end) {
  const until = performance.now() + 20 + ((n * 137) % 300);
  while (performance.now() < until) n += 0;
  n++;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 + ((n * 53) % 150));
}`;

/** A neighbour on every core, as a shared machine has; disposing ends it. */
export function disturb(cores: number): AsyncDisposable {
  const workers = Array.from({ length: cores }, () => new Worker(bursts, { eval: true }));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
