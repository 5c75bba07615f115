import type { Result } from '../../result/result.ts';
import { moment, statusWords } from '../format.ts';
import { headlineFigures } from '../headline-figures.ts';
import { partsThatDoNot, partsThatHold } from '../part-words.ts';
import { type Html, html } from './html.ts';
import { column, table } from './table.ts';

type Row = readonly [what: string, a: string, b: string];

/** The two runs of a comparison beside each other: which they are, what each was judged, and what people look for first. */
export function twoRuns(a: Result, b: Result): Html {
  const both = (what: string, of: (result: Result) => string): Row => [what, of(a) || '–', of(b) || '–'];
  const figures = (result: Result) =>
    new Map(
      headlineFigures(result).map(({ name, value, beside, doubt }) => [
        name,
        [value, beside && `(${beside})`, doubt].filter(Boolean).join(' '),
      ]),
    );
  const [ofA, ofB] = [figures(a), figures(b)];
  const rows: Row[] = [
    both('Run', ({ run }) => (run.name === undefined ? run.id : `${run.name}, ${run.id}`)),
    both('Note', ({ run }) => run.note ?? ''),
    both('Started', ({ run }) => moment(run.startedAt)),
    both('Command', ({ run }) => run.command),
    both(
      'Verdict',
      ({ verdict, run }) => statusWords[verdict.status] + (run.complete ? '' : ' (incomplete)'),
    ),
    both('Holds', ({ verdict }) => partsThatHold(verdict) ?? ''),
    both('Does not hold', ({ verdict }) =>
      partsThatDoNot(verdict)
        .map(({ part, word }) => `${part} (${word})`)
        .join(', '),
    ),
    both('Data', ({ dataset }) => (dataset ? `scale ${dataset.scale}, seed ${dataset.seed}` : '')),
    ...[...new Set([...ofA.keys(), ...ofB.keys()])].map(
      (name): Row => [name, ofA.get(name) ?? '–', ofB.get(name) ?? '–'],
    ),
  ];
  return html`<section id="two-runs">
<h2>The two runs</h2>
${table(
  'two-runs-table',
  'Which they are, what each was judged, and what people look for first',
  [
    column<Row>('Of the run', ([what]) => what),
    column<Row>('A', ([, of]) => of),
    column<Row>('B', ([, , of]) => of),
  ],
  rows,
)}
</section>`;
}
