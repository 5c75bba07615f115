import { usage } from '../config/fault.ts';
import { type Progress, silent } from '../config/progress.ts';
import type { DatasetResult } from '../result/result.ts';
import { type Connect, liveSettings, loadSettings, withConnections } from './load/connections.ts';
import { checkSame, readMark, resultOf } from './load/dataset.ts';
import { finish } from './load/finish.ts';
import { inlineWriters } from './load/inlining.ts';
import { alone, prepare } from './load/prepare.ts';
import { noteRates } from './load/rates.ts';
import { withReconnects } from './load/reconnect.ts';
import { loadUnits, pending, tasksOf } from './load/streams.ts';
import { allWork } from './load/work.ts';
import { resolveScale, type Scale } from './scales.ts';
import { World } from './world.ts';

export { readDataset } from './load/dataset.ts';

export interface SeedOptions {
  readonly scale: string | Scale;
  /** Whole number >= 0: the same seed, scale and generator version make the same rows. */
  readonly seed: number;
  /** COPY streams at once, each a connection. Default 2. */
  readonly streams?: number;
  /**
   * Everything stays on (indexes, keys, triggers, the role of a background job), as production sees ingestion. The rows
   * end up the same, and the audit log has one entry for each that is audited. Default false.
   */
  readonly live?: boolean;
  /** How many servers of the server's machine will hold the rows (it and its replicas), for the room on disk. Default 1. */
  readonly servers?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Part `index` of `of` equal parts, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/**
 * Fills a migrated, empty database: indexes and foreign keys are dropped, rows copied by `streams` connections,
 * tables vacuumed, indexes and keys built again, and all rows analysed and hashed by the server. Interrupted, it goes
 * on where it stopped when it is called again; called on a complete data set of the same kind, it returns that. A
 * connection that is lost on the way is opened again, a few times.
 *
 * @param connect opens a superuser's connection to the database
 * @throws Fault (usage) for a database that holds other rows or another data set, or a disk too small; (component) for a schema that does not fit
 */
export async function seed(connect: Connect, options: SeedOptions): Promise<DatasetResult> {
  return (await seedShard(connect, { ...options, shard: { index: 1, of: 1 } }))!;
}

/**
 * As `seed`, but loads one part only, so that several processes or machines share the work: each calls this with its
 * own index. Whichever is the last to have loaded its part finishes the data set and gets it; the others get null.
 */
export async function seedShard(
  connect: Connect,
  options: SeedOptions & { readonly shard: Shard },
): Promise<DatasetResult | null> {
  const { seed: number, shard, streams = 2, servers = 1, live = false, progress = silent } = options;
  const signal = options.signal ?? new AbortController().signal;
  const scale = typeof options.scale === 'string' ? resolveScale(options.scale) : options.scale;
  checkNumbers(number, streams, shard);
  if (live && shard.of > 1)
    throw usage(
      'Live tables are not loaded in parts: what rows refer to must be there before them.',
      'Load with --streams from one process.',
    );
  const wanted = {
    scale,
    seed: number,
    shard,
    streams,
    servers,
    live,
    progress,
    signal,
    started: performance.now(),
  };
  return await withReconnects(() => load(connect, wanted), { progress, signal });
}

type ResolvedOptions = Required<SeedOptions> & { scale: Scale; shard: Shard; started: number };

async function load(connect: Connect, wanted: ResolvedOptions): Promise<DatasetResult | null> {
  const { scale, seed: number, shard, streams, servers, live, progress, signal, started } = wanted;
  await using control = await connect();
  const shards = shard.of;
  const mark = await alone(control, () =>
    prepare(control, { scale, seed: number, shards, servers, live }, progress),
  );
  checkSame(mark, scale, number, shards, live);
  if (mark.state === 'ready') {
    progress.note(
      `The data set of scale ${scale.name}, seed ${number} is already there (digest ${mark.digest}).`,
    );
    return resultOf(mark);
  }
  inlineWriters();
  const tasks = tasksOf(allWork(new World(number, scale), { live }));
  const whole = (await pending(control, tasks)).length === tasks.length;
  const mine = tasks.filter((_, index) => index % shard.of === shard.index - 1);
  await withConnections(
    connect,
    streams,
    (connections) => loadUnits(connections, mine, { progress, signal, inTurn: live }),
    live ? liveSettings : loadSettings,
  );
  if ((await pending(control, tasks)).length) {
    progress.note(
      `Shard ${shard.index} of ${shard.of} is loaded; the last one to end finishes the data set.`,
    );
    return null;
  }
  return await alone(control, async () => {
    const now = (await readMark(control))!;
    if (now.state === 'ready') return resultOf(now); // another shard was as late as this one
    await noteRates(control, streams, progress);
    return finish(control, connect, { streams, started, whole, progress, signal });
  });
}

function checkNumbers(seed: number, streams: number, { index, of }: Shard): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw usage(`The seed ${seed} is not a whole number from 0 to 2^53.`, 'For example: --seed 42.');
  if (!Number.isInteger(streams) || streams < 1 || streams > 16)
    throw usage(`${streams} streams: from 1 to 16 are possible.`, 'Two streams keep two cores busy.');
  if (!Number.isInteger(of) || !Number.isInteger(index) || of < 1 || of > 1000 || index < 1 || index > of)
    throw usage(
      `There is no shard ${index} of ${of}.`,
      'Shards count from 1 to their number: --shard 1/4 to --shard 4/4.',
    );
}
