import type { ComparisonResult } from '../../../result/result.ts';
import { falseAlarmSentence } from '../../false-alarms.ts';
import { count, figure, quantity, ratio } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const comparison: Section = {
  id: 'comparison',
  title: 'Comparison',
  content: (result) => {
    const all = result.comparison;
    if (all.length === 0)
      return absent(result, ['comparison', 'ab'], 'This run measured one variant; a comparison needs two.');
    const named = (verdict: string) =>
      all.filter((each) => each.verdict === verdict).map(({ metric }) => metric);
    const [worse, open] = [named('regression'), named('inconclusive')];
    const conclusion = [
      worse.length > 0
        ? `B is worse than A in ${worse.join(', ')}.`
        : 'No metric shows B to be worse than A.',
      open.length > 0 && `Not decided: ${open.join(', ')}.`,
      result.falseAlarms !== undefined && falseAlarmSentence(result.falseAlarms),
    ];
    return data(conclusion.filter(Boolean).join(' '), forest(all));
  },
};

const few = 'too few pairs for an interval';

const columns = [
  column('Metric', ({ metric }: ComparisonResult) => metric),
  column('Verdict', ({ verdict }: ComparisonResult) => verdict),
  figures<ComparisonResult>('A', ({ a, unit, why }) =>
    number(a, (value) => quantity(value, unit ?? ''), why),
  ),
  figures<ComparisonResult>('B', ({ b, unit, why }) =>
    number(b, (value) => quantity(value, unit ?? ''), why),
  ),
  figures<ComparisonResult>('B / A', (each) => number(each.ratio, ratio, each.why)),
  figures<ComparisonResult>('From', ({ low, why }) => number(low, ratio, why ?? few)),
  figures<ComparisonResult>('To', ({ high, why }) => number(high, ratio, why ?? few)),
  figures<ComparisonResult>('Level', ({ level, why }) =>
    number(level, (value) => `${figure(value * 100)} %`, why ?? few),
  ),
  figures<ComparisonResult>('p', ({ p, why }) => number(p, figure, why ?? 'only primary metrics are tested')),
  figures<ComparisonResult>('Pairs', ({ pairs }) => number(pairs, count)),
  column('Role', ({ role }: ComparisonResult) => role ?? ''),
];

const forest = (all: readonly ComparisonResult[]) =>
  figureOf({
    id: 'comparison-forest',
    title: 'B against A',
    description:
      'Ratio of B to A for each metric, with its confidence interval; the line at 1× means no difference.',
    chart: {
      kind: 'dots',
      rows: all.map(({ metric }) => metric),
      x: { title: 'B / A (logarithmic)', log: true, tick: ratio },
      reference: 1,
      series: [
        {
          name: 'B / A',
          dots: all.flatMap((each, row) =>
            each.ratio === null || each.ratio <= 0
              ? []
              : [{ row, x: each.ratio, low: each.low, high: each.high }],
          ),
        },
      ],
    },
    data: table('comparison-table', 'B against A', columns, all),
    dataOpen: true,
  });
