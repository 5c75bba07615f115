import type { Nightly, NightMetric } from '../../../result/result.ts';
import { count, figure, moment, quantity, ratio } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { mark } from '../mark.ts';
import { absent, data, type Section } from '../section.ts';
import { type Cell, column, figures, number, table } from '../table.ts';

export const history: Section = {
  id: 'history',
  title: 'History',
  content: (result) => {
    const { nightly } = result;
    if (!nightly)
      return absent(
        result,
        ['history'],
        'A run by itself has no history: ./olympus history show draws the series of all runs, ./olympus nightly judges them.',
      );
    return data(
      conclusion(nightly),
      html`${facts(nightly)}
${states(nightly.metrics)}
${happened(nightly)}
${nightly.plans.map(planOf)}`,
    );
  },
};

const order = ['confirmed', 'suspect', 'new', 'fixed', 'accepted', 'steady', 'learning'];

function conclusion({ metrics, void: why }: Nightly): string {
  const of = (state: string) => metrics.filter((one) => one.state === state).length;
  const counts = order.filter((state) => of(state) > 0).map((state) => `${count(of(state))} ${state}`);
  return `${why === null ? '' : `The times of this night are void: ${why}. `}Metrics: ${counts.join(', ')}.`;
}

const facts = ({ night, control, head, rounds, left, lastGood }: Nightly): Html =>
  html`<p>Night ${count(night)}: head${head.changes.length > 0 && ` (${head.changes.join(' ')})`} against the pinned control, ${control.label}${control.commit !== null && html` (<code>${control.commit.slice(0, 12)}</code>)`}, in ${count(rounds)} interleaved rounds. ${left.length > 0 && `The budget had no time for ${left.join(', ')}.`} ${lastGood ? html`The last good night was <code>${lastGood.run}</code>, ${moment(lastGood.startedAt)}.` : 'There is no good night before it.'}</p>`;

function stateCell({ state }: NightMetric): Cell {
  const sort = order.indexOf(state);
  if (state === 'confirmed') return { show: mark(false, ['', 'confirmed', '']), sort };
  if (state === 'steady' || state === 'fixed') return { show: mark(true, [state, '', '']), sort };
  return { show: mark(null, ['', '', state]), sort };
}

const states = (metrics: readonly NightMetric[]): Html =>
  table(
    'night-states',
    'Head against the control, and against the nights before',
    [
      column('Metric', ({ metric }: NightMetric) => metric),
      column('State', stateCell),
      figures<NightMetric>('Control', ({ control, unit }) =>
        number(control, (value) => quantity(value, unit)),
      ),
      figures<NightMetric>('Head', ({ head, unit }) => number(head, (value) => quantity(value, unit))),
      figures<NightMetric>('Head / control', ({ value, exact, unit, why }) =>
        number(
          exact && unit === '' ? null : value,
          (log) => ratio(Math.exp(log)),
          exact ? 'a yes or no' : why,
        ),
      ),
      figures<NightMetric>('Nights before', ({ baseline, exact, why }) =>
        number(
          exact ? null : baseline?.level,
          (log) => ratio(Math.exp(log)),
          exact ? 'it has no noise' : why,
        ),
      ),
      figures<NightMetric>('Suspect above', ({ baseline, exact, why }) =>
        number(
          exact ? null : baseline && baseline.level + baseline.limit,
          (log) => ratio(Math.exp(log)),
          exact ? 'it has no noise' : why,
        ),
      ),
      figures<NightMetric>('Nights', ({ nights }) => number(nights, count)),
      column('Gate', ({ confirmation }: NightMetric) =>
        confirmation
          ? `${confirmation.verdict}${confirmation.estimate === null ? '' : `, ${ratio(confirmation.estimate)}`}, ${figure(confirmation.pairs)} pairs`
          : '',
      ),
      column('Why', ({ why }: NightMetric) => why),
    ],
    metrics.toSorted(
      (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || Number(a.exact) - Number(b.exact),
    ),
  );

function happened({ since, lastGood }: Nightly): Html {
  const lines = [...since.commits, ...since.settings];
  return html`<h3>Since the last good night</h3>
${lines.length > 0 && html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`}
${since.why && html`<p>${since.why}</p>`}
${lines.length === 0 && lastGood && html`<p>No commit and no setting.</p>`}`;
}

const planOf = ({ statement, tenantClass, summary, rows }: Nightly['plans'][number]): Html =>
  html`<h3>Plan of ${statement}, ${tenantClass}</h3>
<p>${summary}</p>
${rows.length > 0 && html`<pre>${rows.map(({ kind, depth, before, after, words }) => `${signs[kind] ?? ' '} ${'  '.repeat(depth)}${after ?? before}${words.length > 0 ? `  (${words.join('; ')})` : ''}\n`)}</pre>`}`;

const signs: Record<string, string> = { same: ' ', changed: '~', new: '+', gone: '-' };
