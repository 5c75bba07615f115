/**
 * Everybody comes at once: a new connection for every request, so that opening it is what is measured.
 * By hand: `k6 run scenarios/load/login-storm.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { 'login-storm': oneIteration },
  thresholds: thresholds(1000),
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
