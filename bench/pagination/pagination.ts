import type { Lineage } from '../../analysis/explain/lineage.ts';
import { median } from '../../analysis/statistics/quantile.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type { PaginationCheck, PaginationResult, Warning } from '../../result/result.ts';
import { identityOf, underIdentity } from '../../scenarios/identity.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../../scenarios/statement.ts';
import type { Measure, Setting } from '../measure.ts';
import { explain } from '../postgres/explain.ts';
import { readLineage } from '../postgres/lineage.ts';
import { checkChurn } from './churn.ts';
import { findCliffs } from './cliffs.ts';
import { checkJoined, samePages } from './joined.ts';
import { listLength, type PagedList, pagedLists, placeAt, placed } from './pages.ts';

/** Executions of each page; the median of their times is reported. */
const executions = 3;
/** Pages that are put one after another from the first on, to compare with the list. */
const joinedPages = 200;
/** Pages that are turned while rows arrive and leave. */
const churnPages = 15;

export const pagination: Measure = {
  part: 'pagination',
  needs: ['primary'],
  async run(setting) {
    const primary = setting.topology.get('primary');
    await using admin = await connect(primary.url('admin', setting.database), 'olympus-pagination');
    await using owner = await connect(primary.url('owner', setting.database), 'olympus-pagination');
    await using app = await connect(primary.url('app', setting.database), 'olympus-pagination');
    const lineage = await readLineage(admin);
    const found: Found = { results: [], checks: [], warnings: [] };
    const lists = pagedLists(setting.catalogue);
    const tenants = setting.tenants.filter(({ class: of }) => of !== 'minnow');
    for (const [i, list] of lists.entries()) {
      const session = list.keyset.role === 'app' ? app : owner;
      for (const [j, tenant] of tenants.entries()) {
        setting.signal.throwIfAborted();
        const draws = await drawList(admin, list, tenant, setting.seed);
        if (draws) await measureList(setting, { list, tenant, draws, session, admin, lineage }, found);
        setting.progress.count(i * tenants.length + j + 1, lists.length * tenants.length, 'lists');
      }
    }
    return { pagination: found.results, paginationChecks: found.checks, warnings: found.warnings };
  },
};

interface Found {
  readonly results: PaginationResult[];
  readonly checks: PaginationCheck[];
  readonly warnings: Warning[];
}

interface Draws {
  readonly offset: Draw;
  readonly keyset: Draw;
}

interface Task {
  readonly list: PagedList;
  readonly tenant: Tenant;
  readonly draws: Draws;
  /** As the statements' role. */
  readonly session: Session;
  readonly admin: Session;
  readonly lineage: Lineage;
}

/** Parameters beside the page's own; keyset and its OR form take the same ones. */
async function drawList(
  admin: Session,
  list: PagedList,
  tenant: Tenant,
  seed: number,
): Promise<Draws | null> {
  const [offset] = await drawParameters(admin, list.offset, tenant, 1, seed);
  const [keyset] = await drawParameters(admin, list.keyset, tenant, 1, seed);
  return offset && keyset ? { offset, keyset } : null;
}

async function measureList(
  setting: Setting,
  task: Task,
  { results, checks, warnings }: Found,
): Promise<void> {
  const { list, tenant, draws, session, admin, lineage } = task;
  const check = await underIdentity(session, identityOf(tenant), async () => {
    const length = await listLength(session, list, draws.offset);
    const depths = [...new Set(setting.budget.pageDepths.map((share) => Math.floor(share * length)))];
    const wrong: string[] = [];
    for (const depth of depths) {
      setting.signal.throwIfAborted();
      const place = await placeAt(session, list, draws.offset, depth);
      if (!place) continue;
      for (const { statement, method, form } of formsOf(list)) {
        const draw = method === 'offset' ? draws.offset : draws.keyset;
        const cost = await pageCost(session, statement, placed(statement, draw, place));
        const row = { statement: statement.name, method, tenantClass: tenant.class, depth, ...cost };
        results.push(form ? { ...row, form } : row);
      }
      if (!(await samePages(session, list, draws, place)))
        wrong.push(`the pages after ${depth} rows are not the same rows.`);
    }
    const joined = await checkJoined(session, list, draws, length, joinedPages);
    wrong.push(...joined.wrong);
    warnings.push(...wrong.map((why) => differ(list, tenant, why)));
    const cliffs = await findCliffs(session, list, draws.offset, depths, lineage);
    return { rows: length, joinedRows: joined.rows, pagesEqual: wrong.length === 0, cliffs };
  });
  const churn = await underIdentity(admin, identityOf(tenant), () =>
    checkChurn(admin, list, draws, churnPages),
  ).catch((error: Error) => error);
  const outcome = churn instanceof Error ? { churn: null, why: churn.message } : { churn };
  checks.push({ list: list.name, tenantClass: tenant.class, ...check, ...outcome });
}

interface Form {
  readonly statement: Statement;
  readonly method: PaginationResult['method'];
  readonly form?: string;
}

const formsOf = ({ offset, keyset, keysetOr }: PagedList): Form[] => [
  { statement: offset, method: 'offset' },
  { statement: keyset, method: 'keyset', form: 'row comparison' },
  ...(keysetOr ? [{ statement: keysetOr, method: 'keyset' as const, form: 'OR' }] : []),
];

/** Pages of the last, warm execution; the time is the server's, without the time of taking it node by node. */
async function pageCost(session: Session, { sql }: Statement, draw: Draw) {
  const times: number[] = [];
  let buffers: number | null = null;
  for (let i = 0; i < executions; i++) {
    const { plan } = await explain(session, sql, draw, 'whole');
    if (plan.executionMs !== null) times.push(plan.executionMs);
    buffers = plan.root.buffers && plan.root.buffers.hit + plan.root.buffers.read;
  }
  return { buffers, ms: median(times) };
}

const differ = ({ name, keyset }: PagedList, { class: of }: Tenant, why: string): Warning => ({
  code: 'pages-differ',
  message: `${name} of the ${of}: ${why}`,
  advice: `All forms must be ordered by the same unique key; see ${keyset.file}.`,
});
