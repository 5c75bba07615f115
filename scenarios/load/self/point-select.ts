/** The harness against pgbench -S: one prepared statement, no identity, nothing else (bench/self/load.ts). */
import { run } from 'k6/x/olympus';
import { fromEnvironment, oneIteration, withEnvironment } from '../environment.ts';

const { endpoint, plan } = fromEnvironment();

export const options = { scenarios: { self: oneIteration } };

export default function pointSelect(): void {
  run(
    withEnvironment({
      scenario: 'point-select',
      endpoint,
      plan,
      identity: false,
      deadline: Number(__ENV.SELF_DEADLINE || 30),
      cores: Number(__ENV.SELF_CORES || 0),
    }),
  );
}

export { handleSummary } from '../environment.ts';
