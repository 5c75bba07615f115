import { type Static, Type } from 'typebox';
import { not, percentiles, rowsByKind, timed } from '../figure-tree.ts';
import { longSuites, measure, section } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';
import { withoutVersion } from '../without-version.ts';
import { words } from '../words.ts';

const of = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };

const VectorIndex = Type.Object({
  ...of,
  kind: Type.Literal('index'),
  points: Type.Integer(),
  dimensions: Type.Integer(),
  m: Type.Integer(),
  efConstruct: Type.Integer(),
  loadMs: Type.Number(),
  pointsPerSecond: Type.Number(),
  buildMs: Type.Number(),
  indexedPoints: Nullable(Type.Integer()),
});
export type VectorIndex = Static<typeof VectorIndex>;

/** The ten nearest products, against those that comparing with every product finds. */
export const VectorSearch = Type.Object({
  ...of,
  kind: Type.Literal('search'),
  filter: Type.String({ description: 'none, or of which tenant' }),
  selectivityPct: Type.Number({ description: 'of the products, that pass the filter' }),
  ef: Type.Integer(),
  queries: Type.Integer(),
  recallAt10: Type.Number(),
  latencyMs: Percentiles,
});
export type VectorSearch = Static<typeof VectorSearch>;

/** The same intents asked of PostgreSQL as words. */
export const VectorText = Type.Object({
  ...of,
  kind: Type.Literal('text'),
  method: words('trigram', 'full text'),
  queries: Type.Integer(),
  answered: Type.Integer({ description: 'queries with at least one product' }),
  overlapAt10: Nullable(Type.Number({ description: 'of its first ten with the ten nearest by embedding' })),
  latencyMs: Percentiles,
});
export type VectorText = Static<typeof VectorText>;

export const VectorFigures = Type.Union([VectorIndex, VectorSearch, VectorText]);
export type VectorFigures = Static<typeof VectorFigures>;

export const vector = measure({
  part: 'vector',
  title: 'Vector search',
  what: 'the nearest products by embedding: how many of them are found, how fast, and what words find instead',
  suites: longSuites,
  sections: {
    vector: section(
      Type.Array(VectorFigures),
      rowsByKind<VectorFigures>({
        index: {
          labels: ({ name }) => ({ engine: withoutVersion(name) }),
          leaves: {
            points: not('a setting: how many products there are'),
            dimensions: not('a setting'),
            m: not('a setting'),
            efConstruct: not('a setting'),
            loadMs: timed('load', 'ms'),
            pointsPerSecond: timed('load-rate', '/s', { better: 'more' }),
            buildMs: timed('build', 'ms'),
            indexedPoints: timed('indexed-points', 'rows', { better: 'more' }),
          },
        },
        search: {
          labels: ({ name, filter, ef }) => ({
            ...{
              engine: withoutVersion(name),
              filter: filter === 'none' ? 'no filter' : filter,
              ef: `ef ${ef}`,
            },
          }),
          leaves: {
            selectivityPct: not('a property of the filter and the data'),
            ef: not('a label'),
            queries: not('samples of the recall'),
            recallAt10: timed('recall', 'share', {
              ...{
                better: 'more',
                samples: 'queries',
                help: 'Of the ten nearest, how many the search finds.',
              },
            }),
            latencyMs: percentiles('search'),
          },
        },
        text: {
          labels: ({ method }) => ({ method }),
          leaves: {
            queries: not('samples of the overlap'),
            answered: timed('queries-answered', 'requests', { better: 'more' }),
            overlapAt10: timed('overlap', 'share', {
              ...{ better: 'more', samples: 'queries' },
              help: 'Of the first ten by words, how many are among the ten nearest by embedding.',
            }),
            latencyMs: percentiles('text-search'),
          },
        },
      }),
      () => [],
    ),
  },
});
