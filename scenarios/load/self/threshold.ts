/** A threshold that nothing can keep, and no other goal (bench/self/verdicts). */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, withEnvironment } from '../environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = {
  scenarios: { threshold: oneIteration },
  thresholds: { olympus_requests: ['count>1000000'] },
};

export default function threshold(): void {
  run(
    withEnvironment({
      scenario: 'threshold',
      endpoint,
      plan,
      model: 'open',
      rate: 50,
      duration: '12s',
      warmup: '1s',
      statements: { 'products/by-id': 1 },
    }),
  );
}

export { handleSummary } from '../environment.ts';
