/**
 * Everybody comes at once: a new connection for every request, so that opening it is what is measured.
 * By hand: `k6 run scenarios/load/login-storm.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { 'login-storm': oneIteration },
  thresholds: {
    olympus_response: ['p(99)<1000'],
    olympus_requests: ['count>0'], // without samples k6 would let the line above pass
    olympus_errors: ['rate<0.001'],
    olympus_dropped: ['count==0'],
  },
};

export default function loginStorm(): void {
  run(
    withEnvironment({
      scenario: 'login-storm',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 50,
      duration: '30s',
      warmup: '2s',
      reconnect: true,
      statements: { 'members/of-user': 1 },
    }),
  );
}

export { handleSummary } from './environment.ts';
