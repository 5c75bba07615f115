import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LockMode, lockModeOf, stronger } from '../../../analysis/migration/lock-mode.ts';
import { connect } from '../../../infra/topology/session.ts';

const query = readFileSync(join(import.meta.dirname, 'watch.sql'), 'utf8');
/** ms between two looks, beyond what a look takes. */
const pauseMs = 2;

export interface Watched {
  /** Most sessions that waited for a lock at one moment. */
  readonly queuedMax: number;
  readonly looks: number;
  /** The longest time between two looks, ms: what is shorter may have gone unseen. */
  readonly longestGapMs: number;
  /** The strongest lock that was seen granted on each relation. */
  readonly locks: ReadonlyMap<number, LockMode>;
  /** When the strongest lock was seen first, by performance.now(). */
  readonly since: ReadonlyMap<number, number>;
}

/** Looks at a back end every few milliseconds from another session, until `stop`. */
export interface Watch extends AsyncDisposable {
  stop(): Promise<Watched>;
}

/** @throws what the looking itself failed with, at `stop`: unseen is not unlocked */
export async function watchSession(url: string, pid: number): Promise<Watch> {
  const observer = await connect(url, 'olympus-migration-watch');
  const locks = new Map<number, LockMode>();
  const since = new Map<number, number>();
  const seen = { queuedMax: 0, looks: 0, longestGapMs: 0 };
  let running = true;
  const watching = (async () => {
    for (let last = performance.now(); running; ) {
      const { rows } = await observer.query<{
        waiting: number;
        locks: { oid: number; mode: string; granted: boolean }[];
      }>(query, [pid]);
      const at = performance.now();
      seen.looks++;
      seen.longestGapMs = Math.max(seen.longestGapMs, at - last);
      last = at;
      seen.queuedMax = Math.max(seen.queuedMax, rows[0]!.waiting);
      for (const { oid, mode, granted } of rows[0]!.locks) {
        const name = lockModeOf(mode);
        if (!granted || !name) continue;
        const best = stronger(locks.get(oid), name);
        if (best !== locks.get(oid)) since.set(oid, at);
        locks.set(oid, best);
      }
      await sleep(pauseMs);
    }
  })();
  watching.catch(() => {}); // stop() reports it
  return {
    async stop() {
      running = false;
      await watching;
      return { ...seen, locks, since };
    },
    async [Symbol.asyncDispose]() {
      running = false;
      await watching.catch(() => {}); // who stopped it has had its error
      await observer[Symbol.asyncDispose]();
    },
  };
}
