import { Option } from 'commander';
import { usage } from '../config/fault.ts';
import { type TopologyOptions, topologyOptions } from './topology-options.ts';

/** Which topology and which data set a command works on. */
export type DataOptions = {
  /** What is there is used as it is, unless one of these was typed. */
  scale?: string;
  seed?: string;
  streams: string;
  noCache?: boolean;
  customersPerTenant?: string;
} & Counts &
  TopologyOptions;

/** How many of each, in place of a scale. */
type Counts = Partial<Record<(typeof countOptions)[number], string>>;
export const countOptions = ['tenants', 'customers', 'products', 'orders'] as const;

export const dataOptions = () => [
  new Option(
    '--scale <scale>',
    'tiny (2,000 orders), small (200,000), medium (1.6 million; 10 million rows), large (16 million), or a number of tenants; the data set that is there, else small, when absent',
  ),
  ...countOptions.map((name) =>
    new Option(
      `--${name} <n>`,
      name === 'tenants'
        ? 'how many, in place of --scale'
        : `how many ${name} of all tenants, with --tenants; follows from the tenants when absent`,
    ).conflicts('scale'),
  ),
  new Option(
    '--customers-per-tenant <n>',
    'on average, with --tenants; 60 when absent. Millions of tenants need not bring 60 times as many people',
  ).conflicts(['scale', 'customers']),
  new Option('--seed <n>', 'seed of every random choice; of the data set that is there, else 1, when absent'),
  new Option('--streams <n>', 'parallel COPY streams').default('2'),
  ...topologyOptions(),
  // Not commander's negation: that would be of --cache, which names a folder.
  Object.assign(new Option('--no-cache', 'neither use nor keep a copy of the data set'), { negate: false }),
];

/** Of explain, index and ab. */
export const estimatesOption = () =>
  new Option(
    '--estimates',
    'ask only the planner, on a copy of its knowledge (schema, statistics, sizes; no row) in a PostgreSQL of ours: nothing is written to your server, and nothing is measured',
  );

/** @throws Fault (usage) when `text` is no integer in [least, most]. */
export function integer(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw usage(
    `${flag} takes an integer from ${least} to ${most}, not "${text}".`,
    `For example: ${flag} ${least}`,
  );
}
