import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seeded } from '../../../analysis/statistics/seeded.ts';
import { type DrillSettingOf, shortTimeout, smallWal } from '../../../infra/topology/drill-settings.ts';
import { connect, type Session } from '../../../infra/topology/session.ts';
import type { CheckpointResult } from '../../../result/measures/checkpoint.ts';
import { override } from '../../lag/temporary-setting.ts';
import { pause } from '../../pause.ts';
import { percentilesOf } from '../../percentiles.ts';
import { errorsOf } from '../course.ts';
import type { DrillSetting, OwnDrill } from '../drill.ts';
import { type LedgerLoad, startLedgerLoad } from '../ledger-load.ts';
import { dropLedger } from '../ledger-table.ts';
import { pgClient } from '../pg-client.ts';
import { type DrillRequest, succeeded } from '../request.ts';
import { until } from '../until.ts';
import { byCheckpoint, workedWithin, workingSpans } from './checkpoint-phases.ts';
import { judgeCheckpoint } from './judge-checkpoint.ts';
import { requireOurs, runCases } from './upkeep-cases.ts';
import { countedBetween, walCounters } from './wal-counters.ts';
import { watchCheckpointer } from './watch-checkpointer.ts';

const definition = await readFile(join(import.meta.dirname, 'checkpoint-table.sql'), 'utf8');
const tableRows = 30_000;
const rowsPerWrite = 20;
const changeRows = `UPDATE olympus_drill.pages SET changes = changes + 1
  WHERE id IN (SELECT unnest($1::int[]))`;

/** ms */
const loadMs = 15_000;
const answerWithin = 5000;
const inForceWithin = 5000;
/** ms; sessions that have ended report what they wrote. */
const reportedAfter = 500;

interface Variant {
  readonly name: string;
  readonly set: DrillSettingOf | undefined;
  /** What begins the checkpoints that are to come. */
  readonly expects: 'timed' | 'requested' | null;
  /** ms between the checkpoint at the begin and the load: a timed one is to fall into it. */
  readonly waitFirst: number;
}

/** In the order in which they run; those that expect checkpoints are named by their setting. */
export const checkpointVariants: readonly Variant[] = [
  { name: 'settings as they are', set: undefined, expects: null, waitFirst: 0 },
  { name: `max_wal_size ${smallWal.value}MB`, set: smallWal, expects: 'requested', waitFirst: 0 },
  {
    name: `checkpoint_timeout ${shortTimeout.value}s`,
    set: shortTimeout,
    expects: 'timed',
    waitFirst: Number(shortTimeout.value) * 1000 - 5000,
  },
];

/** The same writes under three settings of when a checkpoint comes. */
export const checkpoint = checkpointDrill(checkpointVariants, loadMs);

export function checkpointDrill(variants: readonly Variant[], loadFor: number): OwnDrill {
  return {
    name: 'checkpoint',
    what: 'the same writes with a small max_wal_size and a short checkpoint_timeout: checkpoints, WAL, response of writes',
    wants: [],
    inAll: true,
    ownLoad: 'the same writes for each setting (--writes a second), or nothing could be compared',
    async run(setting) {
      const cases = variants.map((variant) => ({
        name: variant.name,
        run: async (repetition: number) => ({
          checkpoint: [await once(setting, variant, repetition, loadFor)],
        }),
      }));
      const { rows, ...left } = await runCases('checkpoint', setting, cases);
      return { checkpoint: rows.flatMap((row) => row.checkpoint ?? []), ...left };
    },
  };
}

async function once(
  setting: DrillSetting,
  { name, set, expects, waitFirst }: Variant,
  repetition: number,
  loadFor: number,
): Promise<CheckpointResult> {
  const { topology, database, control, options, signal } = setting;
  const url = topology.get('primary').url('admin', database);
  await using owned = new AsyncDisposableStack();
  await control!.breaking();
  owned.defer(() => control!.repair());
  const admin = owned.use(await connect(url, 'olympus-drill'));
  for (const each of [smallWal, shortTimeout]) await requireOurs(admin, each);
  const usual = await inForce(admin);
  owned.defer(() => dropLedger(url));
  await admin.query(definition);
  await admin.query('VACUUM ANALYZE olympus_drill.pages');
  const measured = await (async () => {
    await using _ = set && (await override(admin, set));
    await untilInForce(admin, set, signal);
    const settings = await inForce(admin);
    await admin.query('CHECKPOINT'); // every page is written whole the first time, in every variant
    await pause(waitFirst, signal);
    return { settings, ...(await underLoad(setting, admin, url, loadFor)) };
  })();
  const { counted, requests, looks, started, ended, settings } = measured;
  const spans = workingSpans(looks);
  const phases = byCheckpoint(requests, spans);
  const times = (of: readonly DrillRequest[]) =>
    percentilesOf(of.filter(succeeded).map((each) => each.ended - each.due));
  return {
    ...{ case: name, repetition, ...settings, offeredRate: options.rate },
    loadMs: ended - started,
    timed: counted?.timed ?? null,
    requested: counted?.requested ?? null,
    walBytes: counted?.walBytes ?? null,
    fullPageImages: counted?.fullPageImages ?? null,
    checkpointingMs: workedWithin(spans, started, ended),
    writes: requests.filter(succeeded).length,
    errors: errorsOf(requests),
    requests: {
      before: phases.before.length,
      during: phases.during.length,
      after: phases.after.length,
    },
    responseMs: {
      before: times(phases.before),
      during: times(phases.during),
      after: times(phases.after),
    },
    ...judgeCheckpoint({
      ...{ usual, now: await inForce(admin), expects, counted },
      ...{ seen: spans.length, writes: requests.filter(succeeded).length },
    }),
  };
}

/** The counts are taken when every session of the load has ended and reported. */
async function underLoad(
  { topology, database, options, seed, signal }: DrillSetting,
  admin: Session,
  url: string,
  loadFor: number,
) {
  const from = await walCounters(admin);
  const watch = await watchCheckpointer(url);
  const started = performance.now();
  const load = changePages(topology.get('primary').url('app', database), options.rate, seed);
  try {
    await pause(loadFor, signal);
  } finally {
    await load.stop();
    await watch.looks();
  }
  const ended = performance.now();
  await pause(reportedAfter, signal);
  const counted = countedBetween(from, await walCounters(admin));
  return { counted, requests: load.requests, looks: await watch.looks(), started, ended };
}

/** Each write changes rows on pages that lie apart; in one order, so that no two wait for each other. */
function changePages(url: string, rate: number, seed: number): LedgerLoad {
  const random = seeded(seed);
  const ids = () =>
    Array.from({ length: rowsPerWrite }, () => 1 + Math.floor(random() * tableRows)).sort((a, b) => a - b);
  const clients = Math.min(16, Math.max(2, Math.ceil(rate / 4)));
  return startLedgerLoad([
    {
      ...{ kind: 'write', rate, clients },
      open: () => pgClient(url, answerWithin, { text: changeRows, values: () => [ids()] }),
    },
  ]);
}

/** A session reads its settings anew a moment after the reload. */
async function untilInForce(
  admin: Session,
  set: DrillSettingOf | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!set) return;
  const read = async () => {
    const { rows } = await admin.query('SELECT FROM pg_settings WHERE name = $1 AND setting = $2', [
      set.name,
      set.value,
    ]);
    return rows.length === 1;
  };
  if (await until(read, inForceWithin, signal)) return;
  throw new Error(`${set.name} was not ${set.value} ${inForceWithin / 1000} s after it had been set`);
}

async function inForce(admin: Session): Promise<{ maxWalSizeMb: number; checkpointTimeoutS: number }> {
  const { rows } = await admin.query<{ mb: number; s: number }>(
    `SELECT max(setting) FILTER (WHERE name = 'max_wal_size')::int AS mb,
            max(setting) FILTER (WHERE name = 'checkpoint_timeout')::int AS s
       FROM pg_settings WHERE name IN ('max_wal_size', 'checkpoint_timeout')`,
  );
  return { maxWalSizeMb: rows[0]!.mb, checkpointTimeoutS: rows[0]!.s };
}
