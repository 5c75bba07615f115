import type { ComparisonResult } from '../../../result/result.ts';
import { count, figure, ratio } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { html } from '../html.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const comparison: Section = {
  id: 'comparison',
  title: 'Comparison',
  content: (result) => {
    const all = result.comparison;
    if (all.length === 0)
      return absent(result, ['comparison', 'ab'], 'This run measured one variant; a comparison needs two.');
    const changed = all.filter(({ verdict }) => /regress/i.test(verdict));
    return data(
      changed.length > 0
        ? `B is worse than A in ${changed.map(({ metric }) => metric).join(', ')}.`
        : 'No metric shows B to be worse than A.',
      html`${forest(all)}`,
    );
  },
};

const columns = [
  column('Metric', ({ metric }: ComparisonResult) => metric),
  figures<ComparisonResult>('A', ({ a }) => number(a, figure)),
  figures<ComparisonResult>('B', ({ b }) => number(b, figure)),
  figures<ComparisonResult>('B / A', (each) => number(each.ratio, ratio)),
  figures<ComparisonResult>('From', ({ low }) => number(low, ratio, 'too few pairs for an interval')),
  figures<ComparisonResult>('To', ({ high }) => number(high, ratio, 'too few pairs for an interval')),
  figures<ComparisonResult>('Pairs', ({ pairs }) => number(pairs, count)),
  column('Verdict', ({ verdict }: ComparisonResult) => verdict),
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
      x: { title: 'B / A', log: true, tick: ratio },
      reference: 1,
      series: [
        {
          name: 'B / A',
          dots: all.flatMap((each, row) =>
            each.ratio === null ? [] : [{ row, x: each.ratio, low: each.low, high: each.high }],
          ),
        },
      ],
    },
    data: table('comparison-table', 'B against A', columns, all),
  });
