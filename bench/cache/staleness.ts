import { seeded } from '../../analysis/statistics/seeded.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { CacheStaleness } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { pause } from '../pause.ts';
import { percentilesOf } from '../percentiles.ts';
import type { Figures } from './figures.ts';
import { createProbe, type Probe } from './probe.ts';
import type { Target } from './target.ts';

const readers = 4;
const ttlMs = 100;
const lookEveryMs = 1;

/**
 * How long readers are given what a committed write has replaced. 'expiry': the shared copy lives 100 ms, whatever is
 * written. 'pub/sub': each of four application instances holds a copy in memory without an end; the writer deletes the
 * shared one after its commit and publishes the key, and the instances drop theirs.
 */
export async function staleness(setting: Setting, target: Target): Promise<Figures<CacheStaleness>[]> {
  const { topology, database, budget, seed, signal } = setting;
  const url = topology.get('primary').url('admin', database);
  await using writer = await connect(url, 'olympus-cache');
  await using owned = new AsyncDisposableStack();
  const sessions: Connection[] = [];
  for (let reader = 0; reader < readers; reader++)
    sessions.push(owned.use(await connect(url, 'olympus-cache')));
  await using probe = await createProbe(writer, setting.progress);
  const random = seeded(seed);
  const writes = Math.max(20, Math.min(100, Math.round(budget.partTime / 50)));
  const rows: Figures<CacheStaleness>[] = [];
  for (const method of ['expiry', 'pub/sub'] as const) {
    const instances = await Promise.all(
      sessions.map((session) => (method === 'expiry' ? expiring : notified)(target, session, probe)),
    );
    const stale: number[] = [];
    try {
      for (let write = 0; write < writes; write++) {
        await Promise.all(instances.map(({ read }) => read())); // all hold a copy
        await pause(random() * ttlMs, signal);
        const version = await probe.write();
        const committed = performance.now();
        const written = method === 'pub/sub' ? invalidate(target) : undefined;
        await Promise.all(
          instances.map(async ({ read }) => {
            while ((await read()) < version) await pause(lookEveryMs, signal);
          }),
        );
        stale.push(performance.now() - committed);
        await written;
      }
    } finally {
      await Promise.all(instances.map(({ close }) => close()));
    }
    rows.push({
      name: 'staleness after a write',
      kind: 'staleness',
      method,
      ttlMs: method === 'expiry' ? ttlMs : null,
      readers,
      writes,
      staleMs: percentilesOf(stale),
    });
  }
  return rows;
}

/** What an application instance answers with, and how it stops listening. */
interface Instance {
  read(): Promise<number>;
  close(): Promise<void>;
}

const shared = (target: Target) => target.key('version');
const channel = (target: Target) => target.key('invalidated');

async function throughCache(target: Target, session: Connection, probe: Probe, ms: number): Promise<number> {
  const known = await target.client.get(shared(target));
  if (known !== null) return Number(known);
  const version = await probe.read(session);
  await target.client.set(shared(target), `${version}`, 'PX', ms);
  return version;
}

async function expiring(target: Target, session: Connection, probe: Probe): Promise<Instance> {
  return { read: () => throughCache(target, session, probe, ttlMs), close: async () => {} };
}

async function notified(target: Target, session: Connection, probe: Probe): Promise<Instance> {
  const listener = await target.open();
  let copy: number | undefined;
  /** A read that began before an invalidation may bring what was true before it: it is not kept. */
  let generation = 0;
  listener.on('message', () => {
    copy = undefined;
    generation++;
  });
  await listener.subscribe(channel(target));
  return {
    async read() {
      if (copy !== undefined) return copy;
      const began = generation;
      const version = await throughCache(target, session, probe, 60_000);
      if (generation === began) copy = version;
      return version;
    },
    close: async () => listener.disconnect(),
  };
}

async function invalidate(target: Target): Promise<void> {
  await target.client.del(shared(target));
  await target.client.publish(channel(target), 'version');
}
