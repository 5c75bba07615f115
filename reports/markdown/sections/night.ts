import type { Result } from '../../../result/result.ts';
import { ratio } from '../../format.ts';
import { given } from '../cells.ts';
import { table } from '../table.ts';
import { text } from '../text.ts';

const nightOrder = ['confirmed', 'suspect', 'new', 'fixed', 'accepted'];

/** What is not steady, with the commits since the last good night. */
export function night({ nightly }: Result): string {
  if (!nightly) return '';
  const told = nightly.metrics.filter(({ state }) => nightOrder.includes(state));
  const metrics = table(
    'Night',
    ['State', 'Metric', 'Head / control', 'Why'],
    told
      .toSorted((a, b) => nightOrder.indexOf(a.state) - nightOrder.indexOf(b.state))
      .map(({ state, metric, value, why }) => [
        state,
        metric,
        given(value, (log) => ratio(Math.exp(log))),
        why,
      ]),
  );
  const plans = nightly.plans.map(
    (plan) => `- ${text(`${plan.statement}, ${plan.tenantClass}: ${plan.summary}`)}`,
  );
  const since = [...nightly.since.commits, ...nightly.since.settings].map((line) => `- ${text(line)}`);
  return [
    metrics || '## Night\n\nNothing is above its nights.',
    plans.length > 0 && `### Plans that moved\n\n${plans.join('\n')}`,
    since.length > 0 && `### Since the last good night\n\n${since.join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
