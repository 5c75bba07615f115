import { createHash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../config/fault.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Project } from '../../project/project.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { readSources } from '../../scenarios/sources.ts';
import { type Index, readIndexes } from '../index/indexes.ts';
import type { Setting } from '../measure.ts';
import type { Change } from '../variant/variant.ts';
import type { NightControl } from './night-control.ts';
import { replaceFolder } from './replace-folder.ts';

/** What is kept of an index: enough to have it again on a copy. */
type PinnedIndex = Pick<Index, 'name' | 'table' | 'definition' | 'constraint'>;

/** The word that pins what is there tonight. */
const pinNow = 'now';

/** @throws Fault (usage): a database that is measured as it is has no builds to name */
export function requirePinnable(wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== pinNow)
    throw usage(
      `--control ${wanted}: the control of a database of yours is how it was when it was pinned, its indexes and the project's statements; there is no build of it.`,
      `Pin it as it is tonight: --control ${pinNow}`,
    );
}

/**
 * The control of a database that is measured as it is: the indexes and statements of the night when it was pinned. On a
 * copy of tonight's rows the indexes that are gone are made again, and new ones are dropped, so that both sides have the
 * same rows and differ in nothing else.
 */
export async function pinnedProject(
  { topology, database, project }: Setting,
  folder: string,
  wanted: string | undefined,
): Promise<NightControl> {
  await using session = await connect(topology.get('primary').url('admin', database), 'olympus-nightly');
  const now = (await readIndexes(session)).filter(({ valid }) => valid).map(kept);
  const pinned =
    (wanted === undefined ? await readPinned(folder) : null) ?? (await pin(folder, project, now));
  const tables = await session.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL`,
    [[...new Set(pinned.indexes.map(({ table }) => table))]],
  );
  const there = new Set(tables.rows.map(({ name }) => name));
  return {
    ...{ label: 'the database as it was when it was pinned', digest: pinned.digest, commit: null },
    catalogue: await readCatalogue([join(folder, 'statements')], await readSources(project.sources)),
    ...backTo(
      pinned.indexes.filter(({ table }) => there.has(table)),
      now,
    ),
  };
}

const kept = ({ name, table, definition, constraint }: Index): PinnedIndex => ({
  ...{ name, table, definition, constraint },
});

/** What makes tonight's indexes those of the pin, in SQL and in words. One that a constraint needs now stays. */
export function backTo(
  pinned: readonly PinnedIndex[],
  now: readonly PinnedIndex[],
): Pick<NightControl, 'changes' | 'differs'> {
  const lacking = (all: readonly PinnedIndex[], of: readonly PinnedIndex[]) =>
    of.filter(({ definition }) => !all.some((other) => other.definition === definition));
  const gone = lacking(now, pinned);
  const added = lacking(pinned, now);
  const droppable = added.filter(({ constraint }) => constraint === null);
  const sql = (text: string): Change => ({ kind: 'sql', text });
  return {
    changes: [
      ...droppable.map(({ name }) => sql(`DROP INDEX ${name}`)),
      ...gone.map(({ definition }) => sql(withParts(definition))),
    ],
    differs: [
      ...gone.map(({ name, table }) => `index ${name} of ${table}: gone since the control was pinned`),
      ...added.map(
        ({ name, table, constraint }) =>
          `index ${name} of ${table}: new since the control was pinned${constraint === null ? '' : ' (a constraint needs it, so the control has it too)'}`,
      ),
    ],
  };
}

/** The server writes an index of a partitioned table without those of its parts. */
const withParts = (definition: string): string =>
  definition.replace(/^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")+"|\S+) ON )ONLY /, '$1');

interface Pinned {
  readonly digest: string;
  readonly indexes: readonly PinnedIndex[];
}

async function pin(
  folder: string,
  { statements }: Project,
  indexes: readonly PinnedIndex[],
): Promise<Pinned> {
  await replaceFolder(folder, async (fresh) => {
    await cp(statements, join(fresh, 'statements'), { recursive: true });
    await writeFile(join(fresh, 'indexes.json'), JSON.stringify(indexes, null, 2));
    await writeFile(join(fresh, 'control.json'), JSON.stringify({ digest: await digestOf(fresh) }));
  });
  return (await readPinned(folder))!;
}

/** @throws Fault (usage) for a pin that somebody edited, or one of another project */
async function readPinned(folder: string): Promise<Pinned | null> {
  const text = await readFile(join(folder, 'control.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const indexes = await readFile(join(folder, 'indexes.json'), 'utf8').catch(() => null);
  if (indexes === null || (JSON.parse(text) as Pinned).digest !== (await digestOf(folder)))
    throw usage(
      `The pinned control in ${folder} ${indexes === null ? 'is of the shop, not of this project' : 'was changed'}.`,
      `Keep the runs of each project in a folder of their own (--out), or pin it again: --control ${pinNow}`,
    );
  return { digest: (JSON.parse(text) as Pinned).digest, indexes: JSON.parse(indexes) };
}

async function digestOf(folder: string): Promise<string> {
  const indexes = await readFile(join(folder, 'indexes.json'), 'utf8');
  return shortHash(`${indexes}\n${await digestOfStatements(join(folder, 'statements'))}`);
}

async function digestOfStatements(statements: string): Promise<string> {
  const texts: string[] = [];
  for (const name of (await readdir(statements, { recursive: true })).sort())
    if (name.endsWith('.sql')) texts.push(`${name} ${await readFile(join(statements, name), 'utf8')}`);
  return shortHash(texts.join('\n'));
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What identifies tonight's side: the project's statements. */
export const projectHead = async ({ statements }: Project): Promise<{ digest: string; commit: null }> => ({
  digest: await digestOfStatements(statements),
  commit: null,
});
