import type { OlapFigures, OlapQuestion, Result } from '../../../result/result.ts';
import { count, duration, rate, size } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { spread } from '../service-columns.ts';
import { column, figures, number, table } from '../table.ts';

type Of<Kind extends OlapFigures['kind']> = Extract<OlapFigures, { kind: Kind }>;
const rowsOf = <Kind extends OlapFigures['kind']>(all: readonly OlapFigures[], kind: Kind): Of<Kind>[] =>
  all.filter((each): each is Of<Kind> => each.kind === kind);

export const olap: Section = {
  id: 'olap',
  title: 'OLAP',
  content: (result) => {
    const all = result.olap;
    if (all.length === 0) return absent(result, ['olap'], notAsked('olap'));
    return data(
      conclusion(all),
      html`${questions(rowsOf(all, 'question'))}
${freshness(rowsOf(all, 'freshness'))}
${interference(rowsOf(all, 'interference'))}
${loading(rowsOf(all, 'loading'))}
${refreshes(rowsOf(all, 'refresh'))}`,
    );
  },
};

const typical = ({ latencyMs }: OlapQuestion): number | null => latencyMs.p50 ?? latencyMs.max;

function conclusion(all: Result['olap']): string {
  const asked = rowsOf(all, 'question').filter(({ rows }) => rows !== null);
  const wrong = asked.filter(({ equal }) => equal === false);
  const fastest = [...Map.groupBy(asked, ({ question }) => question)].map(
    ([, rows]) => rows.toSorted((a, b) => (typical(a) ?? Infinity) - (typical(b) ?? Infinity))[0]!.name,
  );
  const wins = [...Map.groupBy(fastest, (name) => name)].map(
    ([name, won]) => `${name} for ${count(won.length)} of ${count(fastest.length)}`,
  );
  return [
    wrong.length === 0
      ? 'Every place gives exactly the answers of the primary.'
      : `${wrong.map(({ name, question }) => `${name} answers “${question}” otherwise than the primary`).join('; ')}.`,
    wins.length > 0 && `Fastest is ${wins.join(', ')} questions.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function questions(rows: readonly OlapQuestion[]) {
  if (rows.length === 0) return false;
  const names = [...new Set(rows.map(({ question }) => question))];
  const series = [...Map.groupBy(rows, ({ name }) => name)].map(([name, own]) => ({
    name,
    dots: own.flatMap((each) => {
      const x = typical(each);
      return x === null ? [] : [{ row: names.indexOf(each.question), x }];
    }),
  }));
  return html`<p class="muted">Five questions of a dashboard over ninety days and all tenants; each place takes its turn, one question at a time. Equal means: the same rows, counts and decimals, character by character.</p>
${figureOf({
  id: 'olap-latency',
  title: 'Time to answer, by question and place',
  description:
    'Median time of each question at each place, where it was asked twenty times, else the longest; logarithmic.',
  chart: { kind: 'dots', rows: names, x: { title: 'time to answer', log: true, tick: duration }, series },
  data: table(
    'olap-questions',
    'Questions',
    [
      column('Question', ({ question }: OlapQuestion) => question),
      column('Place', ({ name }: OlapQuestion) => name),
      column('Equal', ({ equal, why }: OlapQuestion) =>
        equal === null ? { show: '–', why: why ?? 'not asked' } : markCell(equal, ['equal', 'differs', '']),
      ),
      figures<OlapQuestion>('Rows', ({ rows: found, why }) => number(found, count, why)),
      ...spread<OlapQuestion>('', ({ latencyMs, why }) => (why ? { ...latencyMs, why } : latencyMs)),
    ],
    rows,
  ),
  dataOpen: true,
})}`;
}

const freshness = (rows: readonly Of<'freshness'>[]) =>
  rows.length > 0 &&
  html`<h3>Freshness</h3>
<p class="muted">From a commit on the primary until the place can answer with it.</p>
${table(
  'olap-freshness',
  'Freshness of each place',
  [
    column<Of<'freshness'>>('Place', ({ name }) => name),
    column<Of<'freshness'>>('How it gets there', ({ how }) => how),
    figures<Of<'freshness'>>('Fresh after', ({ freshMs, why }) => number(freshMs, duration, why)),
  ],
  rows,
)}`;

const interference = (rows: readonly Of<'interference'>[]) =>
  rows.length > 0 &&
  html`<h3>What the shop feels</h3>
<p class="muted">Four clients run short transactions on the primary while the questions are asked, without a pause, at one place after the other. Here all of them share one machine: a replica or a column store on a machine of its own takes less.</p>
${table(
  'olap-interference',
  'Short transactions on the primary meanwhile',
  [
    column<Of<'interference'>>('Questions asked', ({ asked }) => asked),
    figures<Of<'interference'>>('Questions', ({ questions: asked }) => number(asked, count)),
    figures<Of<'interference'>>('Transactions', ({ transactionsPerSecond }) =>
      number(transactionsPerSecond, rate),
    ),
    ...spread<Of<'interference'>>('', ({ transactionMs }) => transactionMs),
  ],
  rows,
)}`;

const loading = (rows: readonly Of<'loading'>[]) =>
  rows.length > 0 &&
  html`<h3>Loading</h3>
<p class="muted">How rows get into the column store, and how fast.</p>
${table(
  'olap-loading',
  'Loading paths',
  [
    column<Of<'loading'>>('Path', ({ path }) => path),
    figures<Of<'loading'>>('Rows', ({ rows: loaded }) => number(loaded, count)),
    figures<Of<'loading'>>('Size', ({ bytes }) => number(bytes, size)),
    figures<Of<'loading'>>('Time', ({ ms }) => number(ms, duration)),
    figures<Of<'loading'>>('Rate', ({ rowsPerSecond }) => number(rowsPerSecond, rate)),
  ],
  rows,
)}`;

const refreshes = (rows: readonly Of<'refresh'>[]) =>
  rows.length > 0 &&
  html`<h3>Refresh of the materialised view</h3>
<p class="muted">What the primary pays each time that the view is computed anew while it is read.</p>
${table(
  'olap-refresh',
  'Refresh',
  [
    column<Of<'refresh'>>('View', ({ name }) => name),
    figures<Of<'refresh'>>('Rows', ({ rows: kept }) => number(kept, count)),
    figures<Of<'refresh'>>('Time', ({ ms }) => number(ms, duration)),
    figures<Of<'refresh'>>('WAL', ({ walBytes }) => number(walBytes, size)),
  ],
  rows,
)}`;
