import type { Session } from '../../../infra/topology/session.ts';
import { policyOfProject } from '../../../result/policy-forms.ts';
import type { RlsOverhead, Warning } from '../../../result/result.ts';
import { forTenant } from '../../../scenarios/identity.ts';
import { drawParameters } from '../../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../../scenarios/statement.ts';
import type { Setting } from '../../measure.ts';
import { readLineage } from '../../postgres/lineage.ts';
import type { Form } from '../forms.ts';
import { measureOverhead } from '../overhead.ts';

export interface ProjectSessions {
  /** Bound by the policies. */
  readonly app: Session;
  /** Bound by none. */
  readonly free: Session;
  /** Draws the values. */
  readonly values: Session;
}

const msPerPair = 1500;
const distinctDraws = 8;
const longestMs = 3000;

/**
 * What the policies in force cost, on the database itself: each statement that reads, by the application and by a login
 * that no policy binds. Where the two return other rows the policy is the statement's filter, and there is no same work
 * to compare: that is said in place of a ratio.
 */
export async function measureProjectOverheads(
  { catalogue, tenants, budget, seed, signal, progress }: Setting,
  { app, free, values }: ProjectSessions,
): Promise<{ overhead: RlsOverhead[]; warnings: Warning[] }> {
  const sessions = new Map<Form, Session>([
    ['off', free],
    [policyOfProject, app],
  ]);
  const lineage = await readLineage(values);
  const cells = catalogue
    .filter(({ kind, weight }) => kind === 'read' && weight > 0)
    .flatMap((statement) => tenants.slice(0, 2).map((tenant) => ({ statement, tenant })));
  const end = performance.now() + budget.rlsPairs * msPerPair;
  const overhead: RlsOverhead[] = [];
  const without: string[] = [];
  for (const [i, { statement, tenant }] of cells.entries()) {
    signal.throwIfAborted();
    progress.count(i + 1, cells.length, 'statements');
    const draws = await drawParameters(values, statement, tenant, distinctDraws, seed);
    if (draws.length === 0) {
      without.push(`${statement.name} (${tenant.class})`);
      continue;
    }
    const difference = await otherRows(sessions, statement, tenant, draws[0]!);
    if (difference !== null) overhead.push(uncompared(statement, tenant, difference));
    else
      overhead.push(
        ...(await measureOverhead(sessions, {
          ...{ statement, tenant, draws, pairs: budget.rlsPairs, seed: seed + i },
          allowance: Math.max(0, end - performance.now()) / (cells.length - i),
          enoughForInterval: performance.now() < end,
          ...{ signal, lineage },
          copy: null, // a condition is looked up by a view that is made: nothing is made in a database of the user's
        })),
      );
  }
  return { overhead, warnings: without.length > 0 ? [noValues(without)] : [] };
}

const noValues = (statements: readonly string[]): Warning => ({
  code: 'policy-cost-unmeasured',
  message: `What the policies cost was not measured for ${statements.slice(0, 5).join(', ')}${statements.length > 5 ? ` and ${statements.length - 5} more` : ''}: the sources of their parameters return no row for that tenant.`,
  advice: 'A source is given the tenant as $1; run it in psql with that value.',
});

/** Null where both return the same rows, in whatever order. */
async function otherRows(
  sessions: ReadonlyMap<Form, Session>,
  { sql }: Statement,
  tenant: Tenant,
  draw: Draw,
): Promise<string | null> {
  const digests: { n: string; which: string }[] = [];
  for (const [form, session] of sessions)
    try {
      const { rows } = await forTenant(session, tenant, async () => {
        await session.query(`SET LOCAL statement_timeout = ${longestMs}`);
        return await session.query<{ n: string; which: string }>(
          `SELECT count(*) AS n, coalesce(sum(hashtextextended(olympus_row::text, 0)), 0)::text AS which FROM (${sql}\n) AS olympus_row`,
          draw,
        );
      });
      digests.push(rows[0]!);
    } catch (error) {
      return `It fails ${form === 'off' ? 'without the policies' : 'under the policies'}: ${(error as Error).message}.`;
    }
  const [off, bound] = digests;
  if (off!.n === bound!.n && off!.which === bound!.which) return null;
  const counts = off!.n === bound!.n ? `${off!.n} both times` : `${off!.n}, and ${bound!.n} under them`;
  return `Without the policies it returns other rows (${counts}): the policy is its filter, so that both do not do the same work.`;
}

const uncompared = ({ name }: Statement, { class: tenantClass }: Tenant, why: string): RlsOverhead => ({
  ...{ statement: name, variant: policyOfProject, tenantClass, pairs: 0, why },
  ...{ ratio: null, low: null, high: null, level: null },
  ...{ offMs: null, variantMs: null, offBuffers: null, variantBuffers: null },
});
