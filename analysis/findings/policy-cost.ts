import { isInForce } from '../../result/policy-forms.ts';
import type { RlsOverhead } from '../../result/result.ts';
import { figure, time } from './figures.ts';
import type { Found, Rule } from './rule.ts';
import { worstEach } from './worst-each.ts';

/** The lower bound of the interval counts: a ratio alone is one noisy quotient. */
const minRatio = 5;

/** Statements that the row-level-security policy in force makes many times dearer. */
export const policyCost: Rule = {
  name: 'policy-cost',
  find: ({ rls }) =>
    worstEach(
      (rls?.overhead ?? []).flatMap((each): Found[] => {
        const { variant, ratio, low, offMs, variantMs, statement, tenantClass } = each;
        if (!isInForce(variant) || ratio === null || low === null || offMs === null || variantMs === null)
          return [];
        if (low < minRatio) return [];
        const more = variantMs - offMs;
        return [
          {
            about: statement,
            part: 'rls',
            statement,
            figure: 'rls.overhead',
            value: ratio,
            unit: 'ratio',
            sentence: `${statement} takes ${figure(ratio)} times as long under the policy in force (at least ${figure(low)} times): ${time(variantMs)} instead of ${time(offMs)} (${tenantClass}).${cause(each)}`,
            severity: more >= 10 ? 3 : more >= 1 ? 2 : 1,
            link: '#rls-table',
            excess: low / minRatio,
          },
        ];
      }),
    ),
};

function cause({ keptFromIndex = [], offBuffers, variantBuffers }: RlsOverhead): string {
  const [first] = keptFromIndex;
  if (first)
    return ` The policy keeps ${first.clause} from the index of ${first.relation}: ${first.functions.join(', ')} ${first.functions.length === 1 ? 'is' : 'are'} not LEAKPROOF.`;
  if (offBuffers === null || variantBuffers === null || variantBuffers <= offBuffers) return '';
  return ` It reads ${figure(variantBuffers)} buffers instead of ${figure(offBuffers)}.`;
}
