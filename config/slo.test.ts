import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Fault } from './fault.ts';
import { parseSlo, readSlo } from './slo.ts';

const names = { scenarios: ['storefront', 'checkout'], statements: ['orders/recent', 'orders/by-id'] };
const parse = (text: string) => parseSlo('slo.yaml', text, names);
const refused = (text: string, what: RegExp, next: RegExp = /./) =>
  assert.throws(
    () => parse(text),
    (error: Fault) => error.reason === 'usage' && what.test(error.message) && next.test(error.next),
  );

test('times become milliseconds, shares a part of one; a group of statements is a name', () => {
  const text = `scenarios:
  storefront: { p99: 50ms, max: 2s, errors: 0.1%, achieved: 98%, retries: 1% }
statements:
  orders/*: { p99: 20ms }
replicas:
  replica1: { lag: 1s, stale: 5% }
stores:
  olap: { equalAnswers: yes }
  cache: { limitExact: script }
  objects: { oneWriter: true }`;
  assert.deepEqual(parse(text), {
    scenarios: { storefront: { p99: 50, max: 2000, errors: 0.001, achieved: 0.98, retries: 0.01 } },
    statements: { 'orders/*': { p99: 20 } },
    replicas: { replica1: { lag: 1000, stale: 0.05 } },
    stores: {
      olap: { equalAnswers: true },
      cache: { limitExact: 'script' },
      objects: { oneWriter: true },
    },
  });
});

test('what is wrong is told with its line and the nearest right word', () => {
  refused(
    'scenarios:\n  storefront: {p99: 1ms}\nstatments: {}',
    /slo\.yaml:3: there is no "statments"/,
    /statements/,
  );
  refused(
    'scenarios:\n\n  storefrnt: { p99: 1ms }',
    /slo\.yaml:3: scenarios has no "storefrnt"/,
    /storefront/,
  );
  refused('statements:\n  orders/recnt: { p99: 1ms }', /:2: statements has no/, /orders\/recent/);
  refused('statements:\n  shops/*: { p99: 1ms }', /:2: statements has no "shops\/\*"/);
  refused('scenarios:\n  storefront:\n    errrs: 1%', /:3: scenarios has no limit "errrs"/, /errors/);
  refused('scenarios:\n  storefront: { p99: 20 }', /:2: p99 takes a time such as 20ms, not "20"/);
  refused('scenarios:\n  storefront: { p99: 0ms }', /:2: p99 takes a time such as 20ms, not "0ms"/);
  refused(
    'scenarios:\n  storefront:\n    p99: 50ms\n    p50: 60ms',
    /:3: p99 is limited more tightly than p50/,
  );
  refused('statements:\n  orders/*: { max: 1ms, p999: 2ms }', /:2: max is limited more tightly than p999/);
  refused('scenarios:\n  storefront: { errors: 0.001 }', /:2: errors takes a share/);
  refused('scenarios:\n  storefront: { errors: 140% }', /errors takes a share/);
  refused('stores:\n  olap: { equalAnswers: 99% }', /:2: equalAnswers is promised by yes, not by "99%"/);
  refused('stores:\n  olap: { oneWriter: yes }', /:2: olap has no limit "oneWriter"/, /equalAnswers/);
  refused('stores:\n  cache: { limitExact: scrpt }', /:2: limitExact takes the way/, /script/);
  refused('stores:\n  vector: { equalAnswers: yes }', /:2: stores has no "vector"/);
  refused('replicas:\n  replica3: { lag: 1s }', /:2: replicas has no "replica3"/);
});

test('an empty file, text, a list and broken YAML are no SLO file', () => {
  refused('', /due here/);
  refused('scenarios: {}', /holds no objective/);
  refused('- a', /due here/);
  refused('just text', /due here/);
  refused('scenarios: {\n  storefront: [', /slo\.yaml:\d: /);
});

test('a module may export it, and a file that is not there is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'olympus-slo-'));
  const file = join(folder, 'slo.ts');
  writeFileSync(file, "export default { scenarios: { checkout: { p99: '80ms' } } } as const;");
  assert.deepEqual((await readSlo(file, names)).scenarios, { checkout: { p99: 80 } });
  await assert.rejects(readSlo(join(folder, 'none.yaml'), names), /Cannot read .*none\.yaml/);
  rmSync(folder, { recursive: true });
});
