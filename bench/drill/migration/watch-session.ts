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

/** Looks at a back end every few milliseconds from another session, until it is disposed. */
export interface Watch extends AsyncDisposable {
  /** Forgets what was seen: a statement begins. */
  reset(): void;
  /**
   * What was seen since, with one look more that begins now.
   * @throws what the looking itself failed with: unseen is not unlocked
   */
  read(): Promise<Watched>;
}

interface Look {
  readonly waiting: number;
  readonly locks: readonly { readonly oid: number; readonly mode: string; readonly granted: boolean }[];
}

export async function watchSession(url: string, pid: number): Promise<Watch> {
  const observer = await connect(url, 'olympus-migration-watch');
  let seen = nothing();
  let last = performance.now();
  let running = true;
  const look = async () => {
    const { rows } = await observer.query<Look>(query, [pid]);
    const at = performance.now();
    seen.add(rows[0]!, at, at - last);
    last = at;
  };
  const watching = (async () => {
    while (running) {
      await look();
      await sleep(pauseMs);
    }
  })();
  watching.catch(() => {}); // read() reports it
  return {
    reset() {
      seen = nothing();
    },
    async read() {
      await Promise.race([look(), watching]);
      return seen;
    },
    async [Symbol.asyncDispose]() {
      running = false;
      await watching.catch(() => {}); // read() reported it
      await observer[Symbol.asyncDispose]();
    },
  };
}

const nothing = () => {
  const locks = new Map<number, LockMode>();
  const since = new Map<number, number>();
  return {
    ...{ queuedMax: 0, looks: 0, longestGapMs: 0, locks, since },
    add({ waiting, locks: all }: Look, at: number, gap: number) {
      this.looks++;
      this.longestGapMs = Math.max(this.longestGapMs, gap);
      this.queuedMax = Math.max(this.queuedMax, waiting);
      for (const { oid, mode, granted } of all) {
        const name = lockModeOf(mode);
        if (!granted || !name) continue;
        const best = stronger(locks.get(oid), name);
        if (best !== locks.get(oid)) since.set(oid, at);
        locks.set(oid, best);
      }
    },
  };
};
