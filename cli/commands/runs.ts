import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { ListedRun } from '../../reports/list-runs.ts';
import { runText } from '../answer-run.ts';
import { type Context, command } from '../command.ts';

const verbs = ['list', 'show', 'rm'] as const;

export const runs = command<{ out: string }>(
  'runs [verb] [runs...]',
  'the runs that are kept: list, show, rm',
  {
    options: [new Option('--out <dir>', 'folder of the runs').default('runs')],
    example: './olympus runs list',
    load:
      async () =>
      async (context, { out }, verb = 'list', ...named) => {
        if (verb === 'list') return await list(context, out, named);
        if (verb === 'show') return await show(context, out, named);
        if (verb === 'rm') return await remove(context, out, named);
        throw usage(`runs cannot "${verb}".`, suggest(verb, verbs));
      },
  },
);

async function list(context: Context, out: string, named: readonly string[]): Promise<undefined> {
  if (named.length > 0) throw usage('runs list takes no run.', `For one: ./olympus runs show ${named[0]}`);
  const { eachRun } = await import('../../reports/list-runs.ts');
  const found = await Array.fromAsync(eachRun(out));
  context.answer({ runs: found }, found.length > 0 ? table(found) : `There are no runs in ${out}.`);
}

async function show(context: Context, out: string, named: readonly string[]): Promise<undefined> {
  const [which = 'latest', ...more] = named;
  if (more.length > 0)
    throw usage('runs show takes one run.', `For two: ./olympus compare ${which} ${more[0]}`);
  const { readRun } = await import('../../reports/run-directory.ts');
  const run = await readRun(out, which);
  context.answer(run.result, [heading(run.result.run), runText(run)].join('\n'));
}

/** Those that are named, one by one: "latest" is another one after the first was removed. */
async function remove(context: Context, out: string, named: readonly string[]): Promise<undefined> {
  if (named.length === 0) throw usage('Which run?', 'For example: ./olympus runs rm before-the-index');
  if (named.includes('latest'))
    throw usage(
      '"latest" is whichever run is the newest then.',
      'Give the id or the name: ./olympus runs list',
    );
  const { findRun } = await import('../../reports/read-run.ts');
  const { isRunId } = await import('../../reports/run-id.ts');
  const folders = new Set<string>();
  for (const name of named) folders.add(await findRun(out, name)); // a wrong one among them removes none
  for (const folder of folders)
    if (!isRunId(basename(resolve(folder))))
      throw usage(`${folder} is not the folder of a run.`, 'Those are listed by ./olympus runs list');
  for (const folder of folders) await rm(folder, { recursive: true });
  const removed = [...folders];
  context.answer({ removed }, removed.map((folder) => `removed ${folder}`).join('\n'));
}

const heading = ({ id, kind, suite, name, note, startedAt }: NonNullable<ListedRun['run']>): string =>
  [
    `${name === undefined ? '' : `${name}: `}${kind}, ${suite} suite, ${startedAt}, run ${id}`,
    ...(note === undefined ? [] : [`  ${note}`]),
  ].join('\n');

function table(found: readonly ListedRun[]): string {
  const rows = found.map(({ id, state, run, verdict, scale, why }) => [
    ...[id, run?.name ?? '', run?.kind ?? '', verdict ?? '', state === 'whole' ? '' : state],
    ...[scale === null ? '' : `scale ${scale}`, run?.note ?? why ?? ''],
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .filter((_, column) => widths[column]! > 0)
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
