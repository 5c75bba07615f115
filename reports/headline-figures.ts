import type { PaginationResult, Result } from '../result/result.ts';
import { count, duration, rate } from './format.ts';

/** A figure that people look for first: its name, the value, and what stands beside it. */
export interface HeadlineFigure {
  readonly name: string;
  readonly value: string;
  readonly beside: string;
}

/** At most five, for the page and the terminal; one that was not measured is absent. */
export const headlineFigures = ({
  load: [load],
  replication: [replica],
  rls,
  pagination,
}: Result): HeadlineFigure[] =>
  [
    load && achieved(load),
    load && response(load),
    replica && lag(replica),
    rls && leaks(rls),
    deepest(pagination),
  ].filter((each) => each !== undefined && each !== null);

type Load = Result['load'][number];

const achieved = ({ achievedRate, offeredRate, scenario }: Load): HeadlineFigure => ({
  name: 'Achieved rate',
  value: rate(achievedRate),
  beside: offeredRate === null ? scenario : `of ${rate(offeredRate)} offered`,
});

function response({ responseMs: { p50, p99 } }: Load): HeadlineFigure | undefined {
  if (p99 !== null)
    return {
      name: 'Response time p99',
      value: duration(p99),
      beside: p50 === null ? '' : `p50 ${duration(p50)}`,
    };
  if (p50 === null) return undefined;
  return { name: 'Response time p50', value: duration(p50), beside: 'too few samples for a p99' };
}

function lag({ replica, lagMs: { p50, max } }: Result['replication'][number]): HeadlineFigure | undefined {
  if (p50 === null) return undefined;
  return {
    name: 'Replication lag p50',
    value: duration(p50),
    beside: max === null ? replica : `max ${duration(max)}`,
  };
}

const leaks = ({ leaks: { foreignRows, rows } }: NonNullable<Result['rls']>): HeadlineFigure => ({
  name: 'Foreign rows',
  value: count(foreignRows),
  beside: `of ${count(rows)} checked`,
});

/** The deepest page of a list, by both methods. */
function deepest(pages: readonly PaginationResult[]): HeadlineFigure | undefined {
  const of = (method: string) =>
    pages
      .filter((page) => page.method === method && page.form !== 'OR')
      .toSorted((a, b) => b.depth - a.depth)[0]?.buffers;
  const [offset, keyset] = [of('offset'), of('keyset')];
  if (offset == null || keyset == null) return undefined;
  return {
    name: 'Deepest page',
    value: `${count(keyset)} buffers`,
    beside: `by keyset; ${count(offset)} by offset`,
  };
}
