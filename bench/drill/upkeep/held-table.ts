import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../infra/topology/session.ts';

const definition = await readFile(join(import.meta.dirname, 'vacuum-table.sql'), 'utf8');

export interface HeldTable {
  /** Rows that are dead and that the vacuum just before left. */
  readonly deadRows: number;
  readonly tableBytes: number;
  /** Pages that counting all rows reads, and those that a hundred rows by their key take. */
  readonly scanPages: number;
  readonly lookupPages: number;
}

export async function createHeldTable(admin: Session): Promise<void> {
  await admin.query(definition);
  await admin.query('VACUUM ANALYZE olympus_drill.held');
}

/** Changes every row so often, with a vacuum after each: the space of the dead ones serves the next, if it may. */
export async function changeAndVacuum(admin: Session, rounds: number, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    signal.throwIfAborted();
    await admin.query('UPDATE olympus_drill.held SET changes = changes + 1');
    await vacuum(admin);
  }
}

/** The updates' counts reach the statistics first, or they would be added to what the vacuum found. */
export async function vacuum(admin: Session): Promise<void> {
  await admin.query('SELECT pg_stat_force_next_flush()');
  await admin.query('VACUUM olympus_drill.held');
}

export async function lookAtHeldTable(admin: Session): Promise<HeldTable> {
  const { rows } = await admin.query<{ dead: number; bytes: number }>(
    `SELECT n_dead_tup::int AS dead, pg_relation_size(relid)::float8 AS bytes
       FROM pg_stat_all_tables WHERE relid = 'olympus_drill.held'::regclass`,
  );
  const { dead, bytes } = rows[0]!;
  return {
    deadRows: dead,
    tableBytes: bytes,
    scanPages: await pagesOf(admin, 'SELECT sum(changes) FROM olympus_drill.held'),
    lookupPages: await pagesOf(
      admin,
      'SELECT sum(changes) FROM olympus_drill.held WHERE id BETWEEN 1 AND 100',
    ),
  };
}

interface Explained {
  readonly 'QUERY PLAN': readonly {
    readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  }[];
}

async function pagesOf(admin: Session, statement: string): Promise<number> {
  const { rows } = await admin.query<Explained>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement}`);
  const plan = rows[0]!['QUERY PLAN'][0]!.Plan;
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}
