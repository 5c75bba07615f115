import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../infra/topology/session.ts';
import type { SelfContext } from '../goal.ts';
import type { Circumstance } from './circumstance.ts';
import { strangers } from './loops.ts';

/** When something happens to the servers: milliseconds after the measured load was begun, its warm-up included. */
const early = 3500;
const stall = 3000; // ms

const busy = (loops: number): Circumstance => ({
  name: `${loops} busy ${loops === 1 ? 'loop' : 'loops'}`,
  what: `${loops} of ${availableParallelism()} cores are wanted by somebody else`,
  right: loops / availableParallelism() > 0.2 ? ['untrusted'] : ['pass', 'untrusted'],
  elsewhere: ['objective-missed'], // a threshold that is missed by the middle of the times is missed
  says: /Other programs took \d/,
  begin: () => strangers(loops, 'while :; do :; done'),
});

/** In the order in which they run: what kills a server comes last. */
export const circumstances: readonly Circumstance[] = [
  { name: 'quiet', what: 'nothing else is wanted of the machine', right: ['pass'], elsewhere: ['untrusted'] },
  {
    name: 'promise certainly missed',
    what: 'p99 of 0.01 ms is promised, which no network can keep',
    promises: { scenarios: { storefront: { p99: 0.01 } } },
    right: ['objective-missed'],
    says: /SLO storefront p99/,
  },
  {
    name: 'promise certainly met',
    what: 'a median of a minute is promised',
    promises: { scenarios: { storefront: { p50: 60_000 } } },
    right: ['pass'],
    elsewhere: ['untrusted'],
  },
  busy(1),
  busy(2),
  busy(6),
  {
    name: 'disk writers',
    what: 'two programs write and flush all the time',
    right: ['pass', 'untrusted', 'inconclusive'],
    async begin() {
      const folder = await mkdtemp(join(tmpdir(), 'olympus-verdicts-'));
      const writing = await strangers(
        2,
        `while :; do dd if=/dev/zero of="${folder}/$$" bs=1M count=32 conv=fsync; done`,
      );
      return {
        async [Symbol.asyncDispose]() {
          await writing[Symbol.asyncDispose]();
          await rm(folder, { recursive: true, force: true, maxRetries: 5 });
        },
      };
    },
  },
  {
    name: 'statement that fails',
    what: 'the application may not read products for a while',
    right: ['objective-missed'],
    says: /42501/,
    begin: (context, underWay) =>
      during(
        context,
        underWay,
        ['REVOKE SELECT ON core.products FROM olympus_app'],
        ['GRANT SELECT ON core.products TO olympus_app'],
      ),
  },
  {
    name: 'back ends ended',
    what: 'every session of the load is ended once',
    right: ['objective-missed'],
    says: /57P01|08006|08P01/,
    begin: (context, underWay) =>
      during(context, underWay, [`SELECT pg_terminate_backend(pid) ${loadSessions}`], []),
  },
  {
    name: 'stall',
    what: `the sessions of the load stand still for ${stall / 1000} s, and a p99 of 250 ms is promised`,
    promises: { scenarios: { storefront: { p99: 250 } } },
    right: ['objective-missed'],
    says: /p99/,
    begin: stalled,
  },
  {
    name: 'replica killed',
    what: 'the replica that is read is killed, and stays dead',
    via: 'replica1',
    right: ['objective-missed'],
    says: /08006|08001|57P0[12]|57P03/,
    begin: ({ topology }, underWay) => killed(topology.find('replica1'), underWay),
  },
  {
    name: 'pooler killed',
    what: 'the pooler is killed, and stays dead',
    via: 'pooler',
    right: ['objective-missed'],
    says: /08006|08001/,
    begin: ({ topology }, underWay) => killed(topology.find('pooler'), underWay),
  },
];

const loadSessions = `FROM pg_stat_activity WHERE application_name = 'olympus-load' AND datname = current_database()`;

/** Runs statements as the administrator once the load is under way, and others when it has ended. */
async function during(
  { topology, database }: SelfContext,
  underWay: Promise<void>,
  then: readonly string[],
  afterwards: readonly string[],
): Promise<AsyncDisposable> {
  const session = await connect(topology.get('primary').url('admin', database), 'olympus-self');
  const happened = later(underWay, async () => {
    for (const sql of then) await session.query(sql);
  });
  return {
    async [Symbol.asyncDispose]() {
      await happened[Symbol.asyncDispose]();
      for (const sql of afterwards) await session.query(sql);
      await session[Symbol.asyncDispose]();
    },
  };
}

/** Does something once the load is under way; disposing waits for it, or forgoes it where the load never was. */
function later(underWay: Promise<void>, work: () => Promise<void>): AsyncDisposable {
  const over = new AbortController();
  let done = Promise.resolve();
  underWay.then(async () => {
    await sleep(early, undefined, { signal: over.signal }).catch(() => {});
    if (over.signal.aborted) return;
    done = work();
    done.catch(() => {}); // awaited when it is disposed of
  });
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await done;
    },
  };
}

async function stalled(
  context: SelfContext,
  underWay: Promise<void>,
): Promise<AsyncDisposable | { why: string }> {
  if (context.topology.get('primary').pid === undefined)
    return { why: "the server's processes are not of this topology" };
  const { topology, database } = context;
  const session = await connect(topology.get('primary').url('admin', database), 'olympus-self');
  let pids: number[] = [];
  const goOn = () => {
    for (const pid of pids.splice(0))
      try {
        process.kill(pid, 'SIGCONT');
      } catch {} // it has ended
  };
  const happened = later(underWay, async () => {
    // on a busy machine the load begins late: what is not there cannot stand still
    for (let tries = 0; pids.length === 0 && tries < 200; tries++) {
      await sleep(100);
      const { rows } = await session.query<{ pid: number }>(`SELECT pid ${loadSessions}`);
      pids = rows.map(({ pid }) => pid);
    }
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    setTimeout(goOn, stall);
  });
  return {
    async [Symbol.asyncDispose]() {
      try {
        await happened[Symbol.asyncDispose]();
      } finally {
        goOn();
        await session[Symbol.asyncDispose]();
      }
    },
  };
}

/** Kills a server of this topology by its number, and no other. */
async function killed(
  endpoint: { name: string; provider: string; pid?: number } | undefined,
  underWay: Promise<void>,
): Promise<AsyncDisposable | { why: string }> {
  const pid = endpoint?.pid;
  if (endpoint?.provider !== 'local' || pid === undefined)
    return { why: 'there is none that this topology started' };
  return later(underWay, async () => {
    process.kill(pid, 'SIGKILL');
  });
}
