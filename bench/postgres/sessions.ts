import type { Lineage } from '../../analysis/explain/lineage.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';
import type { Setting } from '../measure.ts';
import { readLineage } from './lineage.ts';
import { openNestedPlans } from './nested-plans.ts';

/** A statement that is still running then is given up, with a warning. */
const longest = '30s';

/** Who executes the statements, each as its role, and what is known of the database that they read. */
export interface PlanSessions extends AsyncDisposable {
  readonly as: Readonly<Record<Statement['role'], Session>>;
  /** Sees every row. */
  readonly admin: Session;
  readonly lineage: Lineage;
  /** Reports what functions run, as this login; opened when it is asked for. */
  nested(login: Statement['role']): Promise<NestedSession>;
}

type NestedSession = Awaited<ReturnType<typeof openNestedPlans>>;

export async function openPlanSessions({
  topology,
  database,
}: Pick<Setting, 'topology' | 'database'>): Promise<PlanSessions> {
  await using made = new AsyncDisposableStack();
  const open = async (login: 'admin' | 'owner' | 'app') =>
    made.use(await connect(topology.get('primary').url(login, database), 'olympus-plans'));
  const [admin, owner, app] = [await open('admin'), await open('owner'), await open('app')];
  for (const session of [owner, app]) await session.query(`SET statement_timeout = '${longest}'`);
  const lineage = await readLineage(admin);
  const nestedOf = new Map<Statement['role'], NestedSession>();
  const nested = async (login: Statement['role']) => {
    const known = nestedOf.get(login);
    if (known) return known;
    const found = await openNestedPlans(topology, database, login);
    if (found.session) opened.use(found.session);
    nestedOf.set(login, found);
    return found;
  };
  const opened = made.move();
  return { as: { owner, app }, admin, lineage, nested, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
