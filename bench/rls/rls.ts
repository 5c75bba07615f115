import { Fault } from '../../config/fault.ts';
import { connect } from '../../infra/topology/session.ts';
import type { RlsOverhead, Warning } from '../../result/result.ts';
import { readSources } from '../../scenarios/sources.ts';
import type { Measure, Setting } from '../measure.ts';
import { checkLeaks } from './leaks.ts';
import { measureOverheads } from './overheads.ts';
import { judgePolicies } from './policies/judge.ts';

/** Time of all overheads, by pair asked for: 42 s in the quick suite. */
const msPerPair = 3500;

export const rls: Measure = {
  part: 'rls',
  what: 'what row-level security costs in four forms, and whether it lets rows of other tenants through',
  needs: ['primary'],
  async run(setting) {
    const overhead = await overheads(setting);
    const { leaks, warnings } = await leaksOfBase(setting);
    const policies = await policyFindings(setting);
    return { rls: { overhead, leaks, ...policies.found }, warnings: [...warnings, ...policies.warnings] };
  },
};

/** What no workload asks has no price worth the time of those that are asked; the leak check reads all of them. */
const overheads = (setting: Setting): Promise<RlsOverhead[]> =>
  measureOverheads(setting, {
    statements: setting.catalogue.filter(({ kind, weight }) => kind === 'read' && weight > 0),
    tenants: setting.tenants.filter(({ class: of }) => of !== 'minnow'),
    time: setting.budget.rlsPairs * msPerPair,
  });

/** A waiver that waives nothing is the user's to put right; the rest of the part stands. */
async function policyFindings(setting: Setting) {
  try {
    return { found: { findings: await judgePolicies(setting) }, warnings: [] };
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== 'usage') throw error;
    const warning = { code: 'policies-unjudged', message: error.message, advice: error.next };
    return { found: {}, warnings: [warning] };
  }
}

async function leaksOfBase(setting: Setting) {
  const primary = setting.topology.get('primary');
  await using app = await connect(primary.url('app', setting.database), 'olympus-rls');
  await using everything = await connect(primary.url('admin', setting.database), 'olympus-rls');
  const { leaks, warnings } = await checkLeaks({
    app,
    everything,
    catalogue: setting.catalogue,
    tenants: setting.tenants,
    sources: await readSources(),
    reads: setting.budget.leakReads,
    seed: setting.seed,
    signal: setting.signal,
  });
  return { leaks, warnings: warnings satisfies Warning[] };
}
