import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { StoppableServer } from '../local/stoppable.ts';
import { connect } from '../topology/session.ts';
import type { Knowledge } from './knowledge.ts';
import { type FilePlan, makeFiles } from './relation-files.ts';
import { makeDatabase, makeRoles, refusedNote, restorableList, restoreArchive } from './restore-schema.ts';

export interface RestoredKnowledge {
  /** What the copy does not have, in sentences. */
  readonly lacking: readonly string[];
  /**
   * Runs work that reads tables from end to end, as CREATE INDEX does, while their files are short: they hold nothing, however
   * long they are. Only in a session that has not looked at them yet.
   */
  whileEmpty<T>(work: () => Promise<T>): Promise<T>;
}

const url = ({ primary }: StoppableServer, database: string) => primary.url('admin', database);

/**
 * The source's knowledge as a database of a server of ours: schema, statistics, then sizes, for which the server is stopped.
 * @throws Fault (component) where the server is too old to take statistics
 */
export async function restoreKnowledge(
  server: StoppableServer,
  knowledge: Knowledge,
  database: string,
): Promise<RestoredKnowledge> {
  if (server.major < 18)
    throw missing(
      `A copy of the planner's knowledge needs PostgreSQL 18 or newer for itself, and the local build is ${server.major}.`,
      'Leave OLYMPUS_PG_BIN out, or name binaries of 18 or newer with it.',
    );
  const notes: string[] = [];
  {
    await using control = await connect(url(server, 'postgres'), 'olympus-knowledge');
    await makeRoles(control, knowledge.roles, { alter: true });
    notes.push(...(await makeDatabase(control, knowledge, database)));
  }
  const target = { url: url(server, database), folder: server.site.folder, signal: server.site.signal };
  const list = await restorableList(target, knowledge);
  const refused = await restoreArchive(target, knowledge, ['--schema-only', '-L', list]);
  await restoreArchive(target, knowledge, ['--statistics-only']);
  const plans = await sourceFiles(url(server, database), knowledge);
  await server.whileStopped(() => makeFiles(server, plans));
  const tables = plans.filter(({ kind }) => kind !== 'i');
  return {
    lacking: [...notes, ...refusedNote(refused)],
    async whileEmpty(work) {
      await makeFiles(
        server,
        tables.map((plan) => ({ ...plan, pages: 0 })),
      );
      try {
        return await work();
      } finally {
        await makeFiles(server, tables);
      }
    },
  };
}

/** The files of the copy's relations that the source has too, at the source's sizes. */
async function sourceFiles(copy: string, { relations }: Knowledge): Promise<FilePlan[]> {
  await using session = await connect(copy, 'olympus-knowledge');
  const sql = await readFile(join(import.meta.dirname, 'files.sql'), 'utf8');
  const { rows } = await session.query<
    Pick<FilePlan, 'kind' | 'method' | 'path' | 'keyBytes'> & { schema: string; name: string }
  >(sql);
  const own = new Map(rows.map((row) => [JSON.stringify([row.schema, row.name]), row]));
  return relations.flatMap((relation) => {
    const file = own.get(JSON.stringify([relation.schema, relation.name]));
    if (!file) return [];
    const { path, keyBytes, method, kind } = file;
    return [{ path, keyBytes, method, kind, pages: relation.pages, firstPage: relation.firstPage }];
  });
}
