/**
 * Everything the load plan holds, at the catalogue's own weights.
 * By hand: `k6 run scenarios/load/mixed.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { mixed: oneIteration },
  thresholds: {
    olympus_response: ['p(99)<250'],
    olympus_requests: ['count>0'], // without samples k6 would let the line above pass
    olympus_errors: ['rate<0.001'],
    olympus_dropped: ['count==0'],
  },
};

export default function mixed(): void {
  run(
    withEnvironment({
      scenario: 'mixed',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 200,
      duration: '30s',
      warmup: '5s',
    }),
  );
}

export { handleSummary } from './environment.ts';
