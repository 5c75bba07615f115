/**
 * Visitors who come when they like and then take their time: list, product, its variants, an order. Partly open: sessions
 * arrive on a schedule, and a session's next statement follows its last answer after a pause. It writes: `./olympus load`
 * gives it a copy of the database. The rate is that of the sessions.
 * By hand: `k6 run scenarios/load/shopping-session.ts`, with the environment that ./environment.ts describes.
 * @rate own
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { 'shopping-session': oneIteration },
  thresholds: thresholds(500),
};

export default function shoppingSession(): void {
  run(
    withEnvironment({
      scenario: 'shopping-session',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 20,
      duration: '30s',
      warmup: '10s',
      thinkTime: '1s',
      retries: 3, // after a deadlock or a serialization failure; counted
      session: [
        'products/listing',
        { statement: 'products/by-id', goOn: 0.9 },
        { statement: 'products/variants-of', goOn: 0.7 },
        { statement: 'orders/create', goOn: 0.3 },
      ],
    }),
  );
}

export { handleSummary } from './environment.ts';
