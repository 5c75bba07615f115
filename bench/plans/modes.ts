import { fingerprints } from '../../analysis/explain/fingerprint.ts';
import type { Lineage } from '../../analysis/explain/lineage.ts';
import type { Plan } from '../../analysis/explain/plan.ts';
import { skewSensitivity } from '../../analysis/explain/skew.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { PlanModes, Warning } from '../../result/result.ts';
import { identityOf, underIdentity } from '../../scenarios/identity.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import type { Setting } from '../measure.ts';
import { explain } from '../postgres/explain.ts';
import { execution, prepare } from '../postgres/prepared.ts';
import { openPlanSessions } from '../postgres/sessions.ts';

const name = 'olympus_mode';
/** The first sets hint bits and fills memory. */
const executions = 2;
/** From the sixth execution on the server weighs a generic plan (PostgreSQL manual, PREPARE). */
const customFirst = 5;

type OfTenant = PlanModes['tenants'][number];

/**
 * Pages of every reading statement when its plan is made for the parameters (custom), once for any (generic), and as
 * the server decides (auto), for each tenant, in the statement's own role. Costs are not compared: those of a generic
 * plan and of a custom one are estimates of different things.
 */
export async function planModes(
  setting: Pick<Setting, 'topology' | 'database' | 'catalogue' | 'tenants' | 'seed' | 'signal' | 'progress'>,
): Promise<{ planModes: PlanModes[]; warnings: Warning[] }> {
  await using sessions = await openPlanSessions(setting);
  const { as, admin, lineage } = sessions;
  const found: PlanModes[] = [];
  const warnings: Warning[] = [];
  const reads = setting.catalogue.filter(({ kind }) => kind === 'read');
  for (const [i, statement] of reads.entries()) {
    const tenants: OfTenant[] = [];
    for (const tenant of setting.tenants) {
      setting.signal.throwIfAborted();
      const [draw] = await drawParameters(admin, statement, tenant, 1, setting.seed);
      try {
        if (draw) tenants.push(await inEachMode(as[statement.role], statement, tenant, draw, lineage));
      } catch (error) {
        setting.signal.throwIfAborted();
        warnings.push(failed(statement, tenant, error as Error));
      }
    }
    if (tenants.length > 0)
      found.push({
        statement: statement.name,
        variant: statement.role,
        skew: skewSensitivity(tenants.map(({ pages }) => pages)),
        tenants,
      });
    setting.progress.count(i + 1, reads.length, 'statements in three modes');
  }
  return { planModes: found, warnings };
}

function inEachMode(
  session: Session,
  statement: Statement,
  tenant: Tenant,
  draw: Draw,
  lineage: Lineage,
): Promise<OfTenant> {
  return underIdentity(session, identityOf(tenant), async () => {
    const custom = await forced(session, statement, draw, 'force_custom_plan');
    const generic = await forced(session, statement, draw, 'force_generic_plan');
    const auto = await decided(session, statement, draw);
    return {
      tenantClass: tenant.class,
      pages: { custom: pagesOf(custom), generic: pagesOf(generic), auto: pagesOf(auto.plan) },
      sameShape: fingerprints(custom.root, lineage).shape === fingerprints(generic.root, lineage).shape,
      chosen: auto.chosen,
    };
  });
}

async function forced(session: Session, { sql }: Statement, draw: Draw, mode: string): Promise<Plan> {
  await session.query(`SET LOCAL plan_cache_mode = ${mode}`);
  return prepared(session, sql, async () => {
    const plans: Plan[] = [];
    for (let i = 0; i < executions; i++)
      plans.push((await explain(session, execution(name, draw), [], 'whole')).plan);
    return plans.toSorted((a, b) => (pagesOf(a) ?? 0) - (pagesOf(b) ?? 0))[0]!;
  });
}

/** What the server itself does at the sixth execution. */
async function decided(session: Session, { sql }: Statement, draw: Draw) {
  await session.query('SET LOCAL plan_cache_mode = auto');
  return prepared(session, sql, async () => {
    const planning = `EXPLAIN ${execution(name, draw)}`;
    await session.query(new Array(customFirst).fill(planning).join(';'));
    const { plan } = await explain(session, execution(name, draw), [], 'whole');
    const { rows } = await session.query<{ generic: string }>(
      `SELECT to_jsonb(p) ->> 'generic_plans' AS generic FROM pg_prepared_statements AS p WHERE name = '${name}'`,
    );
    const generic = rows[0]?.generic ?? null; // unknown before PostgreSQL 14
    return {
      plan,
      chosen: generic === null ? null : Number(generic) > 0 ? ('generic' as const) : ('custom' as const),
    };
  });
}

/** What was prepared outlives a transaction that fails, so it goes before the next one comes. */
async function prepared<T>(session: Session, sql: string, work: () => Promise<T>): Promise<T> {
  await session.query('DEALLOCATE ALL');
  await prepare(session, name, sql);
  return work();
}

const pagesOf = ({ root }: Plan): number | null => root.buffers && root.buffers.hit + root.buffers.read;

const failed = (
  { name: of, file }: Statement,
  { class: tenantClass }: Tenant,
  { message }: Error,
): Warning => ({
  code: 'modes-failed',
  message: `${of} failed for the ${tenantClass} in another plan mode: ${message}`,
  advice: `Run it by hand, prepared; it is in ${file}.`,
});
