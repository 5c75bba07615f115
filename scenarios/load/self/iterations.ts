/** The scripting path against pgbench -S: one k6 iteration a query (bench/self/load.ts). */
import { client, endpoint, saveReports } from 'k6/x/olympus';

const vus = Number(__ENV.OLYMPUS_CONNECTIONS || 8);
const accounts = 500_000;
const warmup = Number(__ENV.OLYMPUS_WARMUP || 0);
const duration = Number(__ENV.OLYMPUS_DURATION || 2);
const db = client(endpoint(__ENV.OLYMPUS_URL ?? '', { protocol: 'prepared' }), { warmup, duration });

export const options = {
  noCookiesReset: true, // there are none, and a new jar an iteration costs
  scenarios: {
    iterations: {
      executor: 'constant-vus',
      vus,
      duration: `${1000 * (warmup + duration) + 100}ms`, // the window begins when the first has connected
      gracefulStop: '5s',
    },
  },
};

export default function iteration(): void {
  const account = 1 + Math.floor(Math.random() * accounts);
  db.query('SELECT abalance FROM public.pgbench_accounts WHERE aid = $1', account);
}

/** In place of handleSummary: a summary counts every iteration twice more, which is a twentieth of the rate. */
export function teardown(): void {
  saveReports(__ENV.OLYMPUS_RESULT ?? '');
}
