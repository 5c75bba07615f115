import type { Result } from '../../../result/result.ts';
import { maxRows } from '../table.ts';
import { text } from '../text.ts';
import { figures } from './figures.ts';

const all = figures('plans');

/** The figures of the plans, and above them which are not as they should be. */
export const plans = (result: Result): string =>
  [missed(result), all(result)].filter((block) => block !== '').join('\n\n');

function missed({ plans: found }: Result): string {
  const lines = found
    .filter(({ expectation }) => expectation.ok === false)
    .map(
      ({ statement, variant, tenantClass, expectation }) =>
        `- ✗ ${text(`${statement} as ${variant}, ${tenantClass}`)}: ${text(expectation.why)}`,
    );
  const more = lines.length - maxRows;
  return lines.length === 0
    ? ''
    : [
        '## Expectations missed',
        '',
        ...lines.slice(0, maxRows),
        ...(more > 0 ? [`- ${more} more in index.html.`] : []),
      ].join('\n');
}
