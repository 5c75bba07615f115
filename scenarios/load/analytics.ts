/**
 * Dashboards of many shops, on the replica that is there for them: rankings and windows over thirty days, prepared metrics.
 * By hand: `k6 run scenarios/load/analytics.ts`, with the environment that ./environment.ts describes.
 * @via replica2
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment(8);

export const options = {
  scenarios: { analytics: oneIteration },
  thresholds: thresholds(2000),
};

export default function analytics(): void {
  run(
    withEnvironment({
      scenario: 'analytics',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 10,
      duration: '30s',
      warmup: '5s',
      statements: {
        'orders/product-ranking': 30,
        'orders/daily-window': 40,
        'analytics/dashboard': 30,
      },
    }),
  );
}

export { handleSummary } from './environment.ts';
