/**
 * Staff that ships orders and looks at them: writes go to the primary, reads to the replicas, and everybody reads what
 * their shop wrote. It writes: `./olympus load` gives it a copy of the database.
 * By hand: `k6 run scenarios/load/order-desk.ts`, with the environment that ./environment.ts describes.
 * @via replicas
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { 'order-desk': oneIteration },
  thresholds: thresholds(250),
};

export default function orderDesk(): void {
  run(
    withEnvironment({
      scenario: 'order-desk',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 100,
      duration: '30s',
      warmup: '5s',
      retries: 3, // after a conflict with what the replica replays; counted
      statements: {
        'orders/ship': 10,
        'orders/recent': 40,
        'orders/by-id': 30,
        'orders/with-items': 20,
      },
    }),
  );
}

export { handleSummary } from './environment.ts';
