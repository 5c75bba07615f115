import { missing } from '../../config/fault.ts';
import { type Knowledge, takeKnowledge } from '../../infra/knowledge/knowledge.ts';
import { type RestoredKnowledge, restoreKnowledge } from '../../infra/knowledge/restore-knowledge.ts';
import { type StoppableServer, startStoppable } from '../../infra/local/stoppable.ts';
import { temporaryFolder } from '../../infra/process/temporary-folder.ts';
import { cacheFolder } from '../../infra/setup/cache-folder.ts';
import { connect, identifier, type Session } from '../../infra/topology/session.ts';
import type { Setting } from '../measure.ts';

/** A database of a server of ours with the planner's knowledge of the source and none of its rows. Disposing removes it. */
export interface EstimatesCopy extends AsyncDisposable, Pick<RestoredKnowledge, 'whileEmpty'> {
  readonly knowledge: Knowledge;
  readonly server: StoppableServer;
  /** A transaction of a session of its own, in which everything is estimated; disposing takes it back. */
  begin(): Promise<Estimating>;
  /** What the copy does not know, in sentences. */
  readonly notes: readonly string[];
}

export interface Estimating extends AsyncDisposable {
  readonly session: Session;
  /** Acts as the source's login does, until the transaction or the savepoint before it is taken back. */
  act(login: 'owner' | 'app'): Promise<void>;
}

const database = 'estimates';

export async function makeEstimatesCopy(
  setting: Pick<Setting, 'topology' | 'database' | 'progress' | 'signal'>,
): Promise<EstimatesCopy> {
  const { topology, progress, signal } = setting;
  const cache = cacheFolder();
  await using made = new AsyncDisposableStack();
  const folder = made.use(await temporaryFolder('knowledge'));
  const source = topology.get('primary').url('admin', setting.database);
  const knowledge = await takeKnowledge(source, folder.path, { cache, progress, signal });
  const roles = { owner: await roleOf(setting, 'owner'), app: await roleOf(setting, 'app') };
  const server = made.use(await startStoppable({ cache, name: 'estimates', progress, signal }));
  await quiet(server);
  const { lacking, whileEmpty } = await restoreKnowledge(server, knowledge, database);
  const all = made.move();
  return {
    ...{ knowledge, server, whileEmpty, notes: [...knowledge.notes, ...lacking] },
    async begin() {
      const session = await connect(server.primary.url('admin', database), 'olympus-estimates');
      await session.query('BEGIN');
      return {
        session,
        act: (login) => act(session, roles[login]),
        async [Symbol.asyncDispose]() {
          await session.query('ROLLBACK').catch(() => {}); // a lost connection showed in what was asked
          await session[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Nothing may work on the copy by itself: its files are longer than what is in them. */
async function quiet(server: StoppableServer): Promise<void> {
  await using admin = await connect(server.primary.url('admin', 'postgres'), 'olympus-estimates');
  for (const setting of ['autovacuum', 'fsync', 'synchronous_commit', 'full_page_writes'])
    await admin.query(`ALTER SYSTEM SET ${setting} = off`);
  await admin.query('SELECT pg_reload_conf()');
}

/** As whom a login acts on the source. */
async function roleOf(
  { topology, database: source }: Pick<Setting, 'topology' | 'database'>,
  login: 'owner' | 'app',
): Promise<string> {
  await using session = await connect(topology.get('primary').url(login, source), 'olympus-estimates');
  const { rows } = await session.query<{ role: string }>('SELECT current_user::text AS role');
  return rows[0]!.role;
}

async function act(session: Session, role: string): Promise<void> {
  await session.query(`SET LOCAL ROLE ${identifier(role)}`).catch((error: Error) => {
    throw missing(
      `The copy of the planner's knowledge has no role ${role}: ${error.message}`,
      'Name another login for it in the topology file (app:, owner:).',
    );
  });
}
