import { usage } from '../config/fault.ts';
import { datasetKey } from '../generators/cache-key.ts';
import { resolveScale, type Scale } from '../generators/scales.ts';
import { readMigrations } from '../migrations/directory.ts';
import { countOptions, type DataOptions, integer } from './options.ts';

/** Which data set the options name, checked before anything is started. */
export interface DataPlan {
  readonly scale: Scale;
  readonly seed: number;
  /** Whether scale or seed were typed: else a data set that is there already is used as it is. */
  readonly typed: boolean;
  readonly streams: number;
  /** Whether a copy of the data set may be used and kept. */
  readonly cached: boolean;
}

/** @throws Fault (usage) for a scale, a seed or a number of streams that is none. */
export const dataPlan = (options: DataOptions): DataPlan => ({
  scale: wantedScale(options),
  seed: integer('--seed', options.seed ?? '1', 0, 2 ** 31 - 1),
  typed: [
    options.scale,
    options.seed,
    options.customersPerTenant,
    ...countOptions.map((name) => options[name]),
  ].some(Boolean),
  streams: integer('--streams', options.streams, 1, 16),
  cached: !options.noCache,
});

function wantedScale(options: DataOptions): Scale {
  const given = countOptions.filter((name) => options[name] !== undefined);
  const { tenants, customersPerTenant: each } = options;
  const flag = each === undefined ? given[0] : 'customers-per-tenant';
  if (flag === undefined) return resolveScale(options.scale ?? 'small');
  if (tenants === undefined)
    throw usage(`--${flag} also needs the number of tenants.`, `For example: --tenants 200 --${flag} 1000`);
  const counts = given.map((name) => `${name}=${options[name]}`);
  const { tenants: several } = resolveScale(`tenants=${tenants}`);
  if (each !== undefined)
    counts.push(`customers=${several * integer('--customers-per-tenant', each, 1, 1_000_000)}`);
  return resolveScale(counts.join(','));
}

/** Names the kept copy of a plan's data set by the server's version; undefined when none is to be used. */
export const keptData = ({ cached, scale, seed }: DataPlan) =>
  cached ? async (version: string) => datasetKey(await readMigrations(), version, scale, seed) : undefined;
