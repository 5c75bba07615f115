import type { TrustCheck } from '../../result/run.ts';
import type { Facts } from './facts.ts';

/** Of every part: a statement that could not be executed. */
export const statementFailed = 'statement-failed';
const shown = 5;

/** What could not be executed was not checked, so the run is no pass; none when everything was. */
export function failedStatements({ warnings = [] }: Pick<Facts, 'warnings'>): TrustCheck[] {
  const failed = warnings.filter(({ code }) => code === statementFailed).map(({ message }) => message);
  if (failed.length === 0) return [];
  const more = failed.length > shown ? ` And ${failed.length - shown} more.` : '';
  return [
    {
      ...{ name: 'statements that could not be executed', limit: 0, unit: 'statements and tenants' },
      ...{ ok: null, value: failed.length },
      why: `${failed.slice(0, shown).join('; ')}.${more}`,
    },
  ];
}
