import type { Session } from '../../../infra/topology/session.ts';
import type { Tenant } from '../../../scenarios/statement.ts';
import { identityText } from '../leaks.ts';
import { type Attempt, attemptsOn } from './attempts.ts';
import { giveRole, identitiesOf, type Person } from './identities.ts';
import { type Policy, quotedTable } from './policy.ts';

/** What came of one attempt by one person. Equal texts are equal access. */
export interface Access {
  readonly kind: Attempt['kind'];
  readonly person: string;
  readonly what: string;
  /** "12 rows (hash)", "3 rows", "refused", "accepted (23505)": past the policy, then stopped by something else. */
  readonly outcome: string;
}

/** Bound to the role that the application has; the policies are for it. */
const role = 'olympus_app';

/**
 * Prepares a superuser's transaction for attempts: the policies stand alone. Grants, triggers and foreign keys, which
 * guard the same rows once more, are set aside, so that a policy that fails is not hidden by them.
 */
export async function setAsideAllButPolicies(
  session: Session,
  tables: readonly Pick<Policy, 'schema' | 'table'>[],
): Promise<void> {
  await session.query('SET LOCAL session_replication_role = replica');
  for (const table of tables)
    await session.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${quotedTable(table)} TO ${role}`);
}

/**
 * Lets everybody try everything on one table, each attempt taken back: what its policies let through, read and written.
 * One after the other, so that who looks for a difference may stop at it. The session is a superuser's, in a
 * transaction that was prepared.
 * @param policies all of one table
 */
export async function* accessTo(
  session: Session,
  policies: readonly Policy[],
  own: Tenant,
  other: Tenant,
): AsyncGenerator<Access> {
  const attempts = await attemptsOn(session, policies, own, other);
  for (const person of identitiesOf(own, other)) {
    await session.query('SAVEPOINT person');
    try {
      await giveRole(session, person);
      for (const { kind, what, sql } of attempts)
        yield { kind, person: person.name, what, outcome: await outcomeOf(session, person, sql) };
    } finally {
      await session.query('ROLLBACK TO SAVEPOINT person');
    }
  }
}

/** The first attempt that comes out otherwise than before. */
export async function firstChange(
  before: readonly Access[],
  after: AsyncIterable<Access>,
): Promise<{ readonly was: Access; readonly is: Access } | null> {
  let at = 0;
  for await (const is of after) {
    const was = before[at++]!;
    if (was.outcome !== is.outcome) return { was, is };
  }
  return null;
}

async function outcomeOf(session: Session, { identity }: Person, sql: string): Promise<string> {
  try {
    const answers = (await session.query(
      `SAVEPOINT attempt; SET LOCAL ROLE ${role}; ${identityText(identity)}; ${sql}; ROLLBACK TO SAVEPOINT attempt`,
    )) as unknown as { rows: { n?: string; which?: string }[]; rowCount: number | null }[];
    const { rows, rowCount } = answers[3]!;
    return rows[0]?.which === undefined ? `${rowCount} rows` : `${rows[0].n} rows (${rows[0].which})`;
  } catch (error) {
    await session.query('ROLLBACK TO SAVEPOINT attempt');
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    return code === '42501'
      ? `refused${/row-level/.test(message) ? '' : `: ${message}`}`
      : `accepted (${code})`;
  }
}
