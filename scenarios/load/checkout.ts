/**
 * Customers who look and buy: product, variants, and an order with its item. It writes: `./olympus load` gives it a copy
 * of the database.
 * By hand: `k6 run scenarios/load/checkout.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { checkout: oneIteration },
  thresholds: thresholds(500),
};

export default function checkout(): void {
  run(
    withEnvironment({
      scenario: 'checkout',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 100,
      duration: '30s',
      warmup: '5s',
      retries: 3, // after a deadlock or a serialization failure; counted
      statements: {
        'products/by-id': 40,
        'products/variants-of': 20,
        'members/of-user': 20,
        'orders/create': 20,
      },
    }),
  );
}

export { handleSummary } from './environment.ts';
