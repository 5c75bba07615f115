import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exitCodes, Fault, usage } from '../config/fault.ts';
import { type ColumnLikeness, likeness, type Pair, shapesOf } from '../generators/own/likeness.ts';
import { generatorsFile, parseGenerators } from '../generators/own/read-generators.ts';
import type { OwnOutcome } from '../generators/own/record.ts';
import { seedOwn, verifyOwn } from '../generators/own/seed-own.ts';
import { connect } from '../infra/topology/session.ts';
import type { Context } from './command.ts';
import { countOptions, integer } from './options.ts';
import { type OwnPlace, ownPlace, sourceOf } from './own-data-place.ts';
import type { SeedOptions } from './seed-task.ts';

/** Options of the shop's data set alone. */
const shopOnly = [
  'scale', 'preset', 'customersPerTenant', 'shard', 'intoLive', 'append', 'explain', 'render', 'shards', 'noCache', 'store',
  ...countOptions,
] as const; // biome-ignore format: a list

/** Fills a database with rows by a project's generators.yaml, or checks those that are there. Returns the exit code. */
export async function seedProject(context: Context, options: SeedOptions): Promise<number | undefined> {
  const given = shopOnly.find((name) => options[name] !== undefined);
  if (given !== undefined)
    throw usage(
      `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is of the shop's data set, and the project ${context.project.name} has its own.`,
      'How many rows of it: ./olympus seed --project DIR --factor 10',
    );
  if (options.topology !== undefined && options.topology !== 'local')
    throw usage(
      `--topology ${options.topology}: the rows of a project go into the local topology, or into --database.`,
      'Leave --topology out.',
    );
  const factor = factorOf(options.factor ?? '1');
  const seed = integer('--seed', options.seed ?? '1', 0, 2 ** 31 - 1);
  const streams = integer('--streams', options.streams, 1, 16);
  const path = join(context.project.directory, generatorsFile);
  const file = relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path);
  if (!existsSync(path))
    throw usage(
      `The project ${context.project.name} has no ${generatorsFile}: how its rows are made is not known.`,
      `Have it written from its source: ./olympus init ${context.project.directory} --data`,
    );
  const text = readFileSync(path, 'utf8');
  parseGenerators(file, text); // before anything is started
  await using place = await ownPlace(context, options.database);
  if (options.verify) return await verified(context, place);
  context.progress.stage('data');
  const { progress, signal } = context;
  for (const note of place.notes) progress.warn(note);
  const outcome = await seedOwn(place.open, {
    ...{ file, text, factor, seed, streams, reload: options.reload ?? false, progress, signal },
  });
  const compared = await compare(context, place, outcome);
  answer(context, place, outcome, compared);
  return undefined;
}

/** 10, 10x or 0.1. */
function factorOf(text: string): number {
  const factor = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1]);
  if (factor > 0 && factor <= 1_000_000) return factor;
  throw usage(`--factor takes a number above 0, at most 1000000, not "${text}".`, 'For example: --factor 10');
}

async function verified(context: Context, place: OwnPlace): Promise<number | undefined> {
  const found = await verifyOwn(place.open);
  if (!found)
    throw usage(
      `${place.database} holds no generated rows that are complete.`,
      'Load them: ./olympus seed --project DIR',
    );
  const ok = found.findings.length === 0;
  context.answer(
    { ok, ...found },
    [ok ? 'The rows are as generated.' : found.findings.join('\n'), `digest ${found.digest}`].join('\n'),
  );
  return ok ? undefined : exitCodes.regression;
}

type Compared =
  | { readonly columns: readonly ColumnLikeness[]; readonly why: null }
  | { readonly columns: null; readonly why: string };

/** With the source's statistics, where it can be reached. */
async function compare(context: Context, place: OwnPlace, outcome: OwnOutcome): Promise<Compared> {
  try {
    const url = await sourceOf(context);
    if (url === undefined) return { columns: null, why: 'the project names no source' };
    await using source = await connect(url, 'olympus-init');
    await using generated = await place.open();
    const identity = 'SELECT system_identifier::text || current_database() AS is FROM pg_control_system()';
    const is = await Promise.all(
      [source, generated].map((each) => each.query<{ is: string }>(identity).catch(() => null)), // not every login may ask
    );
    if (is[0] && is[0].rows[0]?.is === is[1]?.rows[0]?.is)
      return { columns: null, why: "the project's source is the generated database itself" };
    const columns = likeness(
      await shapesOf(source),
      await shapesOf(generated),
      outcome.tables.map(({ name }) => name),
    );
    if (columns.length === 0)
      return { columns: null, why: 'the source has no statistics that its login sees: ANALYZE it' };
    return { columns, why: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { columns: null, why: `the source cannot be read: ${error.message}` };
  }
}

const shownColumns = 12;

function answer(context: Context, place: OwnPlace, outcome: OwnOutcome, { columns, why }: Compared): void {
  const { digest, seconds, foreignKeys } = outcome;
  const tables = outcome.tables.map(({ name, rows, bytes, rowsPerSecond }) => ({
    name,
    rows,
    bytes,
    rowsPerSecond,
  }));
  const width = Math.max(28, ...tables.map(({ name }) => name.length + 2));
  const lines = tables.map(({ name, rows, bytes, rowsPerSecond }) =>
    [
      name.padEnd(width),
      `${rows.toLocaleString('en')} rows`.padStart(18),
      `${(bytes / 1e6).toFixed(1)} MB`.padStart(13),
      rowsPerSecond === null ? '' : `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`.padStart(18),
    ].join(''),
  );
  context.answer(
    { digest, seconds, tables, database: place.database, foreignKeys, likeness: columns, likenessWhy: why },
    [
      ...lines,
      `digest ${digest}`,
      `${foreignKeys.valid} foreign keys were checked by the server on every row.${foreignKeys.unchecked.length > 0 ? ` Not checked, for they are NOT VALID: ${foreignKeys.unchecked.join(', ')}.` : ''}`,
      ...likenessText(columns, why),
      nextText(context, place),
    ].join('\n'),
  );
}

function likenessText(columns: readonly ColumnLikeness[] | null, why: string | null): string[] {
  if (columns === null) return [`Not compared with the source: ${why}.`];
  const differing = columns.filter(({ differs }) => differs.length > 0);
  const head = `Statistics compared with the source's: ${columns.length - differing.length} of ${columns.length} columns are alike in nulls, different values, most common value and order.`;
  if (differing.length === 0) return [head];
  const pair = ({ source, generated }: Pair) => `${figure(source)} / ${figure(generated)}`;
  const counts = ({ source, generated }: Pair) => `${countOf(source)} / ${countOf(generated)}`;
  const names = differing.map(({ table, column }) => `${table}.${column}`);
  const width = Math.max(...names.slice(0, shownColumns).map(({ length }) => length), 8) + 2;
  return [
    `${head} These differ, marked with *; estimates on them will too (source / generated):`,
    `  ${'column'.padEnd(width)}${'nulls'.padEnd(18)}${'different values'.padEnd(22)}${'most common'.padEnd(18)}order`,
    ...differing.slice(0, shownColumns).map((each, i) => {
      const cell = (measure: ColumnLikeness['differs'][number], size: number) =>
        `${(measure === 'distinct' ? counts : pair)(each[measure])}${each.differs.includes(measure) ? ' *' : ''}`.padEnd(
          size,
        );
      return `  ${names[i]!.padEnd(width)}${cell('nulls', 18)}${cell('distinct', 22)}${cell('common', 18)}${cell('correlation', 0)}`;
    }),
    ...(differing.length > shownColumns
      ? [`  and ${differing.length - shownColumns} more: --json has all`]
      : []),
  ];
}

/** Below 0 it is a share of the rows. */
const countOf = (value: number | null): string =>
  value !== null && value < 0 ? `${figure(-100 * value)}%` : figure(value);

const figure = (value: number | null): string =>
  value === null
    ? '-'
    : Number.isInteger(value)
      ? String(value)
      : value.toFixed(Math.abs(value) < 0.01 ? 4 : 2);

function nextText({ project }: Context, { local, database }: OwnPlace): string {
  const entry = project.topology?.entries.primary;
  const variable = entry?.provider === 'external' ? /^env:(\w+)$/.exec(entry.url)?.[1] : undefined;
  const set = local
    ? `export ${variable ?? 'MY_DB'}="$(./olympus url primary --as admin --database ${database})?sslmode=disable"`
    : `export ${variable ?? 'MY_DB'}=its URL`;
  return `Next: ${set}; ./olympus explain --project ${relative(process.cwd(), project.directory) || '.'}`;
}
