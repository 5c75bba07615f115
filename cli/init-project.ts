import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCodes, usage } from '../config/fault.ts';
import { generatorsText } from '../generators/own/generators-text.ts';
import { generatorsFile } from '../generators/own/read-generators.ts';
import { connectExternal } from '../infra/external/external.ts';
import { type Connection, connect, type transaction } from '../infra/topology/session.ts';
import { type InitProject, initProject } from '../project/init/init-project.ts';
import { type LogReading, readLog } from '../project/init/log/read-log.ts';
import { projectCatalogue } from '../project/project-catalogue.ts';
import { findProject, projectFile } from '../project/read-project.ts';
import { forTenant } from '../scenarios/identity.ts';
import { drawParameters } from '../scenarios/sources.ts';
import type { Statement } from '../scenarios/statement.ts';
import { findTenants } from '../scenarios/tenants.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './command.ts';
import { dataText } from './write-generators.ts';

export interface WriteOptions {
  /** A database, a log, or both. */
  readonly from: readonly string[];
  readonly tls?: string;
  readonly tenantColumn?: string;
  readonly most: number;
  /** Columns whose common values and bounds generators.yaml may have. */
  readonly release?: readonly string[];
}

/** A connection that was typed as it is is handed on through this variable, so that it never stands in a file. */
const ownVariable = 'OLYMPUS_DB';

/**
 * Writes a project into an empty folder. The database is read in one read-only session.
 * @throws Fault (usage) where the folder holds a project already
 */
export async function writeProject(
  context: Context,
  options: WriteOptions,
  directory: string,
): Promise<void> {
  if (existsSync(join(directory, projectFile)))
    throw usage(
      `${directory} holds a project already.`,
      'Name another folder, or remove its olympus.yaml first.',
    );
  const logs = options.from.filter((each) => !/^(env|file):/.test(each) && existsSync(each));
  const [from, ...others] = options.from.filter((each) => !logs.includes(each));
  if (from !== undefined && !/^(env|file):|:\/\/|=/.test(from))
    throw usage(
      `There is no file ${from}, and it is no connection string.`,
      'For example: --from env:MY_DB, or the path of a log.',
    );
  if (others.length > 0 || logs.length > 1)
    throw usage(
      `--from takes one database and one log, not ${options.from.length}.`,
      'For example: --from env:MY_DB --from postgresql.log',
    );
  context.progress.stage('init');
  await using opened = new AsyncDisposableStack();
  const session = from === undefined ? null : opened.use(await openSource(context, from, options.tls));
  const log = logs[0] === undefined ? undefined : await readLogFile(logs[0], session, options.most);
  const variable = /^env:(\w+)$/.exec(from ?? '')?.[1] ?? ownVariable;
  const project = await initProject(session, {
    variable,
    tls: options.tls ?? 'verify-full',
    tenantColumn: options.tenantColumn,
    maxStatements: options.most,
    ...(log && { log: log.statements }),
  });
  const data =
    session && (await generatorsText(session, { releases: options.release ?? [], today: new Date() }));
  if (!session && options.release)
    throw usage(
      '--release takes values of statistics, and a log has none.',
      'Name the database too: --from env:MY_DB',
    );
  const files = new Map([...project.files, ...(data ? [[generatorsFile, data.text] as const] : [])]);
  for (const [path, text] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  for (const folder of ['statements', 'sources']) await mkdir(join(directory, folder), { recursive: true });
  const { statements, sources, tables, tenants } = project;
  context.answer(
    {
      ...{ statements, sources, tables, tenants, ...(log && { unread: log.unread }) },
      ...(data && { generators: { released: data.released, notes: data.notes } }),
    },
    [summary(project, directory, variable, log), ...(data ? [dataText(data, directory)] : [])].join('\n'),
  );
}

/** One session that can only read. */
async function openSource(context: Context, from: string, tls: string | undefined): Promise<Connection> {
  if (!/^(env|file):/.test(from)) process.env[ownVariable] = from;
  const url = /^(env|file):/.test(from) ? from : `env:${ownVariable}`;
  const mode = tls as 'disable' | undefined;
  const { endpoints } = await connectExternal({
    entries: { primary: { provider: 'external', url, ...(mode && { tls: mode }) } },
    allowWrites: false,
    schema: false,
    roles: { app: null, owner: null },
    progress: context.progress,
  });
  return await connect(endpoints[0]!.url('admin'), 'olympus-init');
}

const largestLog = 256 * 1024 * 1024;

/** @throws Fault (usage) for a log too large, of several databases, or without a statement */
async function readLogFile(file: string, session: Connection | null, most: number): Promise<LogReading> {
  const { size } = await stat(file);
  if (size > largestLog)
    throw usage(
      `${file} has ${Math.round(size / 1024 ** 2)} MB; a log of at most ${largestLog / 1024 ** 2} MB is read.`,
      `Give a part of it: tail -c 200M ${file} > part.log`,
    );
  const named = await session?.query<{ name: string }>('SELECT current_database() AS name');
  const database = named?.rows[0]?.name ?? null;
  const log = readLog(await readFile(file, 'utf8'), { database, most });
  if (database === null && log.databases.length > 1)
    throw usage(
      `${file} holds statements of several databases: ${log.databases.join(', ')}.`,
      'Say which one by its connection too: --from env:MY_DB --from the log',
    );
  if (log.statements.length === 0)
    throw usage(
      `${file} holds no statement that could be measured${database === null ? '' : ` of the database ${database}`}. ${log.unread.map(({ why, lines }) => `${lines}: ${why}`).join('; ')}`,
      'csvlog, jsonlog and stderr are read, where the server logs statements: log_min_duration_statement = 0, or log_statement = all.',
    );
  return log;
}

function summary(
  { statements, tables, tenants }: InitProject,
  directory: string,
  variable: string,
  log: LogReading | undefined,
): string {
  const runnable = statements.filter((each) => each.runnable);
  const left = statements.filter((each) => !each.runnable);
  const share = runnable.reduce((sum, each) => sum + each.share, 0);
  return [
    `${directory}/${projectFile} and ${runnable.length} of ${statements.length} statements were written: ${(100 * share).toFixed(1)} % of the calls that were read.`,
    ...left.slice(0, 10).map(({ name, calls, why }) => `  left out ${name} (${calls} calls): ${why}`),
    ...(left.length > 10 ? [`  and ${left.length - 10} more: ${directory}/left-out.md`] : []),
    ...(log
      ? [
          `The values in ${directory}/sources/ are real ones of the log: keep that folder as you keep the log. Reports leave values out (--show-values shows them).`,
          ...log.unread.map(({ why, lines }) => `  not taken of the log: ${lines}, ${why}`),
        ]
      : []),
    tables.length === 0
      ? 'Which tables there are was not asked.'
      : `${tables.length} tables; the largest: ${tables
          .slice(0, 3)
          .map(({ schema, name, rows }) => `${schema}.${name} (${rows} rows)`)
          .join(', ')}.`,
    tenants
      ? `Tenants: ${tenants.column}, because ${tenants.why}. Is that right? See "tenants" in ${projectFile}.`
      : `No column tells tenants apart for certain; see "tenants" in ${projectFile}.`,
    `Next: export ${variable}=...; ./olympus init ${directory} --check; ./olympus bench --project ${directory}`,
  ].join('\n');
}

interface Checked {
  readonly name: string;
  readonly ok: boolean;
  readonly rows: number | null;
  readonly why: string;
}

/** Runs each statement once for each tenant, in a transaction that cannot write. Returns the exit code. */
export async function checkProject(context: Context, directory: string): Promise<number> {
  const project = findProject(directory);
  const catalogue = await projectCatalogue(project);
  await using topology = await bringUp({ ...context, project }, { lifetime: 'tied' });
  await using session = await connect(topology.get('primary').url('admin'), 'olympus-init');
  await session.query("SET default_transaction_read_only = on; SET statement_timeout = '30s'");
  const tenants = await findTenants(session, project.tenants);
  const checked: Checked[] = [];
  for (const [i, statement] of catalogue.entries()) {
    for (const tenant of tenants.slice(0, 1)) checked.push(await checkOne(session, statement, tenant));
    context.progress.count(i + 1, catalogue.length, 'statements');
  }
  const failed = checked.filter(({ ok }) => !ok);
  context.answer(
    { statements: checked },
    [
      ...failed.map(({ name, why }) => `failed  ${name}: ${why}`),
      `${checked.length - failed.length} of ${checked.length} statements run.`,
    ].join('\n'),
  );
  return failed.length === 0 && checked.length > 0 ? exitCodes.done : exitCodes.regression;
}

async function checkOne(
  session: Parameters<typeof transaction>[0],
  statement: Statement,
  tenant: Parameters<typeof forTenant>[1],
): Promise<Checked> {
  const { name, kind, sql } = statement;
  try {
    const [draw] = await drawParameters(session, statement, tenant, 1, 1);
    if (!draw)
      return { name, ok: false, rows: null, why: 'its sources return no row for the largest tenant' };
    return await forTenant(session, tenant, async () => {
      if (kind === 'read')
        return { name, ok: true, rows: (await session.query(sql, draw)).rowCount, why: '' };
      await session.query(`EXPLAIN ${sql}`, draw); // what writes is only planned
      return { name, ok: true, rows: null, why: 'it writes: planned, not run' };
    });
  } catch (error) {
    return { name, ok: false, rows: null, why: (error as Error).message };
  }
}
