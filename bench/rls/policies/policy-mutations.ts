import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../infra/topology/session.ts';
import type { Tenant } from '../../../scenarios/statement.ts';
import { type Access, accessTo, firstChange, setAsideAllButPolicies } from './access.ts';
import { findingsOf } from './lint.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { type Policy, readPolicies, tableOf } from './policy.ts';

/** How a wrong policy was noticed. */
export interface Outcome {
  readonly mutation: Mutation;
  /** read: other rows are seen; write: a write is let through or refused that was not; lint: only the linter names it. */
  readonly caught: 'read' | 'write' | 'lint' | null;
  /** The first difference, in words. */
  readonly how: string;
}

/**
 * Makes every policy wrong in turn and looks whether it is noticed. All in one transaction, which is taken back: a
 * superuser's, on a database that nobody works on, with rows of `own` and `other` in it.
 */
export async function policyMutations(
  session: Session,
  own: Tenant,
  other: Tenant,
  {
    signal = new AbortController().signal,
    mutations = mutationsOf,
  }: { signal?: AbortSignal; mutations?: (policies: readonly Policy[]) => readonly Mutation[] } = {},
): Promise<Outcome[]> {
  await session.query('BEGIN');
  try {
    const policies = await readPolicies(session);
    await setAsideAllButPolicies(session, policies);
    await session.query(await readFile(join(import.meta.dirname, 'few-rows.sql'), 'utf8'));
    const clean = new Set((await findingsOf(session)).map(keyOf));
    const outcomes: Outcome[] = [];
    for (const ofTable of Map.groupBy(policies, tableOf).values()) {
      const access = () => accessTo(session, ofTable, own, other);
      const base = await Array.fromAsync(access());
      for (const mutation of mutations(ofTable)) {
        signal.throwIfAborted();
        await session.query('SAVEPOINT mutation');
        await session.query(mutation.sql);
        outcomes.push({
          mutation,
          ...((await noticed(base, access())) ?? (await linted(session, clean))),
        });
        await session.query('ROLLBACK TO SAVEPOINT mutation');
      }
    }
    return outcomes;
  } finally {
    await session.query('ROLLBACK');
  }
}

type Noticed = Pick<Outcome, 'caught' | 'how'>;

async function noticed(base: readonly Access[], mutated: AsyncIterable<Access>): Promise<Noticed | null> {
  const change = await firstChange(base, mutated);
  if (!change) return null;
  const { was, is } = change;
  return { caught: is.kind, how: `${is.person}: ${is.what}: ${was.outcome} before, ${is.outcome} now` };
}

const keyOf = ({ rule, object }: { rule: string; object: string }) => `${rule} ${object}`;

/** PostgreSQL may do the same with a policy that says less (USING stands in for a missing WITH CHECK). */
async function linted(session: Session, clean: ReadonlySet<string>): Promise<Noticed> {
  const found = (await findingsOf(session)).find((finding) => !clean.has(keyOf(finding)));
  return found
    ? { caught: 'lint', how: `no row behaves otherwise; the linter says: ${found.message}` }
    : { caught: null, how: 'nothing noticed it' };
}

/** "core.orders tenant_select, USING true". */
export const mutationName = ({ policy, kind }: Mutation): string =>
  `${tableOf(policy)} ${policy.name}, ${kind}`;
