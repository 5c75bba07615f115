/**
 * Staff of many shops at their orders: newest ones, by status, one with its items, the next page.
 * By hand: `k6 run scenarios/load/order-history.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { 'order-history': oneIteration },
  thresholds: thresholds(250),
};

export default function orderHistory(): void {
  run(
    withEnvironment({
      scenario: 'order-history',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 200,
      duration: '30s',
      warmup: '5s',
      statements: {
        'orders/recent': 30,
        'orders/by-status': 15,
        'orders/by-id': 20,
        'orders/with-items': 15,
        'orders/by-user': 10,
        'orders/keyset': 10,
      },
    }),
  );
}

export { handleSummary } from './environment.ts';
