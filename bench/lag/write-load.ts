import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../infra/topology/session.ts';
import { paced } from '../pause.ts';

const batch = await readFile(join(import.meta.dirname, 'write-batch.sql'), 'utf8');
const rowsPerBatch = 40;
const prefilled = 4000; // probe-tables.sql

/**
 * The writes under which lag is measured: on each connection 25 commits a second, each of 40 changed and 10 new rows
 * in bench.lag_load. Each connection has its own range of rows, so they never wait for each other. A server that
 * cannot keep up gets fewer, never a burst. Resolves to the number of commits.
 */
export async function writeLoad(
  connections: readonly Connection[],
  { until, now, signal }: { until: number; now: () => number; signal: AbortSignal },
): Promise<number> {
  const range = Math.floor(prefilled / connections.length);
  const commits = await Promise.all(
    connections.map(async ({ client }, which) => {
      let done = 0;
      await paced({ every: 40, until, now, signal }, async () => {
        const first = which * range + ((done * rowsPerBatch) % range) + 1;
        await client.query({ name: 'write-batch', text: batch, values: [first, first + rowsPerBatch - 1] });
        done++;
      });
      return done;
    }),
  );
  return commits.reduce((sum, each) => sum + each, 0);
}
