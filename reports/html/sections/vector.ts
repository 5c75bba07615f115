import type { Result, VectorFigures, VectorSearch } from '../../../result/result.ts';
import { count, duration, figure, rate } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { html } from '../html.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { spread } from '../service-columns.ts';
import { column, figures, number, table } from '../table.ts';

type Of<Kind extends VectorFigures['kind']> = Extract<VectorFigures, { kind: Kind }>;
const rowsOf = <Kind extends VectorFigures['kind']>(all: readonly VectorFigures[], kind: Kind): Of<Kind>[] =>
  all.filter((each): each is Of<Kind> => each.kind === kind);

export const vector: Section = {
  id: 'vector',
  title: 'Vector search',
  content: (result) => {
    const all = result.vector;
    if (all.length === 0) return absent(result, ['vector'], notAsked('vector'));
    const skipped = result.skipped.filter(({ part }) => part === 'vector');
    return data(
      conclusion(all),
      html`${searches(rowsOf(all, 'search'))}
${indexes(rowsOf(all, 'index'))}
${words(rowsOf(all, 'text'))}
${skipped.map(({ why, how }) => html`<p class="muted">${why} ${how}</p>`)}`,
    );
  },
};

/** Of each engine the fewest candidates that find 95 % without a filter. */
function conclusion(all: Result['vector']): string {
  const free = rowsOf(all, 'search').filter(({ filter }) => filter === 'none');
  const sentences = [...Map.groupBy(free, ({ name }) => name)].map(([name, rows]) => {
    const enough = rows.toSorted((a, b) => a.ef - b.ef).find(({ recallAt10 }) => recallAt10 >= 0.95);
    if (!enough)
      return `${name} finds less than 95 % of the ten nearest products with every ef that was tried.`;
    const p50 = enough.latencyMs.p50 === null ? '' : ` in ${duration(enough.latencyMs.p50)}`;
    return `${name} finds ${percent(enough.recallAt10)} of the ten nearest products with ef ${enough.ef}${p50}.`;
  });
  return sentences.join(' ') || 'No search by embedding was measured.';
}

const percent = (share: number) => `${figure(100 * share)} %`;

function searches(rows: readonly VectorSearch[]) {
  if (rows.length === 0) return false;
  const drawn = rows.filter(({ filter }) => filter === 'none' || filter === 'tenant: whale');
  const least = Math.min(...drawn.map(({ recallAt10 }) => recallAt10));
  const named = (each: VectorSearch) => `${each.name}, ${each.filter}`;
  return html`<p class="muted">Recall is the share of the ten nearest products, by comparing with every product, that the graph finds; ef is how many candidates it looks at. A filter lets pass one tenant’s products only. Latencies include the client and, where one is named, our shim.</p>
${figureOf({
  id: 'vector-recall',
  title: 'Recall at 10 by ef',
  description:
    'Share of the ten nearest products that each engine finds, by the number of candidates: of all products, and of the largest tenant’s.',
  chart: {
    kind: 'lines',
    x: { title: 'ef', log: true, tick: count },
    y: { title: 'recall at 10', tick: percent, min: Math.floor(10 * Math.min(0.99, least)) / 10, max: 1 },
    series: [...Map.groupBy(drawn, named)].map(([name, points]) => ({
      name,
      points: points.toSorted((a, b) => a.ef - b.ef).map(({ ef, recallAt10 }) => ({ x: ef, y: recallAt10 })),
    })),
  },
  data: table(
    'vector-search',
    'Product search by embedding',
    [
      column('Engine', ({ name }: VectorSearch) => name),
      column('Filter', ({ filter }: VectorSearch) => filter),
      figures<VectorSearch>('Passes', ({ selectivityPct }) =>
        number(selectivityPct, (value) => `${figure(value)} %`),
      ),
      figures<VectorSearch>('ef', ({ ef }) => number(ef, count)),
      figures<VectorSearch>('Recall at 10', ({ recallAt10 }) => number(recallAt10, percent)),
      ...spread<VectorSearch>('', ({ latencyMs }) => latencyMs),
    ],
    rows,
  ),
  dataOpen: true,
})}`;
}

const indexes = (rows: readonly Of<'index'>[]) =>
  rows.length > 0 &&
  html`<h3>Building the graph</h3>
<p class="muted">Products are stored first, then the graph is built of all of them at once; m and ef while building are the same for every engine.</p>
${table(
  'vector-index',
  'Loading and building',
  [
    column<Of<'index'>>('Engine', ({ name }) => name),
    figures<Of<'index'>>('Products', ({ points }) => number(points, count)),
    figures<Of<'index'>>('Dimensions', ({ dimensions }) => number(dimensions, count)),
    column<Of<'index'>>('m, ef', ({ m, efConstruct }) => `${m}, ${efConstruct}`),
    figures<Of<'index'>>('Loading', ({ loadMs }) => number(loadMs, duration)),
    figures<Of<'index'>>('Products loaded', ({ pointsPerSecond }) => number(pointsPerSecond, rate)),
    figures<Of<'index'>>('Building', ({ buildMs }) => number(buildMs, duration)),
    figures<Of<'index'>>('In the graph', ({ indexedPoints }) =>
      number(indexedPoints, count, 'the engine does not say'),
    ),
  ],
  rows,
)}`;

const words = (rows: readonly Of<'text'>[]) =>
  rows.length > 0 &&
  html`<h3>The same intents as words</h3>
<p class="muted">The name of the product that a query is like, asked of the largest tenant in PostgreSQL. The overlap with the nearest by embedding says how far the two searches mean the same, not which is better.</p>
${table(
  'vector-text',
  'Search by words beside search by embedding',
  [
    column<Of<'text'>>('Method', ({ method }) => method),
    figures<Of<'text'>>('Queries', ({ queries }) => number(queries, count)),
    figures<Of<'text'>>('Answered', ({ answered }) => number(answered, count)),
    figures<Of<'text'>>('Overlap at 10', ({ overlapAt10 }) =>
      number(overlapAt10, percent, 'the vector store holds a sample of the products'),
    ),
    ...spread<Of<'text'>>('', ({ latencyMs }) => latencyMs),
  ],
  rows,
)}`;
