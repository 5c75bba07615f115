import type { ComparisonResult, Result } from '../../../result/result.ts';
import { falseAlarmSentence } from '../../false-alarms.ts';
import { count, figure, quantity, ratio } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const comparison: Section = {
  id: 'comparison',
  title: 'Comparison',
  content: (result) => {
    const all = result.comparison;
    if (all.length === 0)
      return absent(result, ['comparison', 'ab'], 'This run measured one variant; a comparison needs two.');
    const shown = all.filter(isShown);
    const left = all.length - shown.length;
    return data(
      conclusion(result).join(' '),
      html`${forest(shown, all)}
${left > 0 && html`<p class="muted">${count(left)} more metrics, which decide nothing and did not clearly change, are in the table only.</p>`}`,
    );
  },
};

const decides = ({ role }: ComparisonResult) => role !== 'advisory' && role !== 'control';
const isShown = ({ role, verdict }: ComparisonResult) =>
  role !== 'advisory' || (verdict !== 'pass' && verdict !== 'inconclusive');

/** What decides first; what only advises is counted, and its first few are named. */
function conclusion({ comparison: all, falseAlarms }: Result): string[] {
  const named = (verdict: string, of: (each: ComparisonResult) => boolean) =>
    all.filter((each) => each.verdict === verdict && of(each)).map(({ metric }) => metric);
  const worse = named('regression', decides);
  const advised = named('regression', (each) => !decides(each));
  const [other, moved, open] = [
    named('results differ', () => true),
    named('moved', () => true),
    named('inconclusive', decides),
  ];
  return [
    worse.length > 0
      ? `B is worse than A in ${firstOf(worse)}.`
      : 'No metric that decides shows B to be worse than A.',
    other.length > 0 && `A and B do not return the same in ${firstOf(other)}: not compared.`,
    moved.length > 0 && `The times are void: ${firstOf(moved)} moved.`,
    open.length > 0 && `Not decided: ${firstOf(open)}.`,
    advised.length > 0 &&
      `Of those that only advise, ${count(advised.length)} look worse: ${firstOf(advised)}.`,
    falseAlarms !== undefined && falseAlarmSentence(falseAlarms),
  ].filter((sentence) => sentence !== false);
}

const most = 6;
const firstOf = (names: readonly string[]): string =>
  `${names.slice(0, most).join('; ')}${names.length > most ? ` and ${count(names.length - most)} more` : ''}`;

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

function forest(shown: readonly ComparisonResult[], all: readonly ComparisonResult[]): Html {
  const drawn = shown.filter(({ ratio }) => ratio !== null && ratio > 0);
  const whole = table('comparison-table', 'B against A', columns, all);
  if (drawn.length === 0) return whole;
  return figureOf({
    id: 'comparison-forest',
    title: 'B against A',
    description:
      'Ratio of B to A for each metric, with its confidence interval; the line at 1× means no difference.',
    chart: {
      kind: 'dots',
      rows: drawn.map(({ metric }) => metric),
      x: { title: 'B / A (logarithmic)', log: true, tick: ratio },
      reference: 1,
      series: [
        {
          name: 'B / A',
          dots: drawn.map(({ ratio, low, high }, row) => ({ row, x: ratio!, low, high })),
        },
      ],
    },
    data: whole,
    dataOpen: true,
  });
}
