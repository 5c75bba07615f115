import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { patience } from '../../test/patience.ts';
import { testDatabase } from '../../test/server.ts';
import { runLoad } from './run-load.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-client-'));
after(() => rmSync(folder, { recursive: true }));

const script = join(folder, 'script.ts');
writeFileSync(
  script,
  `import { client, endpoint, saveReports } from 'k6/x/olympus';
const db = client(endpoint(__ENV.OLYMPUS_URL, { protocol: 'prepared' }), { warmup: 0.3, duration: 1 });
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 1 } } };
function both() {
  const rows = db.query("SELECT nextval('sent') FROM generate_series(1, $1::int)", 3);
  const own = db.tx({ organization: 'o', user: 'u' }, "SELECT 1 WHERE current_setting('app.org_id') = $1", 'o');
  if (rows !== 3 || own !== 1) throw new Error(rows + ' rows and ' + own);
}
export default function () {
  both(); // the clock runs from the first connection on
  for (const end = Date.now() + 1500; Date.now() < end; ) both();
}
export function teardown() { saveReports(__ENV.OLYMPUS_RESULT); }`,
);

test('a script that sends each statement itself is recorded in its window only', async () => {
  const signal = patience();
  await using database = await testDatabase('load_client');
  await database.admin.query('CREATE SEQUENCE sent');
  const { report } = await runLoad({
    ...{ k6: await findK6({ progress: silent, signal }), script, url: database.url, protocol: 'prepared' },
    plan: { statements: [], tenants: [], draws: {} },
    ...{ duration: seconds(2), summary: false, seed: 1, progress: silent, signal },
  });
  assert.deepEqual(report.errors, {});
  assert.equal(report.seconds, 1);
  assert.ok(report.requests > 2 && report.usage.cpuSeconds > 0, `${report.requests} requests`);
  const recorded = (report.rows - report.requests) / 2; // of the statement with 3 rows; the other has 1
  const { rows } = await database.admin.query<{ n: number }>('SELECT last_value::int / 3 AS n FROM sent');
  assert.ok(recorded > 0 && recorded < rows[0]!.n, `${recorded} recorded of ${rows[0]!.n}`);
});
