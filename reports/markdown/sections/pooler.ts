import type { Result } from '../../../result/result.ts';
import { count, duration, rate, ratio } from '../../format.ts';
import { errorsOf, given, interval } from '../cells.ts';
import { table } from '../table.ts';

/** Many clients over the connections of the pool. */
export const crowds = ({ pooler: all }: Result) =>
  table(
    'Pooler',
    ['Clients', 'Requests', 'Errors', 'Response p50', 'Wait p50', 'sv_active, most', 'Pool'],
    all
      .filter((each) => each.kind === 'crowd')
      .map((each) => [
        count(each.clients),
        given(each.requestsPerSecond, rate),
        each.requests === null ? (each.why ?? '–') : errorsOf(each.errors),
        given(each.responseMs?.p50 ?? null, duration),
        given(each.waitMs?.p50 ?? null, duration),
        given(each.serversActiveMax, count),
        given(each.poolSize, count),
      ]),
  );

/** Equal load, direct and pooled, side by side. */
export const poolerPrice = ({ pooler: all }: Result) =>
  table(
    'Pooled beside direct connections',
    ['Request', 'Direct', 'Pooled', 'Pooled / direct', 'Interval', 'Pairs'],
    all
      .filter((each) => each.kind === 'price')
      .map((each) => [
        each.name,
        rate(each.directPerSecond),
        rate(each.pooledPerSecond),
        given(each.ratio, ratio),
        interval(each),
        count(each.pairs),
      ]),
  );

/** What is only seen through a pooler: prepared statements, and whose identity a client has. */
export const throughPooler = ({ pooler: all }: Result) =>
  table(
    'Through the pooler',
    ['What', 'Requests', 'Another tenant’s identity', 'Errors'],
    all.flatMap((each) => {
      if (each.kind === 'prepared')
        return [[`${each.name} statements`, count(each.requests), '–', errorsOf(each.errors)]];
      return each.kind === 'identity'
        ? [[each.name, count(each.reads), count(each.foreignReads), errorsOf(each.errors)]]
        : [];
    }),
  );
