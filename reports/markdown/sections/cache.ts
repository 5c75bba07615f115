import type { Result } from '../../../result/result.ts';
import { count, duration, figure, rate } from '../../format.ts';
import { given, percent } from '../cells.ts';
import { table } from '../table.ts';

/** One line a measurement: what was done, and the figure that it is for. */
export const cache = ({ cache: all }: Result) =>
  table(
    'Cache',
    ['Where', 'What', 'Figure', 'Latency p50', 'p99'],
    all.map((each) => [each.endpoint, ...cells(each)]),
  );

const row = (what: string, told: string, of?: { p50: number | null; p99: number | null }): string[] => [
  what,
  told,
  given(of?.p50 ?? null, duration),
  given(of?.p99 ?? null, duration),
];

function cells(each: Result['cache'][number]): string[] {
  switch (each.kind) {
    case 'aside':
      return row(
        each.name,
        `${given(each.hitPct, percent)} hits, ${given(each.buffersSavedPct, percent)} of the pages saved`,
        each.hitMs,
      );
    case 'stampede':
      return row(
        `${each.name}, protection: ${each.protection}`,
        `${figure(each.executionsPerExpiry)} executions for ${count(each.clients)} clients`,
      );
    case 'staleness':
      return row(
        `${each.name}, ${each.method}`,
        `at most ${given(each.staleMs.max, duration)}`,
        each.staleMs,
      );
    case 'sessions':
      return row(each.name, rate(each.operationsPerSecond), each.getMs);
    case 'rate limit':
      return row(
        `${each.name}, ${each.method}`,
        `${count(each.allowedMin)} to ${count(each.allowedMax)} passed of a limit of ${count(each.limit)}`,
        each.decisionMs,
      );
    case 'pub/sub':
      return row(each.name, `${count(each.lost)} of ${count(each.messages)} lost`, each.latencyMs);
  }
}
