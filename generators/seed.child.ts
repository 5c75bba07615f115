/** A process that seeds, for the tests that kill it: says its progress on standard output. */
import { connect } from '../infra/topology/session.ts';
import { seed } from './seed.ts';

const [url = '', scale = ''] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);
await seed(() => connect(url), {
  scale,
  seed: 42,
  progress: {
    stage: say,
    note: say,
    warn: say,
    count: (done, _, unit) => say(`${done} ${unit}`),
  },
});
