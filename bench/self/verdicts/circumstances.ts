import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../infra/topology/session.ts';
import type { SelfContext } from '../goal.ts';
import { type Olympus, onCopy } from './as-command.ts';
import type { Circumstance, Said } from './circumstance.ts';
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
    elsewhere: ['untrusted', 'inconclusive'], // then it may have been the others
    says: /SLO storefront p99/,
    begin: stalled,
  },
  {
    name: "the script's threshold missed",
    what: 'the script wants a million requests, and nothing else is promised',
    scenario: 'self/threshold',
    right: ['objective-missed'],
    says: /threshold olympus_requests count>1000000/,
  },
  {
    name: 'retries',
    what: 'one order in seven is refused as a serialization failure is, and at most 1 % of retries are promised',
    scenario: 'checkout',
    promises: { scenarios: { checkout: { retries: 0.01 } } },
    right: ['objective-missed'],
    says: /SLO checkout retries/,
    begin: repeated,
  },
  {
    name: 'dirty rows',
    what: 'half of the rows of order_items were deleted since they were loaded',
    right: ['refused'],
    says: /core\.order_items/,
    run: (context) =>
      onCopy(context, async (olympus, url) => {
        await run(url, 'half-of-the-items.sql');
        return await olympus(brief);
      }),
  },
  {
    name: 'two loads at once',
    what: 'a load begins while another one measures the same server, and is not to wait',
    right: ['refused'],
    says: /Another command works on this topology: olympus-run \w+ of/,
    run: (context) => onCopy(context, (olympus) => twoAtOnce(olympus, ['--no-wait'])),
  },
  {
    name: 'two loads in turn',
    what: 'a load begins while another one measures the same server, and waits',
    right: ['pass', 'inconclusive'],
    says: /waiting for olympus-run \w+ of/,
    run: (context) => onCopy(context, (olympus) => twoAtOnce(olympus, [])),
  },
  {
    name: 'back end killed',
    what: 'a back end of the load is killed (signal 9), and the server recovers',
    right: ['objective-missed'],
    says: /57P0[123]|0800[16]|08P01/,
    begin: backEndKilled,
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

/** A load that is only to be refused or to be in the way. */
const brief = ['load', 'storefront', '--rate', '60', '--duration', '3s'];

/** The second begins when the first measures. What the first said comes first where it was harmed. */
async function twoAtOnce(olympus: Olympus, how: readonly string[]): Promise<Said> {
  const { promise: underWay, resolve } = Promise.withResolvers<void>();
  const first = olympus(brief, (line) => void (line.trim() === 'schema' && resolve())); // it has its turn
  await Promise.race([underWay, first]);
  const second = await olympus([...brief, ...how]);
  const { status, reasons } = await first;
  return status === 'pass' || status === 'inconclusive'
    ? second
    : { status, reasons: ['The first:', ...reasons] };
}

/** Runs a file of SQL beside this one as the administrator. */
async function run(url: string, file: string): Promise<void> {
  await using session = await connect(url, 'olympus-self');
  await session.query(readFileSync(join(import.meta.dirname, file), 'utf8'));
}

/** The load's copy of the database has the trigger too. */
async function repeated({ topology, database }: SelfContext): Promise<AsyncDisposable> {
  const url = topology.get('primary').url('admin', database);
  await run(url, 'repeated.sql');
  return {
    async [Symbol.asyncDispose]() {
      await using session = await connect(url, 'olympus-self');
      await session.query('DROP FUNCTION bench.olympus_self_repeated() CASCADE');
    },
  };
}

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

const notOurs = { why: "the server's processes are not of this topology" };

/** The processes that serve the load; on a busy machine it begins late. */
async function backEnds({ topology, database }: SelfContext): Promise<number[]> {
  await using session = await connect(topology.get('primary').url('admin', database), 'olympus-self');
  for (let tries = 0; tries < 200; tries++) {
    await sleep(100);
    const { rows } = await session.query<{ pid: number }>(`SELECT pid ${loadSessions}`);
    if (rows.length > 0) return rows.map(({ pid }) => pid);
  }
  return [];
}

async function stalled(
  context: SelfContext,
  underWay: Promise<void>,
): Promise<AsyncDisposable | { why: string }> {
  if (context.topology.get('primary').provider !== 'local') return notOurs;
  let pids: number[] = [];
  const goOn = () => {
    for (const pid of pids.splice(0))
      try {
        process.kill(pid, 'SIGCONT');
      } catch {} // it has ended
  };
  const happened = later(underWay, async () => {
    pids = await backEnds(context);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    setTimeout(goOn, stall);
  });
  return {
    async [Symbol.asyncDispose]() {
      try {
        await happened[Symbol.asyncDispose]();
      } finally {
        goOn();
      }
    },
  };
}

async function backEndKilled(
  context: SelfContext,
  underWay: Promise<void>,
): Promise<AsyncDisposable | { why: string }> {
  if (context.topology.get('primary').provider !== 'local') return notOurs;
  return later(underWay, async () => {
    const [pid] = await backEnds(context);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  });
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
