import type { Login } from '../../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../../infra/topology/session.ts';
import type { Result, RlsOverhead, Warning } from '../../../result/result.ts';
import { findLoadTenants } from '../../../scenarios/tenants.ts';
import type { Setting } from '../../measure.ts';
import { judgeProjectPolicies } from '../policies/judge.ts';
import { type Guarded, guardedRelations, relationName } from './guarded.ts';
import { checkProjectLeaks } from './project-leaks.ts';
import { measureProjectOverheads } from './project-overhead.ts';

/** Tenants whose identity is taken on, besides those that are measured. */
const mostOthers = 40;

/**
 * Row-level security of a database that is not the shop's: what its policies cost a statement against a login that they
 * do not bind, and whether a tenant sees a row of another. It is only read, in read-only transactions.
 */
export async function projectRls(setting: Setting): Promise<Partial<Result>> {
  const { tenants: query, tenantColumn } = setting.project;
  if (query === null || Object.keys(query.identity).length === 0 || tenantColumn === null)
    return absent(
      setting,
      `olympus.yaml names ${namedOf(setting)}: without all three it cannot be known whose a row is, or how to act for a tenant`,
      'For example: tenants: SELECT tenant_id AS id, count(*) AS size FROM orders GROUP BY 1; identity: { app.tenant_id: id }; tenantColumn: tenant_id',
    );
  await using opened = new AsyncDisposableStack();
  const primary = setting.topology.get('primary');
  const open = async (login: Login) =>
    opened.use(await readOnly(await connect(primary.url(login, setting.database), 'olympus-rls')));
  const app = await open('app');
  const guarded = await guardedRelations(app, tenantColumn);
  const why = unguarded(guarded, tenantColumn) ?? (await unbound(app, guarded));
  if (why) return absent(setting, why.why, why.how);
  const admin = await open('admin');
  const free = (await bindsNobody(admin, tenantColumn))
    ? admin
    : await freeOwner(await open('owner'), tenantColumn);
  const others = await findLoadTenants(admin, query, mostOthers);
  const leaks = await checkProjectLeaks({
    ...{ app, values: admin, guarded, column: tenantColumn, others },
    nobody: () => open('app'),
    ...{ tenants: setting.tenants, catalogue: setting.catalogue, reads: setting.budget.leakReads },
    ...{ seed: setting.seed, signal: setting.signal, settings: Object.keys(query.identity) },
  });
  if (leaks.leaks === null) return absent(setting, leaks.why, leaks.how);
  const overhead = free ? await measureProjectOverheads(setting, { app, free, values: admin }) : noOverhead;
  const findings = await judgeProjectPolicies(setting);
  return {
    rls: { overhead: overhead.overhead, leaks: leaks.leaks, findings },
    warnings: [...leaks.warnings, ...overhead.warnings],
  };
}

const noOverhead: { overhead: RlsOverhead[]; warnings: Warning[] } = {
  overhead: [],
  warnings: [
    {
      code: 'policy-cost-unmeasured',
      message:
        'What the policies cost was not measured: they bind each login of the project, so that there is nothing to compare with.',
      advice:
        'Name a login or a role that sees all rows: roles: { owner: NAME } in olympus.yaml, where NAME owns the tables or has BYPASSRLS.',
    },
  ],
};

/** Nothing is written by a statement of the project's, whatever its functions do, and no temporary object is made. */
async function readOnly(session: Connection): Promise<Connection> {
  await session.query('SET default_transaction_read_only = on; SET max_parallel_workers_per_gather = 0');
  return session;
}

const bindsNobody = async (session: Connection, column: string): Promise<boolean> =>
  !(await guardedRelations(session, column)).some(({ bound }) => bound);

const freeOwner = async (owner: Connection, column: string): Promise<Connection | null> =>
  (await bindsNobody(owner, column)) ? owner : null;

interface Absence {
  readonly why: string;
  readonly how: string;
}

function unguarded(guarded: readonly Guarded[], column: string): Absence | undefined {
  if (guarded.length === 0)
    return {
      why: 'no table of this database has row-level security',
      how: 'Nothing to do, where the application filters by itself; else: ALTER TABLE name ENABLE ROW LEVEL SECURITY.',
    };
  if (guarded.some(({ saysWhose }) => saysWhose)) return undefined;
  return {
    why: `of what row-level security guards (${guarded.slice(0, 3).map(relationName).join(', ')}) the application may read nothing that has the column ${column}`,
    how: '"tenantColumn" in olympus.yaml names the column that says whose a row is, as it is written in pg_attribute (no quotes).',
  };
}

/** Whose statements no policy filters sees every row by right: that is no leak, and no price. */
async function unbound(app: Connection, guarded: readonly Guarded[]): Promise<Absence | undefined> {
  if (guarded.some(({ bound }) => bound)) return undefined;
  const { rows } = await app.query<{ name: string; mighty: boolean }>(
    'SELECT rolname AS name, rolsuper OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = current_user',
  );
  const { name, mighty } = rows[0]!;
  return {
    why: `no policy binds ${name}, as which the application's statements run: it ${mighty ? 'is a superuser or has BYPASSRLS' : 'owns the tables, and row-level security is not forced on them'}`,
    how: "Name the application's role in olympus.yaml: roles: { app: NAME }; or its login: primary: { ..., app: env:APP_URL }.",
  };
}

function namedOf({ project: { tenants, tenantColumn } }: Setting): string {
  const identity = tenants !== null && Object.keys(tenants.identity).length > 0;
  const [there, missing] = [
    [tenants !== null && 'tenants', identity && 'identity', tenantColumn !== null && 'tenantColumn'],
    [tenants === null && 'tenants', !identity && 'identity', tenantColumn === null && 'tenantColumn'],
  ].map((words) => words.filter((word) => word !== false));
  return `${there!.length === 0 ? 'no tenant' : there!.join(' and ')}${there!.length === 0 ? '' : `, and no ${missing!.join(' and no ')}`}`;
}

/** A project that names no column of tenants does not ask for this part; one that does is owed a reason. */
const absent = ({ project, asked }: Setting, why: string, how: string): Partial<Result> => ({
  skipped: [
    {
      ...{ part: 'rls', why, how },
      ...(project.tenantColumn === null && !asked?.includes('rls') && { applies: false as const }),
    },
  ],
});
