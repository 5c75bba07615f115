import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { policyOfProject } from '../../result/policy-forms.ts';
import { applyVariant, type RlsForm, rlsVariant } from '../variant/variant.ts';

/**
 * off: the owner, who bypasses policies and filters by tenant itself; wrapped: the shop's own policies; in force: those of
 * a database that is measured as it is.
 */
export type Form = 'off' | RlsForm | typeof policyOfProject;

/** One session a form, all on the same data. Disposing closes them and drops the clones. */
export interface FormSessions extends AsyncDisposable {
  readonly sessions: ReadonlyMap<Form, Connection>;
  /** A superuser on one of the copies, for what must not be done to the base. */
  readonly copy: Connection;
}

export async function openForms(primary: Endpoint, database: string): Promise<FormSessions> {
  await using made = new AsyncDisposableStack();
  const bare = made.use(await applyVariant(primary, rlsVariant('bare', database)));
  const setting = made.use(await applyVariant(primary, rlsVariant('setting', database)));
  const open = async (login: 'owner' | 'app', of: string) =>
    made.use(await connect(primary.url(login, of), 'olympus-rls'));
  const sessions = new Map<Form, Connection>([
    ['off', await open('owner', database)],
    ['wrapped', await open('app', database)],
    ['bare', await open('app', bare.database)],
    ['setting', await open('app', setting.database)],
  ]);
  for (const session of sessions.values()) await session.query('SET max_parallel_workers_per_gather = 0');
  const copy = made.use(await connect(primary.url('admin', bare.database), 'olympus-rls'));
  const all = made.move();
  return { sessions, copy, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
