/**
 * Everything the load plan holds, at the catalogue's own weights.
 * By hand: `k6 run scenarios/load/mixed.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { mixed: oneIteration },
  thresholds: thresholds(250),
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
