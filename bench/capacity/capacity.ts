import { basename } from 'node:path';
import { type Demand, type Mix, whatIf } from '../../analysis/capacity/demand.ts';
import { Fault } from '../../config/fault.ts';
import type { Scale } from '../../generators/scales.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import type { Result } from '../../result/result.ts';
import { type Route, readLoadScenario } from '../../scenarios/load-scenario.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { requireLoadAllowed } from '../load/require-load-allowed.ts';
import type { Measure, Setting } from '../measure.ts';
import { openConsole, poolSize } from '../pooler/console.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { largestOf, measureGrowth } from './growth.ts';
import { headroom } from './headroom.ts';
import { measureMaximum } from './maximum.ts';
import { measureScalability } from './scalability.ts';
import { measureStorage } from './storage.ts';
import { openTarget } from './target.ts';
import { measureTenants } from './tenants.ts';
import { demandsOf } from './watch.ts';

/** The questions, in the order in which they are asked. */
export const questions = ['maximum', 'connections', 'tenants', 'size', 'storage'] as const;
export type Question = (typeof questions)[number];

export interface CapacityOptions {
  readonly scenario: string;
  readonly via?: Route;
  readonly sloP99Ms: number;
  readonly only: readonly Question[];
  /** The data set's. */
  readonly scale: Scale;
  readonly currentRate?: number;
  readonly disk?: number;
  /** Another mix of statements to reckon with. */
  readonly mix?: Mix;
}

/** Rate of the tenants' sweep where the maximum was not asked for. */
const modestRate = 200;

/** How far the system goes under an objective, what ends it, and when it will be reached. */
export const capacityMeasure = (options: CapacityOptions): Measure => ({
  part: 'capacity',
  drivenByK6: true,
  needs: ['primary'],
  userInput: true,
  run: (setting) => measure(setting, options),
});

async function measure(setting: Setting, options: CapacityOptions): Promise<Partial<Result>> {
  if (options.only.some((question) => question !== 'storage' && question !== 'size'))
    requireLoadAllowed(setting, `./olympus load ${basename(options.scenario, '.ts')} --rate 50`);
  const { writes } = readLoadScenario(scenarioScript(options.scenario), setting.catalogue);
  if (!writes) return await ask(setting, options);
  // No measure alters the dataset: what writes gets a copy.
  const name = `${setting.database}_capacity`;
  await using copy = await cloneDatabase(setting.topology.get('primary'), setting.database, name);
  return await ask({ ...setting, database: copy.database }, options);
}

async function ask(setting: Setting, options: CapacityOptions): Promise<Partial<Result>> {
  const target = await openTarget(setting, options);
  const notMeasured: CapacityResult['notMeasured'] = [];
  /** One question that cannot be answered leaves the others. */
  const answer = async <T>(question: Question, work: () => Promise<T>): Promise<T | null> => {
    if (!options.only.includes(question)) {
      notMeasured.push({ part: question, why: 'it was not asked for (--only)' });
      return null;
    }
    setting.signal.throwIfAborted();
    setting.progress.stage(question);
    try {
      return await work();
    } catch (error) {
      setting.signal.throwIfAborted();
      if (!(error instanceof Fault) || error.reason === 'usage') throw error;
      notMeasured.push({ part: question, why: `${error.message} ${error.next}` });
      return null;
    }
  };
  const highest = await answer('maximum', () => measureMaximum(setting, target, { p99Ms: options.sloP99Ms }));
  const scalability = await answer('connections', () => measureScalability(setting, target));
  const half = highest?.found.rate ? highest.found.rate / 2 : modestRate;
  const tenants = await answer('tenants', () => measureTenants(setting, target, Math.round(half)));
  const growth = await answer('size', () => measureGrowth(setting, largestOf(options.scale)));
  const limits = options.disk === undefined ? [] : [options.disk];
  const storage = await answer('storage', () => measureStorage(setting, limits));
  const maximum = highest?.found ?? null;
  const demands = highest ? demandsOf(highest.full) : [];
  return {
    capacity: {
      ...{ scenario: basename(options.scenario, '.ts'), via: target.via, sloP99Ms: options.sloP99Ms },
      ...{ maximum, scalability, tenants, growth, storage },
      poolSize: await configuredPool(setting),
      headroom: headroom(
        { maximum, storage },
        {
          ...(options.currentRate !== undefined && { currentRate: options.currentRate }),
          ...(options.disk !== undefined && { disk: options.disk }),
        },
      ),
      whatIf: highest
        ? reckon(demands, ownMix(highest.full.report.statements), highest.full.report.cores, options.mix)
        : [],
      demands,
      notMeasured,
    },
  };
}

/** Server connections of the pool that the load goes through; null where there is none, or it does not tell. */
async function configuredPool({ topology, database }: Setting): Promise<number | null> {
  const pooler = topology.find('pooler');
  const opened = pooler && (await openConsole(pooler));
  if (opened === undefined || typeof opened === 'string') return null;
  await using console = opened;
  return await poolSize(console, database);
}

/** How often each statement was asked in the load that was measured. */
function ownMix(statements: readonly { readonly name: string; readonly requests: number }[]): Mix {
  const mix: Record<string, number> = {};
  for (const { name, requests } of statements) mix[name] = (mix[name] ?? 0) + requests;
  return mix;
}

function reckon(
  demands: readonly Demand[],
  own: Mix,
  cores: number,
  other: Mix | undefined,
): CapacityResult['whatIf'] {
  const line = (mix: string, weights: Mix) => {
    const { rate, cpuMsPerRequest, unknown } = whatIf(demands, weights, cores);
    const why =
      rate === null
        ? demands.length === 0
          ? "the server's CPU could not be seen"
          : `not measured in this load: ${unknown.join(', ')}`
        : `${cores} cores over ${cpuMsPerRequest!.toFixed(3)} ms of CPU a request; a bound from above, with the generator elsewhere`;
    return { mix, rate, cpuMsPerRequest, why };
  };
  const words = (mix: Mix) =>
    Object.entries(mix)
      .map(([name, weight]) => `${name}=${weight}`)
      .join(', ');
  return [line('as it ran', own), ...(other ? [line(words(other), other)] : [])];
}
