import type { Table } from './parse.ts';

const equal: Readonly<Record<string, string>> = {
  ...{ sec: 's', secs: 's', second: 's', seconds: 's', μs: 'us', µs: 'us', '/sec': '/s' },
  ...{ millisecond: 'ms', milliseconds: 'ms', microseconds: 'us', nanoseconds: 'ns', minutes: 'min' },
};

/** At the end of a name: "p99_ms", "latency (s)", "size [MB]". */
const atEnd =
  /(?:^|[\s_([.-])(ns|us|µs|μs|ms|s|secs?|seconds?|milliseconds?|microseconds|nanoseconds|min|minutes|h|%|B|[kKMG]i?B)[)\]]?$/;

/** In which unit a column is, by its cells or else by the end of its name; null: nothing says it. */
export function measuredIn({ names, units }: Pick<Table, 'names' | 'units'>, column: number): string | null {
  const said = units[column] ?? atEnd.exec(names[column]!)?.[1] ?? null;
  return said === null ? null : (equal[said] ?? said);
}

/** Names and units that say of a column that more of it is better. */
const throughputs =
  /(?:^|[^a-z])(?:[tqr]ps|iops|throughput)(?:[^a-z]|$)|(?:^|[^a-z])(?:transactions|requests|queries|operations|ops|reqs?|tx|rows)[\s_]*(?:per[\s_]*|\/\s*)s(?:ec(?:ond)?)?$/i;

/** Whether a column is a throughput, by its unit or name. */
export const isThroughput = ({ names, units }: Pick<Table, 'names' | 'units'>, column: number): boolean =>
  [units[column], names[column]].some((text) => text != null && throughputs.test(text));
