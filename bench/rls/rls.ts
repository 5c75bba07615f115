import { Fault } from '../../config/fault.ts';
import { NoRoomForCopy } from '../../generators/load/room.ts';
import type { Endpoint, Login } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { RlsOverhead, Warning } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import { readAttacks } from './attacks/read-attacks.ts';
import { oneOfEachWay, runAttacks } from './attacks/run-attacks.ts';
import { type BulkResult, bulkReads } from './bulk-reads.ts';
import { checkLeaks, type Leaks } from './leaks.ts';
import { measureOverheads } from './overheads.ts';
import { judgePolicies } from './policies/judge.ts';
import { projectRls } from './project/project-rls.ts';

/**
 * Time of all overheads, by pair asked for: 24 s in the quick suite. Short statements have their pairs in less; of long
 * ones it is spent on those that get an interval, `fewestPairsMs` each.
 */
const msPerPair = 2000;

export const rls: Measure = {
  part: 'rls',
  needs: ['primary'],
  async run(setting) {
    if (setting.project.data === 'asIs') return await projectRls(setting);
    const prices = await unlessRefused('overhead-not-measured', async () => ({
      overhead: await overheads(setting),
    }));
    const { leaks, warnings } = await leaksOfBase(setting);
    const policies = await unlessRefused('policies-unjudged', async () => ({
      findings: await judgePolicies(setting),
    }));
    const attacks = await unlessRefused('attacks-not-tried', () => tryWaysPast(setting));
    return {
      rls: { overhead: [], leaks, ...prices.found, ...policies.found, ...attacks.found },
      warnings: [...warnings, ...[prices, policies, attacks].flatMap((each) => each.warnings)],
    };
  },
};

/** What no workload asks has no price worth the time of those that are asked; the leak check reads all of them. */
const overheads = (setting: Setting): Promise<RlsOverhead[]> =>
  measureOverheads(setting, {
    statements: setting.catalogue.filter(({ kind, weight }) => kind === 'read' && weight > 0),
    tenants: setting.tenants.filter(({ class: of }) => of !== 'minnow'),
    time: setting.budget.rlsPairs * msPerPair,
  });

/**
 * What the user has to put right, such as a waiver that waives nothing, and a disk without room for a copy leave out what
 * they concern, with a warning; the rest of the part stands, above all the leak check, which needs no copy.
 */
export async function unlessRefused<Found extends object>(
  code: string,
  measured: () => Promise<Found>,
): Promise<{ readonly found: Partial<Found>; readonly warnings: Warning[] }> {
  try {
    return { found: await measured(), warnings: [] };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.reason !== 'usage' && !(error instanceof NoRoomForCopy)) throw error;
    return { found: {}, warnings: [{ code, message: error.message, advice: error.next }] };
  }
}

/** Where loops on the server are left out for their time, one table stands for all. */
async function tryWaysPast({ topology, database, budget, signal, progress }: Setting) {
  const all = await readAttacks();
  progress.note('Trying the ways past the policies on a copy.');
  const attacks = await runAttacks({
    ...{ topology, database, signal },
    attacks: budget.bulkLeakReads === 0 ? oneOfEachWay(all) : all,
    count: (done, of) => progress.count(done, of, 'ways in'),
  });
  return { attacks, waysPast: attacks.filter(({ outcome }) => outcome === 'leaked').length };
}

async function leaksOfBase(setting: Setting) {
  const { topology, database, catalogue, tenants, budget, seed, signal, progress } = setting;
  const primary = topology.get('primary');
  await using opened = new AsyncDisposableStack();
  const open = async (endpoint: Endpoint, login: Login) =>
    opened.use(await connect(endpoint.url(login, database), 'olympus-rls'));
  const app = await open(primary, 'app');
  const everything = await open(primary, 'admin');
  const task = { everything, catalogue, tenants, seed, signal };
  const checked = await checkLeaks({ ...task, app, reads: budget.leakReads });
  if (budget.bulkLeakReads === 0) return checked;
  progress.note(`Reading ${budget.bulkLeakReads} times more in loops on the server.`);
  const pooler = topology.find('pooler');
  const apps = new Map([['primary', [app, await open(primary, 'app')]]]);
  if (pooler) apps.set('pooler', [await open(pooler, 'app'), await open(pooler, 'app')]);
  const bulk = await bulkReads({
    ...{ ...task, apps, reads: budget.bulkLeakReads },
    count: (done) => progress.count(done, budget.bulkLeakReads, 'reads'),
  });
  const leaks = withBulk(checked.leaks, bulk);
  const reads = leaks.bulk?.reads ?? 0;
  const short = reads < budget.bulkLeakReads ? [tooFewReads(reads, budget.bulkLeakReads)] : [];
  return { leaks, warnings: [...checked.warnings, ...short] };
}

const tooFewReads = (reads: number, wanted: number): Warning => ({
  code: 'leak-reads-short',
  message: `The leak check read ${reads} times in loops instead of ${wanted}: no statement had time left.`,
  advice: 'A quieter or faster machine reads more; what was read was checked.',
});

/** Both halves of the check as one. */
function withBulk(leaks: Leaks, { byStatement, seconds, identities, via }: BulkResult): Leaks {
  const sum = (of: 'reads' | 'rows' | 'foreignRows') => byStatement.reduce((n, each) => n + each[of], 0);
  const more = new Map(byStatement.map((each) => [each.statement, each]));
  const reads = sum('reads');
  return {
    reads: leaks.reads + reads,
    rows: leaks.rows + sum('rows'),
    foreignRows: leaks.foreignRows + sum('foreignRows'),
    bulk: { reads, identities, seconds, readsPerSecond: seconds > 0 ? reads / seconds : null, via },
    byStatement: leaks.byStatement.map(({ statement, rows, foreignRows }) => ({
      statement,
      rows: rows + (more.get(statement)?.rows ?? 0),
      foreignRows: foreignRows + (more.get(statement)?.foreignRows ?? 0),
    })),
  };
}
