import { connect, identifier } from '../../../infra/topology/session.ts';
import { until } from '../until.ts';

/** ms; then it is let go, whatever was seen. */
const atMost = 5000;

/**
 * Runs what cannot run in a transaction behind a transaction that wrote to the same table. CONCURRENTLY waits for such a
 * one with its own lock already granted, so that a look finds it however short the statement is; writers do not wait.
 * @param seen whether its lock was seen
 */
export async function holdBefore(
  url: string,
  { schema, name }: { readonly schema: string; readonly name: string },
  { seen, signal }: { readonly seen: () => Promise<boolean>; readonly signal: AbortSignal },
  run: () => Promise<void>,
): Promise<void> {
  await using front = await connect(url, 'olympus-migration-front');
  await front.query('BEGIN');
  await front.query(`DELETE FROM ${identifier(schema)}.${identifier(name)} WHERE false`);
  let ended = false;
  const running = run().finally(() => {
    ended = true;
  });
  running.catch(() => {}); // awaited below
  try {
    await until(async () => ended || (await seen()), atMost, signal);
  } finally {
    await front.query('ROLLBACK');
  }
  await running;
}
