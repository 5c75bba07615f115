import { Fault } from '../../config/fault.ts';
import { connect } from '../../infra/topology/session.ts';
import type { RlsOverhead, Warning } from '../../result/result.ts';
import { drawParameters, readSources } from '../../scenarios/sources.ts';
import type { Measure, Setting } from '../measure.ts';
import { readLineage } from '../plans/lineage.ts';
import { openForms } from './forms.ts';
import { checkLeaks } from './leaks.ts';
import { measureOverhead } from './overhead.ts';
import { judgePolicies } from './policies/judge.ts';

/** Time of all overheads, by pair asked for: 42 s in the quick suite. */
const msPerPair = 3500;
/** While the measure is not later than this against an even course, cheap statements get enough pairs for an interval. */
const lateness = 1.2;
const distinctDraws = 8;

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

async function overheads(setting: Setting): Promise<RlsOverhead[]> {
  const primary = setting.topology.get('primary');
  setting.progress.note('Copying the database twice, for the policies in their other forms.');
  await using opened = await openForms(primary, setting.database);
  await using admin = await connect(primary.url('admin', setting.database), 'olympus-rls');
  const sources = await readSources();
  const lineage = await readLineage(admin);
  const tenants = setting.tenants.filter(({ class: of }) => of !== 'minnow');
  // What no workload asks has no price worth the time of those that are asked; the leak check reads all of them.
  const cells = setting.catalogue
    .filter(({ kind, weight }) => kind === 'read' && weight > 0)
    .flatMap((statement) => tenants.map((tenant) => ({ statement, tenant })));
  const time = setting.budget.rlsPairs * msPerPair;
  const start = performance.now();
  const results: RlsOverhead[] = [];
  for (const [i, { statement, tenant }] of cells.entries()) {
    setting.signal.throwIfAborted();
    const draws = await drawParameters(admin, statement, tenant, distinctDraws, setting.seed, sources);
    const spent = performance.now() - start;
    const inTime = spent <= (lateness * time * (i + 1)) / cells.length;
    if (draws.length > 0)
      results.push(
        ...(await measureOverhead(opened.sessions, {
          statement,
          tenant,
          draws,
          pairs: setting.budget.rlsPairs,
          seed: setting.seed + i,
          allowance: Math.max(0, time - spent) / (cells.length - i),
          enoughForInterval: inTime,
          signal: setting.signal,
          copy: opened.copy,
          lineage,
        })),
      );
    setting.progress.count(i + 1, cells.length, 'statements');
  }
  return results;
}

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
