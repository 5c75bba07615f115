import type { Result } from '../result/result.ts';
import { statusWords } from './format.ts';

/** The answer to what was asked, where the run has one; what cannot be relied on says so behind it. */
export function verdictTitle({ answer, status }: Result['verdict']): string {
  if (answer === undefined) return statusWords[status];
  const open = status === 'untrusted' || status === 'inconclusive';
  return open ? `${answer} (${statusWords[status]})` : answer;
}
