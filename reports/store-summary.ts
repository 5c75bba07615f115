import type { Result } from '../result/result.ts';
import { count, duration, figure, rate, size } from './format.ts';

/** A table of summary.md. */
export interface SummaryTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const given = (value: number | null, format: (value: number) => string): string =>
  value === null ? '–' : format(value);
const percent = (value: number) => `${figure(value)} %`;

/** The stores beside PostgreSQL in a few lines each. */
export const storeTables = (result: Result): SummaryTable[] => [
  cache(result),
  vector(result),
  ...olap(result),
  objects(result),
];

/** One line a measurement: what was done, and the figure that it is for. */
const cache = ({ cache: all }: Result): SummaryTable => ({
  title: 'Cache',
  columns: ['Where', 'What', 'Figure', 'Latency p50', 'p99'],
  rows: all.map((each) => [each.endpoint, ...cacheLine(each)]),
});

const line = (what: string, told: string, of?: { p50: number | null; p99: number | null }): string[] => [
  what,
  told,
  given(of?.p50 ?? null, duration),
  given(of?.p99 ?? null, duration),
];

function cacheLine(each: Result['cache'][number]): string[] {
  switch (each.kind) {
    case 'aside':
      return line(
        each.name,
        `${given(each.hitPct, percent)} hits, ${given(each.buffersSavedPct, percent)} of the pages saved`,
        each.hitMs,
      );
    case 'stampede':
      return line(
        `${each.name}, protection: ${each.protection}`,
        `${figure(each.executionsPerExpiry)} executions for ${count(each.clients)} clients`,
      );
    case 'staleness':
      return line(
        `${each.name}, ${each.method}`,
        `at most ${given(each.staleMs.max, duration)}`,
        each.staleMs,
      );
    case 'sessions':
      return line(each.name, rate(each.operationsPerSecond), each.getMs);
    case 'rate limit':
      return line(
        `${each.name}, ${each.method}`,
        `${count(each.allowedMin)} to ${count(each.allowedMax)} passed of a limit of ${count(each.limit)}`,
        each.decisionMs,
      );
    case 'pub/sub':
      return line(each.name, `${count(each.lost)} of ${count(each.messages)} lost`, each.latencyMs);
  }
}

const vector = ({ vector: all }: Result): SummaryTable => ({
  title: 'Vector search',
  columns: ['Engine', 'Filter', 'ef', 'Recall at 10', 'Latency p50', 'p99'],
  rows: all.flatMap((each) =>
    each.kind === 'search'
      ? [
          [
            each.name,
            each.filter,
            count(each.ef),
            percent(100 * each.recallAt10),
            given(each.latencyMs.p50, duration),
            given(each.latencyMs.p99, duration),
          ],
        ]
      : [],
  ),
});

const olap = ({ olap: all }: Result): SummaryTable[] => [
  {
    title: 'OLAP',
    columns: ['Question', 'Place', 'Equal', 'Latency p50', 'max'],
    rows: all.flatMap((each) =>
      each.kind === 'question'
        ? [
            [
              each.question,
              each.name,
              each.equal === null ? '–' : each.equal ? '✓' : '✗',
              given(each.latencyMs.p50, duration),
              given(each.latencyMs.max, duration),
            ],
          ]
        : [],
    ),
  },
  {
    title: 'Short transactions while the questions are asked',
    columns: ['Asked', 'Transactions', 'p50', 'p99'],
    rows: all.flatMap((each) =>
      each.kind === 'interference'
        ? [
            [
              each.asked,
              rate(each.transactionsPerSecond),
              given(each.transactionMs.p50, duration),
              given(each.transactionMs.p99, duration),
            ],
          ]
        : [],
    ),
  },
];

const objects = ({ objects: all }: Result): SummaryTable => ({
  title: 'Objects',
  columns: ['What', 'Figure'],
  rows: all.map((each) =>
    each.kind === 'transfer'
      ? [
          `${size(each.bytes)} in ${count(each.parts)} parts`,
          `${size(each.putBytesPerSecond)}/s there, ${size(each.getBytesPerSecond)}/s back, ${each.verified ? 'the same' : 'damaged'}`,
        ]
      : [
          `${count(each.writers)} writers of one key`,
          `${count(each.acceptedMax)} accepted at most, ${count(each.overwritten)} overwritten`,
        ],
  ),
});
