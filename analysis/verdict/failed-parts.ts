import type { TrustCheck } from '../../result/run.ts';
import type { Facts } from './facts.ts';
import { statementFailed } from './failed-statements.ts';

const suffix = '-failed';

/** A part that was begun and failed was not measured, so the run is no pass; none where every part came to its end. */
export function failedParts({ warnings = [] }: Pick<Facts, 'warnings'>): TrustCheck[] {
  return warnings
    .filter(({ code }) => code.endsWith(suffix) && code !== statementFailed && code !== 'run-failed')
    .map(({ code, message }) => {
      const part = code.slice(0, -suffix.length);
      return {
        ...{ name: `${part} measured to its end`, ok: null, value: null, limit: 0, unit: '' },
        ...{ figures: [`${part}.*`], why: `It failed: ${message}` },
      };
    });
}
