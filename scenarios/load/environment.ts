/**
 * What a load script takes from its environment, so that the same script runs under `./olympus load` and by hand:
 *
 *   OLYMPUS_URL          where to send requests: a connection string, or `null:` for no server  (required)
 *   OLYMPUS_PLAN         file with the load plan; every run keeps its own as raw/load-plan.json (required)
 *   OLYMPUS_PROTOCOL     extended (default), prepared, simple
 *   OLYMPUS_CONNECTIONS  size of the connection pool (default: the script's)
 *   OLYMPUS_CLIENTS      clients that share the pool (default: one a connection)
 *   OLYMPUS_RATE         arrivals a second; 0 is the closed model
 *   OLYMPUS_DURATION     seconds, measured
 *   OLYMPUS_WARMUP       seconds before them, discarded
 *   OLYMPUS_SEED         decides arrivals, statements and parameters
 *   OLYMPUS_RESULT       file for the report (JSON)
 *   OLYMPUS_HISTOGRAMS   folder for the histograms of every second (<scenario>.hlog, HdrHistogram log)
 *   OLYMPUS_LANES        into how many lanes the load is cut, for `k6 run --execution-segment` in several processes
 *   OLYMPUS_START_AT     when they start together, in milliseconds since 1970
 */
import exec from 'k6/execution';
import {
  type Endpoint,
  endpoint,
  type LoadPlan,
  loadPlan,
  type Protocol,
  type RunOptions,
  reports,
} from 'k6/x/olympus';

/** The endpoint and the plan that the environment names. */
export function fromEnvironment(connections = 16): { endpoint: Endpoint; plan: LoadPlan } {
  return {
    endpoint: endpoint(required('OLYMPUS_URL'), {
      connections: number('OLYMPUS_CONNECTIONS') ?? connections,
      protocol: (__ENV.OLYMPUS_PROTOCOL as Protocol) || 'extended',
    }),
    plan: loadPlan(open(required('OLYMPUS_PLAN'))),
  };
}

/** The script's own options with what the environment overrides. */
export function withEnvironment(own: RunOptions): RunOptions {
  const asked: RunOptions = { ...own };
  const rate = number('OLYMPUS_RATE');
  if (rate !== undefined) Object.assign(asked, { rate, model: rate === 0 ? 'closed' : 'open' });
  for (const key of ['clients', 'duration', 'warmup', 'seed'] as const) {
    const value = number(`OLYMPUS_${key.toUpperCase()}`);
    if (value !== undefined) asked[key] = value;
  }
  const startAt = number('OLYMPUS_START_AT');
  if (startAt !== undefined) asked.startAt = startAt;
  const lane = lanes > 1 ? exec.scenario.iterationInTest : 0;
  Object.assign(asked, { lane, lanes });
  if (__ENV.OLYMPUS_HISTOGRAMS)
    asked.histograms = `${__ENV.OLYMPUS_HISTOGRAMS}/${own.scenario}${lanes > 1 ? `-${lane}` : ''}.hlog`;
  return asked;
}

const lanes = number('OLYMPUS_LANES') || 1;

/**
 * One iteration (a lane) that lasts as long as the load does: the engine schedules, not k6. Execution segments share
 * the iterations out, and with them the lanes.
 */
export const oneIteration = {
  executor: 'shared-iterations',
  vus: lanes,
  iterations: lanes,
  maxDuration: '24h',
} as const;

/** Writes the report where OLYMPUS_RESULT says, or a short summary to the terminal. */
export function handleSummary(data: {
  metrics: Record<string, { values: Record<string, number> }>;
}): Record<string, string> {
  if (__ENV.OLYMPUS_RESULT) return { [__ENV.OLYMPUS_RESULT]: reports() };
  const lines = Object.keys(data.metrics)
    .filter((name) => name.startsWith('olympus_'))
    .map((name) => `${name}  ${JSON.stringify(data.metrics[name]!.values)}`);
  return { stdout: `${lines.join('\n')}\n` };
}

function required(name: string): string {
  const value = __ENV[name];
  if (!value)
    throw new Error(`${name} is not set: see scenarios/load/environment.ts for what a load script needs`);
  return value;
}

function number(name: string): number | undefined {
  const text = __ENV[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`${name} must be a number of at least 0, not "${text}"`);
  return value;
}
