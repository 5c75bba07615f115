import { type Static, Type } from 'typebox';
import { derived, exact, percentiles, rowsByKind, timed } from '../figure-tree.ts';
import { longSuites, measure, section } from '../measure-description.ts';
import { Nullable, Percentiles } from '../percentiles.ts';
import { withoutVersion } from '../without-version.ts';

const of = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };

/** One dashboard question at one place. */
export const OlapQuestion = Type.Object({
  ...of,
  kind: Type.Literal('question'),
  question: Type.String(),
  rows: Nullable(Type.Integer()),
  equal: Nullable(Type.Boolean({ description: 'its rows are those of the primary, exactly' })),
  latencyMs: Percentiles,
  why: Type.Optional(Type.String()),
});
export type OlapQuestion = Static<typeof OlapQuestion>;

/** How a place gets what was committed, and how long that takes. */
const OlapFreshness = Type.Object({
  ...of,
  kind: Type.Literal('freshness'),
  how: Type.String(),
  freshMs: Nullable(Type.Number({ description: 'from a commit until the place answers with it' })),
  why: Type.Optional(Type.String()),
});
export type OlapFreshness = Static<typeof OlapFreshness>;

/** Short transactions on the primary while the questions are asked somewhere. */
export const OlapInterference = Type.Object({
  ...of,
  kind: Type.Literal('interference'),
  asked: Type.String({ description: 'where the questions were asked meanwhile' }),
  questions: Type.Integer(),
  transactionsPerSecond: Type.Number(),
  transactionMs: Percentiles,
});
export type OlapInterference = Static<typeof OlapInterference>;

export const OlapLoading = Type.Object({
  ...of,
  kind: Type.Literal('loading'),
  path: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  ms: Type.Number(),
  rowsPerSecond: Type.Number(),
});
export type OlapLoading = Static<typeof OlapLoading>;

/** What it costs to compute the materialised view anew while it is read. */
const OlapRefresh = Type.Object({
  ...of,
  kind: Type.Literal('refresh'),
  rows: Type.Integer(),
  ms: Type.Number(),
  walBytes: Type.Number(),
});
export type OlapRefresh = Static<typeof OlapRefresh>;

export const OlapFigures = Type.Union([
  OlapQuestion,
  OlapFreshness,
  OlapInterference,
  OlapLoading,
  OlapRefresh,
]);
export type OlapFigures = Static<typeof OlapFigures>;

export const olap = measure({
  part: 'olap',
  title: 'OLAP',
  what: 'dashboard questions asked in several places: answers, freshness, and what short transactions suffer',
  suites: longSuites,
  sections: {
    olap: section(
      Type.Array(OlapFigures),
      rowsByKind<OlapFigures>({
        question: {
          labels: ({ question, name }) => ({ question, place: withoutVersion(name) }),
          leaves: {
            rows: exact('answer-rows', 'rows', { better: 'none' }),
            latencyMs: percentiles('question'),
          },
          derived: [
            derived(
              exact('wrong-answers', 'events', { help: 'Answers that are not those of the primary.' }),
              ({ equal }) => (equal === null ? null : Number(!equal)),
            ),
          ],
        },
        freshness: {
          labels: ({ name }) => ({ place: withoutVersion(name) }),
          leaves: {
            freshMs: timed('fresh', 'ms', { help: 'From a commit until the place answers with it.' }),
          },
        },
        interference: {
          labels: ({ asked }) => ({ asked: `asked ${withoutVersion(asked)}` }),
          leaves: {
            questions: timed('questions', 'requests', { better: 'none' }),
            transactionsPerSecond: timed('transaction-rate', '/s', { better: 'more' }),
            transactionMs: percentiles('transaction'),
          },
        },
        loading: {
          labels: ({ name, path }) => ({ place: withoutVersion(name), path }),
          leaves: {
            rows: exact('loaded-rows', 'rows', { better: 'none' }),
            bytes: exact('loaded-bytes', 'B', { decides: null }),
            ms: timed('load-time', 'ms'),
            rowsPerSecond: timed('row-rate', '/s', { better: 'more' }),
          },
        },
        refresh: {
          labels: ({ name }) => ({ place: name }),
          leaves: {
            rows: exact('refreshed-rows', 'rows', { better: 'none' }),
            ms: timed('refresh-time', 'ms'),
            walBytes: timed('refresh-wal', 'B'),
          },
        },
      }),
      () => [],
    ),
  },
});
