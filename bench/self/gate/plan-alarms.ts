import { judgeResampled } from '../../../analysis/gate/judge-resampled.ts';
import { judgeWork } from '../../../analysis/statistics/judge-work.ts';
import { connect } from '../../../infra/topology/session.ts';
import { type Cell, cellName, drawCells } from '../../compare/cells.ts';
import { pagesResampled, resamplings } from '../../compare/resample.ts';
import type { Setting } from '../../measure.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import { baseSide } from '../../variant/parse.ts';
import { atMost, type Goal } from '../goal.ts';

const analyses = 100;

/**
 * The base after each of a hundred re-ANALYZEs, compared with the base as it was: nothing changed but the sample of the
 * statistics, so every "more work" is false. The rule is the comparison's own, with the draws that followed as the
 * resamplings of both sides.
 */
export async function falsePlanAlarms(setting: Setting): Promise<Goal> {
  const home = setting.topology.get('primary');
  await using made = new AsyncDisposableStack();
  const copy = made.use(await cloneDatabase(home, setting.database, `${setting.database}_plans`));
  const { cells, failed } = await cellsOf(setting, copy.database);
  const side = { home, database: copy.database, side: baseSide };
  const samples = await pagesResampled(setting, side, cells, 1 + analyses + 2 * resamplings, (done) =>
    setting.progress.count(done, 1 + analyses + 2 * resamplings, 're-ANALYZEs'),
  );
  const { alarms, turned, unstable } = judge(cells, samples);
  return atMost(
    'false plan alarms',
    alarms.length,
    0,
    `in ${analyses} re-ANALYZEs`,
    `${cells.length} statements and tenants${failed}; ${turned} times a plan read more or fewer pages, ${unstable} of them called unstable${alarms.length > 0 ? `; false: ${alarms.join(', ')}` : ''}.`,
  );
}

async function cellsOf(setting: Setting, database: string): Promise<{ cells: Cell[]; failed: string }> {
  await using admin = await connect(setting.topology.get('primary').url('admin', database), 'olympus-self');
  const tenants = setting.tenants.filter(({ class: of }) => of !== 'median');
  const { cells, warnings } = await drawCells(admin, { ...setting, tenants }, 1);
  return { cells, failed: warnings.length > 0 ? ` (${warnings.length} without parameters)` : '' };
}

function judge(cells: readonly Cell[], samples: readonly (readonly (number | null)[])[]) {
  const alarms: string[] = [];
  let [turned, unstable] = [0, 0];
  for (const [at, cell] of cells.entries()) {
    const pages = samples.map((sample) => sample[at]);
    if (pages.some((value) => value === null || value === undefined)) continue;
    for (let i = 1; i <= analyses; i++) {
      const own = pages as number[];
      if (judgeWork(own[0]!, own[i]!) === 'same') continue;
      turned++;
      const [a, b] = [
        own.slice(i + 1, i + 1 + resamplings),
        own.slice(i + 1 + resamplings, i + 1 + 2 * resamplings),
      ];
      const judged = judgeResampled([own[0]!, ...a], [own[i]!, ...b]);
      if (judged === 'unstable') unstable++;
      else if (judged === 'more') alarms.push(`${cellName(cell)} (${own[0]} → ${own[i]} pages)`);
    }
  }
  return { alarms, turned, unstable };
}
