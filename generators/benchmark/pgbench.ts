import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Connection } from '../../infra/topology/session.ts';
import { atLeast, type Goal, median, unknown } from './goal.ts';

/**
 * Bytes that two streams of ours bring into tables a second, beside those of `pgbench -i`, whose rows are four integers
 * and a blank string.
 */
export async function pgbenchGoal(
  options: { readonly pgbench?: string; readonly url?: string },
  session: Connection,
  heap: number,
  times: { readonly ours: readonly number[]; readonly raw: readonly number[] },
): Promise<Goal> {
  const name = 'heap bytes a second, of pgbench -i';
  const { pgbench, url } = options;
  if (!pgbench || !url) return unknown(name, 0.7, 'pgbench was not found');
  const place = new URL(url);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(place.password) };
  place.password = ''; // arguments can be read by every user of the machine
  const run = (steps: string, ...more: string[]) =>
    promisify(execFile)(pgbench, ['-i', '-I', steps, ...more, place.href], { env });
  const rates: number[] = [];
  try {
    for (let round = 0; round < 3; round++) {
      const { stderr } = await run('dtg', '-s', '20');
      const seconds = Number(/client-side generate ([\d.]+) s/.exec(stderr)?.[1]);
      const { rows } = await session.query<{ bytes: string }>(
        `SELECT pg_relation_size('pgbench_accounts') AS bytes`,
      );
      rates.push(Number(rows[0]!.bytes) / seconds);
    }
    const theirs = median(rates);
    const [ours, limit] = [heap / median(times.ours), heap / median(times.raw)];
    const MB = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB/s`;
    const why = `pgbench wrote ${MB(theirs)}, ours ${MB(ours)}; two COPYs of the same rows from binary files write ${MB(limit)}, ${(limit / theirs).toFixed(2)} of it, which is the limit: jsonb is parsed and checks are evaluated`;
    return atLeast(name, ours / theirs, 0.7, why);
  } finally {
    await run('d').catch(() => {});
  }
}
