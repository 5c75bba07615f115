/**
 * Visitors of many shops: lists, product pages, searches, each under row-level security as a member of its tenant.
 * By hand: `k6 run scenarios/load/storefront.ts`, with the environment that ./environment.ts describes.
 */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, thresholds, withEnvironment } from './environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { storefront: oneIteration },
  thresholds: thresholds(250),
};

export default function storefront(): void {
  run(
    withEnvironment({
      scenario: 'storefront',
      endpoint,
      plan,
      model: 'open',
      arrivals: 'poisson',
      rate: 200,
      duration: '30s',
      warmup: '5s',
      statements: {
        'products/listing': 20,
        'products/by-id': 30,
        'products/category-price': 10,
        'products/search-function': 8,
        'products/with-variants': 6,
        'products/variants-of': 6,
        'products/active-name': 5,
        'products/keyset': 5,
        'members/of-user': 10,
      },
    }),
  );
}

export { handleSummary } from './environment.ts';
