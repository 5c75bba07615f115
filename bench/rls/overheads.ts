import { connect } from '../../infra/topology/session.ts';
import type { RlsOverhead } from '../../result/result.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Statement, Tenant } from '../../scenarios/statement.ts';
import type { Setting } from '../measure.ts';
import { readLineage } from '../postgres/lineage.ts';
import { openForms } from './forms.ts';
import { measureOverhead } from './overhead.ts';

export interface OverheadScope {
  readonly statements: readonly Statement[];
  readonly tenants: readonly Tenant[];
  /** Milliseconds that all of them together may take, without the copying. */
  readonly time: number;
}

/** While the measure is not later than this against an even course, cheap statements get enough pairs for an interval. */
const lateness = 1.2;
const distinctDraws = 8;

/** What each form of the policies costs beside the owner, for each of these statements and tenants. */
export async function measureOverheads(
  setting: Pick<Setting, 'topology' | 'database' | 'budget' | 'seed' | 'progress' | 'signal'>,
  { statements, tenants, time }: OverheadScope,
): Promise<RlsOverhead[]> {
  const primary = setting.topology.get('primary');
  setting.progress.note('Copying the database twice, for the policies in their other forms.');
  await using opened = await openForms(primary, setting.database);
  await using admin = await connect(primary.url('admin', setting.database), 'olympus-rls');
  const lineage = await readLineage(admin);
  const cells = statements.flatMap((statement) => tenants.map((tenant) => ({ statement, tenant })));
  const start = performance.now();
  const results: RlsOverhead[] = [];
  for (const [i, { statement, tenant }] of cells.entries()) {
    setting.signal.throwIfAborted();
    const draws = await drawParameters(admin, statement, tenant, distinctDraws, setting.seed);
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
