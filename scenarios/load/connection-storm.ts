/**
 * A thousand clients that ask now and then, over the few server connections of a pooler.
 * By hand: `k6 run scenarios/load/connection-storm.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment(1000);

export const options = {
  scenarios: { 'connection-storm': oneIteration },
  thresholds: {
    olympus_response: ['p(99)<1000'],
    olympus_requests: ['count>0'], // without samples k6 would let the line above pass
    olympus_errors: ['rate<0.001'],
    olympus_dropped: ['count==0'],
  },
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
