/**
 * The platform's support looks for people, products and orders by whatever a customer can tell. It crosses tenants, so it
 * runs as the owner and every statement filters by itself.
 * By hand: `k6 run scenarios/load/admin-search.ts`, with the environment that ./environment.ts describes.
 * @as owner
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { 'admin-search': oneIteration },
  thresholds: thresholds(500),
};

export default function adminSearch(): void {
  run(
    withEnvironment({
      scenario: 'admin-search',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 20,
      duration: '30s',
      warmup: '5s',
      identity: false,
      statements: {
        'users/search': 25,
        'users/by-name-part': 15,
        'users/by-email': 25,
        'users/by-id': 15,
        'products/search': 10,
        'orders/by-number': 10,
      },
    }),
  );
}

export { handleSummary } from './environment.ts';
