import { seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { type LoadScenario, type Route, readLoadScenario } from '../../scenarios/load-scenario.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { drawPlan, measureCeiling } from '../load/load.ts';
import { type LoadRoute, routeOf } from '../load/load-route.ts';
import { type LoadOptions, type LoadReport, runLoad } from '../load/run-load.ts';
import type { Setting } from '../measure.ts';

/** A load that can be run at any rate, or on any number of connections. */
export interface Loadable {
  /** Open model. @param length measured seconds */
  open(rate: number, length: number): Promise<LoadReport>;
  /** Closed model: as fast as so many connections go; as many as the script says when undefined. */
  closed(connections: number | undefined, length: number): Promise<LoadReport>;
  /** The generator's own ceiling, requests a second. */
  ceiling(): Promise<number>;
}

/** A scenario on a route, and for any number of tenants. */
export interface Target extends Loadable {
  readonly scenario: LoadScenario;
  readonly via: Route;
  readonly tenants: number;
  /** The same scenario asked by so many tenants, the largest and a spread over the rest. */
  withTenants(count: number): Promise<Target>;
}

/** @throws Fault (usage) for a scenario that there is not; (component) where k6 cannot be had. */
export async function openTarget(
  setting: Setting,
  { scenario: name, via: wanted }: { readonly scenario: string; readonly via?: Route },
): Promise<Target> {
  const scenario = readLoadScenario(scenarioScript(name), setting.catalogue);
  const { via, ...route } = await routeOf(setting, wanted ?? scenario.via ?? 'pooler', scenario.login);
  return await targetOf(setting, { name, scenario, via, route, tenants: undefined });
}

interface Fixed {
  readonly name: string;
  readonly scenario: LoadScenario;
  readonly via: Route;
  readonly route: Omit<LoadRoute, 'via'>;
  readonly tenants: number | undefined;
}

async function targetOf(setting: Setting, fixed: Fixed): Promise<Target> {
  const { seed, progress, signal } = setting;
  const { name, scenario, via, route } = fixed;
  const k6 = await findK6({ progress, signal });
  const plan = await drawPlan(setting, scenario, fixed.tenants);
  return {
    scenario,
    via,
    tenants: plan.tenants.length,
    ...loadable({ k6, plan, script: scenarioScript(name), seed, progress, signal, ...route }),
    withTenants: (count) => targetOf(setting, { ...fixed, tenants: count }),
  };
}

/** A step that cannot be kept up is what is looked for: warnings of it are no news for whoever watches. */
export function loadable({ progress, ...fixed }: LoadOptions): Loadable {
  const shared = { ...fixed, progress: { ...progress, warn: () => {} } };
  const run = async (options: Partial<LoadOptions>) => (await runLoad({ ...shared, ...options })).report;
  const constant = { kind: 'constant' } as const;
  return {
    open: (rate, length) => run({ rate, arrivals: constant, duration: seconds(length), warmup: seconds(1) }),
    closed: (connections, length) =>
      run({
        ...{ rate: 0, duration: seconds(length), warmup: seconds(0.5) },
        ...(connections !== undefined && { connections }),
      }),
    ceiling: async () => (await measureCeiling(shared)).rate,
  };
}
