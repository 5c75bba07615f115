/** A process that seeds, for the tests that kill it: it kills itself as soon as its progress says `end`. */
import { connect } from '../infra/topology/session.ts';
import { seed } from './seed.ts';

const [url = '', scale = '', end = ''] = process.argv.slice(2);
// By its own hand: on a busy machine it would have gone on, or be done, until another process had read its words.
const say = (text: string) => void (new RegExp(end).test(text) && process.kill(process.pid, 'SIGKILL'));
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
