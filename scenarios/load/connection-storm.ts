/**
 * A thousand clients that ask now and then, over the few server connections of a pooler.
 * By hand: `k6 run scenarios/load/connection-storm.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment(1000);

export const options = {
  scenarios: { 'connection-storm': oneIteration },
  thresholds: thresholds(1000),
};

export default function connectionStorm(): void {
  run(
    withEnvironment({
      scenario: 'connection-storm',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 500,
      duration: '30s',
      warmup: '5s',
      statements: { 'products/by-id': 60, 'members/of-user': 40 },
    }),
  );
}

export { handleSummary } from './environment.ts';
