/**
 * What a load script takes from its environment, so that the same script runs under `./olympus load` and by hand:
 *
 *   OLYMPUS_URL          where to send requests: a connection string, or `null:` for no server  (required)
 *   OLYMPUS_PLAN         file with the load plan; every run keeps its own as raw/load-plan.json (required)
 *   OLYMPUS_PROTOCOL     extended (default), prepared, simple
 *   OLYMPUS_CONNECTIONS  size of the connection pool (default: the script's)
 *   OLYMPUS_CLIENTS      clients that share the pool (default: one a connection)
 *   OLYMPUS_RATE         arrivals a second; 0 is the closed model
 *   OLYMPUS_ARRIVALS     constant, poisson, ramp (from OLYMPUS_RATE to OLYMPUS_RATE_TO), replay
 *   OLYMPUS_RATE_TO      where a ramp ends
 *   OLYMPUS_OFFSETS      file to replay: seconds, ascending, one a line
 *   OLYMPUS_SPEED        how many times as fast it is replayed
 *   OLYMPUS_THINK        mean pause of a client or a session, in seconds
 *   OLYMPUS_REPLICAS     connection strings with a space between: reads go there (\`replicas\` of run())
 *   OLYMPUS_DURATION     seconds, measured
 *   OLYMPUS_WARMUP       seconds before them, discarded
 *   OLYMPUS_SEED         decides arrivals, statements and parameters
 *   OLYMPUS_RESULT       file for the report (JSON), or \`stdout\`
 *   OLYMPUS_THRESHOLDS   file for the script's thresholds with their values (JSON)
 *   OLYMPUS_HISTOGRAMS   folder for the histograms of every second (<scenario>.hlog, HdrHistogram log)
 *   OLYMPUS_SCHEDULING   the best scheduling class that the generator may ask for: realtime (default), raised, normal
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
  type Scheduling,
} from 'k6/x/olympus';

/** The endpoint and the plan that the environment names. */
export function fromEnvironment(connections = 16): { endpoint: Endpoint; plan: LoadPlan } {
  const place = (url: string) =>
    endpoint(url, {
      connections: number('OLYMPUS_CONNECTIONS') ?? connections,
      protocol: (__ENV.OLYMPUS_PROTOCOL as Protocol) || 'extended',
    });
  replicas = (__ENV.OLYMPUS_REPLICAS ?? '').split(/\s+/).filter(Boolean).map(place);
  return { endpoint: place(required('OLYMPUS_URL')), plan: loadPlan(open(required('OLYMPUS_PLAN'))) };
}

let replicas: Endpoint[] = [];
const lines = __ENV.OLYMPUS_OFFSETS ? open(__ENV.OLYMPUS_OFFSETS).trim().split('\n') : undefined;

/**
 * A scenario's objectives as k6 thresholds. A latency threshold alone passes when there are no samples at all, so it
 * never stands alone.
 * @param p99 Milliseconds that 99 % of the responses may take; none when absent.
 */
export const thresholds = (p99?: number) => ({
  ...(p99 === undefined ? {} : { olympus_response: [`p(99)<${p99}`] }),
  olympus_requests: ['count>0'],
  olympus_errors: ['rate<0.001'],
  olympus_dropped: ['count==0'],
});

/** The script's own options with what the environment overrides. */
export function withEnvironment(own: RunOptions): RunOptions {
  const asked: RunOptions = { ...own };
  const rate = number('OLYMPUS_RATE');
  if (rate !== undefined) Object.assign(asked, { rate, model: rate === 0 ? 'closed' : 'open' });
  if (__ENV.OLYMPUS_ARRIVALS) asked.arrivals = __ENV.OLYMPUS_ARRIVALS as NonNullable<RunOptions['arrivals']>;
  if (__ENV.OLYMPUS_SCHEDULING) asked.scheduling = __ENV.OLYMPUS_SCHEDULING as Scheduling;
  if (lines) asked.offsets = lines.map(Number);
  if (replicas.length > 0) asked.replicas = replicas;
  for (const [key, name] of Object.entries(numbers) as [keyof typeof numbers, string][]) {
    const value = number(`OLYMPUS_${name}`);
    if (value !== undefined) asked[key] = value;
  }
  const lane = lanes > 1 ? exec.scenario.iterationInTest : 0;
  Object.assign(asked, { lane, lanes });
  if (__ENV.OLYMPUS_HISTOGRAMS)
    asked.histograms = `${__ENV.OLYMPUS_HISTOGRAMS}/${own.scenario}${lanes > 1 ? `-${lane}` : ''}.hlog`;
  return asked;
}

const numbers = {
  rateTo: 'RATE_TO',
  speed: 'SPEED',
  thinkTime: 'THINK',
  clients: 'CLIENTS',
  duration: 'DURATION',
  warmup: 'WARMUP',
  seed: 'SEED',
  startAt: 'START_AT',
} as const;

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

interface Summary {
  metrics: Record<
    string,
    { type: string; values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> } | undefined
  >;
}

/** Writes the report where OLYMPUS_RESULT says, or a short summary to the terminal. */
export function handleSummary(data: Summary): Record<string, string> {
  const files: Record<string, string> = {};
  if (__ENV.OLYMPUS_THRESHOLDS) files[__ENV.OLYMPUS_THRESHOLDS] = JSON.stringify(judged(data));
  if (__ENV.OLYMPUS_RESULT) return { ...files, [__ENV.OLYMPUS_RESULT]: reports() };
  const lines = Object.keys(data.metrics)
    .filter((name) => name.startsWith('olympus_'))
    .map((name) => `${name}  ${JSON.stringify(data.metrics[name]!.values)}`);
  return { ...files, stdout: `${lines.join('\n')}\n` };
}

/**
 * Every threshold of the script: what it says, the value that k6 found, and whether it was kept. k6 takes a percentile
 * of nothing for 0, and so for kept: without a sample there is neither a value nor an answer.
 */
const judged = ({ metrics }: Summary) =>
  Object.entries(metrics).flatMap(([metric, found]) =>
    Object.entries(found?.thresholds ?? {}).map(([condition, { ok }]) => {
      const [, what = '', limit] = /^\s*([a-z]+(?:\([\d.]+\))?)\s*[<>=!]+\s*(-?[\d.]+)/.exec(condition) ?? [];
      return {
        source: `${metric} ${condition}`,
        value: sampled(found!) ? (found!.values[what] ?? null) : null,
        limit: limit === undefined ? null : Number(limit),
        ok: sampled(found!) ? ok : null,
      };
    }),
  );

/** Whether a metric has any sample; of a counter that is what it counts. */
function sampled({ type, values }: NonNullable<Summary['metrics'][string]>): boolean {
  if (type === 'trend') return values.count !== 0;
  return type !== 'rate' || (values.passes ?? 0) + (values.fails ?? 0) > 0;
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
