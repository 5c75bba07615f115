import { createHash } from 'node:crypto';
import { nodesOf, type Plan } from '../../analysis/explain/plan.ts';
import type { Session } from '../../infra/topology/session.ts';
import { identityOf, underIdentity } from '../../scenarios/identity.ts';
import { explain } from '../postgres/explain.ts';
import type { Cell } from './cells.ts';
import { limitTime } from './sessions.ts';

/** What one side does for one cell; or why it cannot. */
export type PageCount =
  | {
      readonly kind: 'read';
      /** Executor buffers (shared hit and read) of one execution, the mean over the draws. */
      readonly pages: number;
      /** Indexes that the plans use, as the plans name them. */
      readonly indexes: readonly string[];
      /** Of the last draw. */
      readonly plan: Plan;
      /** md5 over the sorted rows of all draws; of a write: over their number. */
      readonly result: string;
    }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Executes each draw `repeats` times, at least twice: once for its rows, then counting; the last count is kept, when pages
 * are warm and hint bits set.
 * `whole` counts a write's own pages too; else only what it reads to find its rows, because what writing an index costs
 * is its write price. Everything is rolled back.
 */
export async function countPages(
  session: Session,
  cell: Cell,
  repeats: number,
  writes: 'whole' | 'reading only',
): Promise<PageCount> {
  const { statement, tenant, draws } = cell;
  try {
    return await underIdentity(session, identityOf(tenant), async () => {
      await session.query(limitTime);
      const indexes = new Set<string>();
      const hash = createHash('md5');
      let pages = 0;
      let plan: Plan | undefined;
      for (const draw of draws) {
        hash.update(await takenBack(session, () => fingerprintOf(session, cell, draw)));
        let last: Plan | undefined;
        for (let i = 0; i < Math.max(1, repeats - 1); i++)
          last = (await takenBack(session, () => explain(session, statement.sql, draw, 'whole'))).plan;
        pages += pagesOf(last!, writes);
        plan = last;
        for (const { index } of nodesOf(last!.root)) if (index) indexes.add(index);
      }
      return {
        kind: 'read',
        pages: pages / draws.length,
        indexes: [...indexes].sort(),
        plan: plan!,
        result: hash.digest('hex'),
      };
    });
  } catch (error) {
    return { kind: 'failed', why: (error as Error).message };
  }
}

/** Executor pages of a cell, the mean over its draws, each executed twice; in a transaction of the caller's. */
export async function pagesOnce(session: Session, { statement, draws }: Cell): Promise<number> {
  let pages = 0;
  for (const draw of draws) {
    await takenBack(session, () => session.query(statement.sql, draw));
    const { plan } = await takenBack(session, () => explain(session, statement.sql, draw, 'whole'));
    pages += pagesOf(plan, 'whole');
  }
  return pages / draws.length;
}

/** Each execution finds the rows as the one before did. */
async function takenBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT execution');
  const result = await work();
  await session.query('ROLLBACK TO execution; RELEASE execution');
  return result;
}

function pagesOf({ root }: Plan, writes: 'whole' | 'reading only'): number {
  const counted = root.type === 'ModifyTable' && writes === 'reading only' ? root.children : [root];
  return counted.reduce((sum, { buffers }) => sum + (buffers ? buffers.hit + buffers.read : 0), 0);
}

async function fingerprintOf(session: Session, { statement }: Cell, draw: Cell['draws'][number]) {
  const { rows, rowCount } = await session.query(statement.sql, draw);
  return statement.kind === 'write'
    ? `${rowCount}\n`
    : rows
        .map((row) => JSON.stringify(row))
        .sort()
        .join('\n');
}
