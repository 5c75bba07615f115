import type { TrustCheck } from '../../result/run.ts';
import type { Facts } from './facts.ts';

/** Of row-level security, by the code of the warning that says why it was left out: no room for a copy, a waiver that waives nothing. */
const names: ReadonlyMap<string, string> = new Map([
  ['overhead-not-measured', 'price of row-level security'],
  ['policies-unjudged', 'what is wrong with the policies'],
  ['attacks-not-tried', 'every way past row-level security tried'],
]);

/** What was asked for and left out was not checked, so the run is no pass; none where nothing was. */
export function leftOut({ warnings = [] }: Pick<Facts, 'warnings'>): TrustCheck[] {
  return warnings.flatMap(({ code, message }) => {
    const name = names.get(code);
    if (name === undefined) return [];
    return [
      {
        ...{ name, ok: null, value: null, limit: 0, unit: '', figures: ['rls.*'] },
        why: `It was left out: ${message}`,
      },
    ];
  });
}
