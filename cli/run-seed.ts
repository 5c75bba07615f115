import { exitCodes, usage } from '../config/fault.ts';
import { appendDays } from '../generators/append.ts';
import { explainLoad, explanationText } from '../generators/explain.ts';
import { jobManifest } from '../generators/k8s-job.ts';
import type { Connect } from '../generators/load/connections.ts';
import type { Shard } from '../generators/seed.ts';
import { verifyDataset } from '../generators/verify.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import type { DatasetResult } from '../result/result.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './command.ts';
import { type DataPlan, keptData } from './data-plan.ts';
import { fillDatabase, keepDataset, serversOf } from './prepare-dataset.ts';
import type { SeedOptions, SeedTask } from './seed-task.ts';

/** Does one task of `seed`; returns its exit code. */
export async function runSeed(
  context: Context,
  options: SeedOptions,
  plan: DataPlan,
  task: SeedTask,
): Promise<number | undefined> {
  switch (task.kind) {
    case 'explain': {
      const explained = explainLoad(plan.scale, plan.seed, plan.streams);
      context.answer(explained, explanationText(explained));
      return undefined;
    }
    case 'render': {
      const manifest = jobManifest({ ...plan, shards: task.shards, image: options.image });
      context.answer({ manifest }, manifest.trimEnd());
      return undefined;
    }
    case 'verify': {
      await using place = await database(context, options, plan);
      await using session = await place.open();
      const findings = await verifyDataset(session);
      const ok = findings.length === 0;
      context.answer({ ok, findings }, ok ? 'The data set is as generated.' : findings.join('\n'));
      return ok ? undefined : exitCodes.regression;
    }
    case 'append': {
      await using place = await database(context, options, plan, 'Days are appended to');
      context.progress.stage('data');
      const { progress, signal } = context;
      answer(context, await appendDays(place.open, task.days, { progress, signal }));
      return undefined;
    }
    case 'load': {
      const lasting = task.shard.of > 1 ? 'Parts are loaded into' : undefined;
      await using place = await database(context, options, plan, lasting);
      const loaded = await fillDatabase(context, place.open, plan, {
        shard: task.shard,
        servers: place.servers,
      });
      if (loaded && place.topology) await keepDataset(context, place.topology, loaded);
      answer(context, loaded, task.shard);
      return undefined;
    }
  }
}

interface Place extends AsyncDisposable {
  readonly open: Connect;
  readonly servers: number;
  readonly topology?: Topology;
}

/** The user's database, else the topology's primary. @param lasting refuses a topology that ends with this command */
async function database(
  context: Context,
  options: SeedOptions,
  plan: DataPlan,
  lasting?: string,
): Promise<Place> {
  if (options.database !== undefined) {
    const url = databaseUrl(options.database);
    return { open: () => connect(url), servers: 1, async [Symbol.asyncDispose]() {} };
  }
  if (lasting && !(await isHeld(context)))
    throw usage(
      `${lasting} a database that stays, and no topology is up.`,
      'Bring one up first (./olympus up), or name a database with OLYMPUS_DATABASE_URL.',
    );
  const topology = await bringUp(context, {
    topology: options.topology,
    lifetime: 'tied',
    kept: keptData(plan),
  });
  return {
    open: () => connect(topology.get('primary').url('admin')),
    servers: serversOf(topology),
    topology,
    [Symbol.asyncDispose]: () => topology[Symbol.asyncDispose](),
  };
}

async function isHeld({ cache }: Context): Promise<boolean> {
  const { attachLocal } = await import('../infra/local/local.ts');
  return (await attachLocal({ cache })) !== undefined;
}

function databaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.hostname && url.pathname.length > 1) return text;
  throw usage(
    'The database is not named by a URL with a host and a database.', // the text may hold a password
    'For example: OLYMPUS_DATABASE_URL=postgres://admin:secret@db.example.com:5432/olympus',
  );
}

function answer(context: Context, loaded: DatasetResult | null, shard?: Shard): void {
  if (!loaded) {
    const part = `${shard!.index}/${shard!.of}`;
    context.answer({ shard: part, digest: null }, `Shard ${part} is loaded; others are not yet.`);
    return;
  }
  const { digest, seconds, tables } = loaded;
  const rows = tables.map(({ name, rows, bytes, rowsPerSecond }) =>
    [
      name.padEnd(28),
      `${rows.toLocaleString('en')} rows`.padStart(18),
      `${(bytes / 1e6).toFixed(1)} MB`.padStart(13),
      rowsPerSecond === null ? '' : `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`.padStart(18),
    ].join(''),
  );
  context.answer({ digest, seconds, tables }, [...rows, `digest ${digest}`].join('\n'));
}
