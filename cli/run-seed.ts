import { scratchDatabase } from '../bench/self/scratch-database.ts';
import { exitCodes, usage } from '../config/fault.ts';
import { appendDays } from '../generators/append.ts';
import { explainLoad, explanationText } from '../generators/explain.ts';
import { jobManifest } from '../generators/k8s-job.ts';
import type { Connect } from '../generators/load/connections.ts';
import { emptyDataset } from '../generators/load/reload.ts';
import { type Shard, seed } from '../generators/seed.ts';
import { verify } from '../generators/verify.ts';
import type { ObjectStore } from '../infra/services/object-store.ts';
import { namedTopology } from '../infra/topology/named-topology.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import type { DatasetResult } from '../result/result.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './command.ts';
import { type DataPlan, keptData } from './data-plan.ts';
import { databaseUrl } from './database-url.ts';
import { begun, bringSchema, datasetThere, fillDatabase, keepDataset, serversOf } from './prepare-dataset.ts';
import { requireWritable } from './require-writable.ts';
import { openNamedStore } from './run-store-options.ts';
import type { SeedOptions, SeedTask } from './seed-task.ts';
import { attach } from './topology-state.ts';

/** Does one task of `seed`; returns its exit code. */
export async function runSeed(
  context: Context,
  options: SeedOptions,
  plan: DataPlan,
  task: SeedTask,
): Promise<number | undefined> {
  switch (task.kind) {
    case 'explain': {
      const explained = explainLoad(plan.scale, plan.seed, plan.streams, task.live);
      context.answer(explained, explanationText(explained));
      return undefined;
    }
    case 'render': {
      const manifest = jobManifest({ ...plan, shards: task.shards, image: options.image });
      context.answer({ manifest }, manifest.trimEnd());
      return undefined;
    }
    case 'verify': {
      await using place = await database(context, options, plan, { writes: false });
      await using session = await place.open();
      const { digest, findings } = await verify(session);
      const ok = findings.length === 0;
      context.answer(
        { ok, digest, findings },
        [
          ok ? 'The data set is as generated.' : findings.join('\n'),
          ...(digest ? [`digest ${digest}`] : []),
        ].join('\n'),
      );
      return ok ? undefined : exitCodes.regression;
    }
    case 'append': {
      await using place = await database(context, options, plan, { lasting: 'Days are appended to' });
      context.progress.stage('data');
      const { progress, signal } = context;
      answer(context, await appendDays(place.open, task.days, { progress, signal }));
      return undefined;
    }
    case 'load': {
      if (task.live) return intoLive(context, options, { ...plan, cached: false }, task.reload);
      const lasting = task.shard.of > 1 ? 'Parts are loaded into' : undefined;
      using shared = await openNamedStore(options, context.signal);
      await using place = await database(context, options, plan, { lasting, shared });
      const wanted = await begun(place.open, plan);
      if (task.reload) await emptied(place);
      else {
        const there = await thereAlready(context, place, plan);
        if (there) {
          answer(context, there.dataset);
          return undefined;
        }
      }
      const loaded = await fillDatabase(context, place.open, wanted, {
        shard: task.shard,
        servers: place.servers,
      });
      if (loaded && place.topology) await keepDataset(context, place.topology, loaded);
      answer(context, loaded, { shard: task.shard });
      return undefined;
    }
  }
}

/** Loads into live tables, then, to compare, the same rows in the normal way into a database beside it. */
async function intoLive(
  context: Context,
  options: SeedOptions,
  plan: DataPlan,
  reload: boolean,
): Promise<undefined> {
  await using place = await database(context, options, plan);
  if (reload) await emptied(place);
  const { open, servers, topology } = place;
  const shard = { index: 1, of: 1 };
  const loaded = (await fillDatabase(context, open, plan, { shard, servers, live: true }))!;
  const bulk = topology ? await bulkIngest(context, topology, plan) : undefined;
  const { ingest } = loaded;
  const ratio = ingest && bulk ? bulk.rowsPerSecond / ingest.rowsPerSecond : null;
  const text = [
    ingest ? `into live tables   ${ingestText(ingest)}` : 'Loaded in several calls: its rate is not known.',
    bulk
      ? `the normal way     ${ingestText(bulk)}${ratio ? `, ${ratio.toFixed(1)} times as fast` : ''}`
      : 'The normal way was not measured: that needs a database beside it, which is made in a topology only.',
  ];
  answer(context, loaded, { document: { live: ingest ?? null, bulk: bulk ?? null, ratio }, text });
}

async function emptied({ open }: Place): Promise<void> {
  await using control = await open();
  await emptyDataset(control);
}

/** What a database holds already, when all of its rows are what they are said to be. */
async function thereAlready(context: Context, { open, topology }: Place, plan: DataPlan) {
  await bringSchema(context, open, true);
  return datasetThere(context, open, plan, {
    ...{ whole: true, restored: topology?.lasts === false, remember: true },
  });
}

type Ingest = NonNullable<DatasetResult['ingest']>;
const ingestText = ({ rowsPerSecond, seconds }: Ingest) =>
  `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s, ${seconds.toFixed(1)} s until every row was there with its indexes and keys`;

async function bulkIngest(context: Context, topology: Topology, plan: DataPlan): Promise<Ingest | undefined> {
  const { progress, signal } = context;
  progress.stage('the normal way, to compare');
  await using scratch = await scratchDatabase(topology, context);
  const open = () => connect(topology.get('primary').url('admin', scratch.name));
  const { ingest } = await seed(open, { ...plan, servers: serversOf(topology), progress, signal });
  return ingest;
}

interface Place extends AsyncDisposable {
  readonly open: Connect;
  readonly servers: number;
  readonly topology?: Topology;
}

/** The user's database, else the topology's primary. `lasting` refuses a topology that ends with this command. */
async function database(
  context: Context,
  options: SeedOptions,
  plan: DataPlan,
  {
    lasting,
    shared,
    writes = true,
  }: { lasting?: string | undefined; shared?: ObjectStore | undefined; writes?: boolean } = {},
): Promise<Place> {
  if (options.database !== undefined) {
    const url = databaseUrl(options.database);
    return { open: () => connect(url), servers: 1, async [Symbol.asyncDispose]() {} };
  }
  if (lasting && !(await isLasting(context, options)))
    throw usage(
      `${lasting} a database that stays, and no topology is up.`,
      'Bring one up first (./olympus up), or name a database with OLYMPUS_DATABASE_URL.',
    );
  const topology = await bringUp(context, {
    topology: options.topology,
    lifetime: 'tied',
    kept: keptData(plan),
    shared,
  });
  if (writes) await requireWritable(topology);
  return {
    open: () => connect(topology.get('primary').url('admin')),
    servers: serversOf(topology),
    topology,
    [Symbol.asyncDispose]: () => topology[Symbol.asyncDispose](),
  };
}

/** Whether the topology stays after this command: it is held, or the user's. */
async function isLasting(context: Context, { topology }: SeedOptions): Promise<boolean> {
  if (topology !== undefined && namedTopology(topology).entries.primary?.provider === 'external') return true;
  return (await attach(context)) !== undefined;
}

function answer(
  context: Context,
  loaded: DatasetResult | null,
  { shard, document, text }: { shard?: Shard; document?: object; text?: readonly string[] } = {},
): void {
  if (!loaded) {
    const part = `${shard!.index}/${shard!.of}`;
    context.answer({ shard: part, digest: null }, `Shard ${part} is loaded; others are not yet.`);
    return;
  }
  const { digest, seconds, tables, ingest } = loaded;
  const rows = tables.map(({ name, rows, bytes, rowsPerSecond }) =>
    [
      name.padEnd(28),
      `${rows.toLocaleString('en')} rows`.padStart(18),
      `${(bytes / 1e6).toFixed(1)} MB`.padStart(13),
      rowsPerSecond === null ? '' : `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`.padStart(18),
    ].join(''),
  );
  const ready = text ?? (ingest ? [ingestText(ingest)] : []);
  context.answer(
    { digest, seconds, tables, ...(document ?? (ingest && { ingest })) },
    [...rows, `digest ${digest}`, ...ready].join('\n'),
  );
}
