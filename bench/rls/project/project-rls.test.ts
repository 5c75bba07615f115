import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silent } from '../../../config/progress.ts';
import { suites } from '../../../config/suites.ts';
import { Topology } from '../../../infra/topology/topology.ts';
import { shop } from '../../../project/shop.ts';
import type { Statement } from '../../../scenarios/statement.ts';
import { findTenants } from '../../../scenarios/tenants.ts';
import { endpointOf } from '../../../test/scratch-setting.ts';
import { type TestDatabase, testDatabase } from '../../../test/server.ts';
import type { Setting } from '../../measure.ts';
import { projectRls } from './project-rls.ts';

// A database with policies that is not the shop's. Each policy that lets a row through is one that a reviewer might pass.
let database: TestDatabase;
const app = `olympus_test_${randomBytes(4).toString('hex')}`;
const own = `"Tenant Id" = nullif(current_setting('my.tenant', true), '')::bigint`;

before(async () => {
  database = await testDatabase('policies');
  const text = readFileSync(join(import.meta.dirname, 'project-rls.test.sql'), 'utf8');
  await database.admin.query(`CREATE ROLE ${app}; ${text.replaceAll('the_application', app)}`);
});
after(async () => {
  await database.admin.query(`DROP OWNED BY ${app}`);
  await database.admin.query(`DROP ROLE ${app}`);
  await database[Symbol.asyncDispose]();
});

const statement = (name: string, sql: string): Statement => ({
  ...{ name, sql, what: name, weight: 1, kind: 'read', role: 'app', expects: [], file: `${name}.sql` },
  params: sql.includes('$1') ? [{ name: 'p1', source: 'tenant', column: 'id' }] : [],
  sources: new Map([
    [
      'tenant',
      { name: 'tenant', what: '', columns: ['id'], sql: 'SELECT $1::bigint AS id', file: 'tenant.sql' },
    ],
  ]),
});

const filtering = statement(
  'filters',
  'SELECT * FROM "My App"."Notes" WHERE "Tenant Id" = $1 ORDER BY id LIMIT 5',
);
const relying = statement('relies', 'SELECT "Tenant Id", id FROM "My App"."Notes" ORDER BY id LIMIT 5');
const silentOf = statement(
  'says-nothing',
  'SELECT body FROM "My App"."Notes" WHERE "Tenant Id" = $1 LIMIT 5',
);
const elsewhere = statement('elsewhere', 'SELECT * FROM "My App".countries WHERE $1::bigint > 0');

const tenants = {
  file: 'olympus.yaml',
  sql: 'SELECT "Tenant Id" AS id, count(*) AS size FROM "My App"."Notes" GROUP BY 1',
  identity: { 'my.tenant': 'id' },
};

const usual = [filtering, relying, silentOf, elsewhere];

async function measured(
  change: Partial<Setting['project']> = {},
  acts: string | null = app,
  catalogue: readonly Statement[] = usual,
) {
  const endpoint = endpointOf(database.url);
  const project: Setting['project'] = {
    ...{ ...shop, data: 'asIs', tenants, tenantColumn: 'Tenant Id' },
    ...change,
  };
  return await projectRls({
    topology: new Topology(
      [
        {
          ...endpoint,
          url(login, name) {
            const url = new URL(endpoint.url('admin', name ?? database.name));
            if (login === 'app' && acts) url.searchParams.set('options', `-c role=${acts}`);
            return url.href.replaceAll('+', '%20');
          },
        },
      ],
      [],
      async () => {},
    ),
    ...{ database: database.name, project, catalogue },
    tenants: project.tenants ? await findTenants(database.admin, project.tenants) : [],
    ...{ seed: 1, budget: suites.smoke, progress: silent, signal: new AbortController().signal },
    keep: async (file) => file,
  });
}

/** Without the price, which takes its time. */
const unpriced = usual.map((each) => ({ ...each, weight: 0 }));

/** What is read while something is otherwise, which is put back. */
async function whileIs(change: string, back: string) {
  await database.admin.query(change);
  try {
    return await measured({}, app, unpriced);
  } finally {
    await database.admin.query(back);
  }
}

const leaking = ({ rls }: Awaited<ReturnType<typeof measured>>) =>
  rls!.leaks.byStatement.filter(({ foreignRows }) => foreignRows > 0).map((each) => each.statement);

test('policies that hold: no foreign row of those that say whose they are, and their price where the work is the same', async () => {
  const { rls, warnings, skipped } = await measured();
  assert.equal(skipped, undefined);
  assert.deepEqual(
    [rls!.leaks.foreignRows, rls!.leaks.byStatement.filter(({ foreignRows }) => foreignRows > 0)],
    [0, []],
  );
  const rows = Object.fromEntries(rls!.leaks.byStatement.map((each) => [each.statement, each.rows]));
  assert.equal(rows.elsewhere, undefined, 'no policy guards what it reads');
  assert.equal(rows['says-nothing'], 0);
  assert.ok(rows.filters! > 0 && rows['every visible row of My App.Notes']! > 0);
  assert.ok(rows['every visible row of My App.recent']! > 0, 'a view of it is read too');
  assert.match(warnings!.map(({ message }) => message).join(), /whose they are.*: says-nothing\./);
  assert.match(warnings!.map(({ message }) => message).join(), /is NULL were seen.*templates: \d/);
  const of = (name: string) => rls!.overhead.filter(({ statement }) => statement === name);
  assert.deepEqual([...new Set(rls!.overhead.map(({ variant }) => variant))], ['in force']);
  assert.equal(of('filters').length, 2);
  for (const { ratio, pairs, offMs } of of('filters')) assert.ok(ratio! > 0 && pairs > 0 && offMs! > 0);
  for (const { ratio, why } of of('relies')) {
    assert.equal(ratio, null);
    assert.match(why!, /other rows \(5 both times\): the policy is its filter/);
  }
});

test('each policy that lets a row through is found by one who should not see it', async () => {
  const policy = 'ALTER POLICY own ON "My App"."Notes" USING';
  const back = `${policy} (${own})`;
  const open = await whileIs(`${policy} (true)`, back);
  assert.ok(leaking(open).includes('relies') && leaking(open).includes('filters'));
  const unset = await whileIs(`${policy} (${own} OR current_setting('my.tenant', true) IS NULL)`, back);
  assert.ok(leaking(unset).includes('every visible row of My App.Notes'), 'who never said a tenant');
  const empty = await whileIs(`${policy} (${own} OR current_setting('my.tenant', true) = '')`, back);
  assert.ok(leaking(empty).includes('every visible row of My App.Notes'), 'who said an empty one');
  const view = await whileIs(
    'ALTER VIEW "My App".recent RESET (security_invoker)',
    'ALTER VIEW "My App".recent SET (security_invoker)',
  );
  assert.deepEqual(leaking(view), ['every visible row of My App.recent']);
  const part = await whileIs(
    `GRANT SELECT ON "My App".p1 TO ${app}`,
    `REVOKE SELECT ON "My App".p1 FROM ${app}`,
  );
  assert.deepEqual(leaking(part), ['every visible row of My App.p1']);
});

test('what cannot be known is absent with its reason, never 0 foreign rows', async () => {
  const why = async (...args: [Partial<Setting['project']>?, (string | null)?]) => {
    const { rls, skipped } = await measured(args[0], args[1], unpriced);
    assert.equal(rls, undefined);
    return skipped![0]!;
  };
  const unnamed = await why({ tenantColumn: null });
  assert.match(unnamed.why, /names tenants and identity, and no tenantColumn/);
  assert.equal(unnamed.applies, false);
  assert.match((await why({}, null)).why, /no policy binds \S+, .* superuser/);
  assert.match((await why({ tenantColumn: 'tenant' })).why, /nothing that has the column tenant$/);
  const wrongIds = {
    ...tenants,
    sql: 'SELECT 1000 + "Tenant Id" AS id, 1 AS size FROM "My App"."Notes" GROUP BY 1',
  };
  assert.match((await why({ tenants: wrongIds })).why, /no row was seen whose Tenant Id is that tenant/);
  const wrongSetting = { ...tenants, identity: { 'my.tenent': 'id' } };
  assert.match((await why({ tenants: wrongSetting })).why, /no row was seen/);
  const one = { ...tenants, sql: `${tenants.sql} LIMIT 1` };
  assert.match((await why({ tenants: one })).why, /lists one tenant/);
  await database.admin.query('ALTER TABLE "My App"."Notes" DISABLE ROW LEVEL SECURITY');
  await database.admin.query(`ALTER TABLE "My App".templates DISABLE ROW LEVEL SECURITY`);
  await database.admin.query(`ALTER TABLE "My App".parts DISABLE ROW LEVEL SECURITY`);
  assert.match((await why()).why, /no table of this database has row-level security/);
});

test('nothing is written by what a statement calls: it fails, and is named', async () => {
  await database.admin.query('ALTER TABLE "My App"."Notes" ENABLE ROW LEVEL SECURITY');
  await database.admin.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA "My App" TO ${app}`);
  const sequence = 'SELECT last_value FROM "My App"."Notes_id_seq"';
  const { rows: before } = await database.admin.query(sequence);
  const writing = statement(
    'writes',
    `SELECT nextval('"My App"."Notes_id_seq"'), n.* FROM "My App"."Notes" AS n`,
  );
  const { rls, warnings } = await measured({}, app, [writing]);
  assert.match(rls!.overhead[0]!.why!, /fails without the policies: .*read-only transaction/);
  assert.match(
    warnings!.map(({ message }) => message).join(),
    /writes: cannot execute nextval\(\) in a read-only/,
  );
  assert.deepEqual((await database.admin.query(sequence)).rows, before);
});
