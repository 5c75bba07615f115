/**
 * One tenant storms: what happens to the others? They come at a steady rate all the time; in the second half the largest
 * tenant asks as fast as eight clients can. Two reports: "others-alone" and "others-in-the-storm" (and the storm's own).
 * By hand: `k6 run scenarios/load/noisy-neighbour.ts`, with the environment that ./environment.ts describes.
 */
import { endpoint as endpointOf, type RunOptions, run } from 'k6/x/olympus';
import { fromEnvironment, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();
const storming = endpointOf(__ENV.OLYMPUS_URL ?? '', { connections: 8 });
const half = Number(__ENV.OLYMPUS_DURATION || 30) / 2;
const warmup = Number(__ENV.OLYMPUS_WARMUP || 2);
const once = { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration: '24h' } as const;

export const options = {
  scenarios: {
    others: { ...once, exec: 'others' },
    storm: { ...once, exec: 'storm', startTime: `${half + warmup}s` },
  },
  thresholds: thresholds(),
};

const steady: Omit<RunOptions, 'scenario'> = {
  ...{ endpoint, plan, tenants: 'others', model: 'open', arrivals: 'poisson', rate: 200 },
};

export function others(): void {
  run({ ...withEnvironment({ ...steady, scenario: 'others-alone' }), duration: half, warmup });
  run({ ...withEnvironment({ ...steady, scenario: 'others-in-the-storm' }), duration: half, warmup: 0 });
}

export function storm(): void {
  const own: RunOptions = { scenario: 'storm', endpoint: storming, plan, tenants: 'largest' };
  run({ ...withEnvironment(own), model: 'closed', rate: 0, duration: half, warmup: 0 });
}

export { handleSummary } from './environment.ts';
