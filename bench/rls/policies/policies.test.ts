import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from '../../../infra/topology/session.ts';
import { type ScratchSetting, scratchSetting } from '../../../test/scratch-setting.ts';
import { bareCalls, wrapped } from './bare-calls.ts';
import { judgePolicies, unresolved } from './judge.ts';
import { findingsOf } from './lint.ts';
import { mutationName, policyMutations } from './policy-mutations.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

const mutate = (options?: Parameters<typeof policyMutations>[3]) =>
  policyMutations(setting.scratch.admin, setting.tenants[0]!, setting.tenants[1]!, options);

test('every policy that is removed, weakened or loses its WITH CHECK is noticed', async () => {
  const outcomes = await mutate();
  assert.deepEqual(
    outcomes.filter(({ caught }) => caught === null).map(({ mutation }) => mutationName(mutation)),
    [],
  );
  const { rows } = await setting.scratch.admin.query('SELECT FROM pg_policies');
  const of = (kind: string) => outcomes.filter(({ mutation }) => mutation.kind === kind);
  assert.equal(of('removed').length, rows.length);
  for (const kind of ['removed', 'USING true', 'WITH CHECK true'])
    assert.ok(
      of(kind).every(({ caught }) => caught === 'read' || caught === 'write'),
      kind,
    );
  // PostgreSQL takes USING for a missing WITH CHECK: of an UPDATE, only the linter can tell
  assert.ok(
    of('WITH CHECK dropped').every(
      ({ caught, mutation }) =>
        caught === (mutation.policy.command === 'UPDATE' ? 'lint' : 'write') ||
        mutation.policy.name === 'orders_cancel',
    ),
  );
});

test('a change that changes nothing is not noticed, and all is as it was', async () => {
  const rowsOf = async () =>
    (
      await setting.scratch.admin.query(
        'SELECT count(*) FROM core.orders UNION ALL SELECT count(*) FROM pg_policies',
      )
    ).rows;
  const before = await rowsOf();
  const [outcome] = await mutate({
    mutations: ([policy]) => [{ policy: policy!, kind: 'removed', sql: 'SELECT 1' }],
  });
  assert.deepEqual([outcome!.caught, outcome!.how], [null, 'nothing noticed it']);
  assert.deepEqual(await rowsOf(), before);
});

/** What the linter says beyond what it says of the base, after a change that is taken back. */
async function findingsAfter(change: string) {
  const { admin } = setting.scratch;
  const base = new Set((await findingsOf(admin)).map(({ rule, object }) => `${rule} ${object}`));
  await admin.query('BEGIN');
  try {
    await admin.query(change);
    const found = await findingsOf(admin);
    for (const { fix } of found) if (fix) await admin.query(fix); // every fix is SQL that runs
    const left = await findingsOf(admin);
    return {
      found: found
        .map(({ rule, object, severity }) => `${severity} ${rule} ${object}`)
        .filter((text) => !base.has(text.replace(/^\w+ /, ''))),
      fixes: found.filter(({ rule, object }) => !base.has(`${rule} ${object}`)).map(({ fix }) => fix),
      left: left.map(({ rule, object }) => `${rule} ${object}`).filter((text) => !base.has(text)),
    };
  } finally {
    await admin.query('ROLLBACK');
  }
}

test('a login that may act as the owner is not taken for one whom the policies are to bind', async () => {
  const { admin } = setting.scratch;
  await admin.query('BEGIN');
  await admin.query('CREATE ROLE r_owner_login LOGIN IN ROLE olympus_owner');
  const found = await findingsOf(admin).finally(() => admin.query('ROLLBACK'));
  assert.deepEqual(
    found.filter(({ message, fix }) => `${message} ${fix}`.includes('r_owner_login')),
    [],
  );
});

test('the base has one finding: a view that filters by tenant itself', async () => {
  const found = await findingsOf(setting.scratch.admin);
  assert.deepEqual(
    found.map(({ rule, object }) => [rule, object]),
    [['view-of-its-owner', 'analytics.organization_metrics']],
  );
});

const cases: readonly (readonly [what: string, change: string, expected: string, fix: RegExp | null])[] = [
  [
    'a bare function',
    'ALTER POLICY tenant_select ON core.products USING (organization_id = ANY (auth.user_organizations()))',
    'warning bare-function core.products.tenant_select',
    /ANY \(\(SELECT auth\.user_organizations\(\)\)::uuid\[\]\)/,
  ],
  [
    'several permissive policies',
    "CREATE POLICY archive ON core.products FOR SELECT TO olympus_app, olympus_readonly USING (status = 'archived')",
    'warning several-permissive core.products SELECT',
    /^DROP POLICY .*; ALTER POLICY .* OR /,
  ],
  [
    'a compared column without an index',
    `CREATE TABLE core.r_notes (id int, organization_id uuid); ALTER TABLE core.r_notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
     CREATE INDEX ON core.r_notes (id, organization_id);
     CREATE POLICY own ON core.r_notes FOR SELECT USING (organization_id = (SELECT auth.current_org()))`,
    'warning no-index core.r_notes.organization_id',
    /^CREATE INDEX ON "core"\."r_notes" \("organization_id"\)$/,
  ],
  [
    'security that is not forced',
    'ALTER TABLE core.orders NO FORCE ROW LEVEL SECURITY',
    'warning not-forced core.orders',
    /FORCE ROW LEVEL SECURITY$/,
  ],
  [
    'a table of tenants without security',
    'ALTER TABLE core.products DISABLE ROW LEVEL SECURITY',
    'error no-row-security core.products',
    /ENABLE ROW LEVEL SECURITY/,
  ],
  [
    'a policy for everybody',
    'ALTER POLICY tenant_insert ON core.orders WITH CHECK (true)',
    'error open-policy core.orders.tenant_insert',
    null,
  ],
  [
    'an UPDATE without WITH CHECK',
    'DROP POLICY users_update ON core.users; CREATE POLICY users_update ON core.users FOR UPDATE TO olympus_app USING (id = (SELECT auth.uid()))',
    'note no-check core.users.users_update',
    /WITH CHECK \(\(id = /,
  ],
  [
    'a partition that may be read',
    'GRANT SELECT (id) ON core.orders_2026_05, core.orders_2026_06 TO olympus_app',
    'error partition-grant partitions of core.orders to olympus_app',
    /^REVOKE ALL ON core\.orders_2026_05, core\.orders_2026_06 FROM olympus_app$/,
  ],
  [
    'a view of its owner',
    'CREATE VIEW core.r_orders AS SELECT * FROM core.orders; GRANT SELECT ON core.r_orders TO olympus_app',
    'warning view-of-its-owner core.r_orders',
    /security_invoker = true/,
  ],
  [
    'a definer function on the caller’s search_path',
    'CREATE FUNCTION core.r_all(n integer) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM core.orders $$',
    'error definer-search-path core.r_all(n integer)',
    /SET search_path = pg_catalog, pg_temp$/,
  ],
  [
    'a right on a table whole',
    'GRANT DELETE, TRUNCATE ON core.products TO olympus_app',
    'error lockable-table core.products by olympus_app',
    /^REVOKE DELETE, TRUNCATE ON core\.products FROM olympus_app$/,
  ],
  [
    'defaults of a login',
    "CREATE ROLE r_app_login LOGIN IN ROLE olympus_app; ALTER ROLE r_app_login SET search_path = 'nowhere'",
    'warning login-defaults r_app_login: search_path=nowhere',
    /^ALTER ROLE r_app_login RESET ALL$/,
  ],
  [
    'security without a policy',
    'CREATE TABLE core.r_locked (id int); ALTER TABLE core.r_locked ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT ON core.r_locked TO olympus_app',
    'note no-policy core.r_locked',
    null,
  ],
];

for (const [what, change, expected, fix] of cases)
  test(`the linter finds ${what}, and no more; its fix leaves nothing to find`, async () => {
    const { found, fixes, left } = await findingsAfter(change);
    assert.deepEqual(found, [expected]);
    if (fix === null) assert.deepEqual(fixes, [null]);
    else {
      assert.match(fixes[0]!, fix);
      assert.deepEqual(left, []);
    }
  });

test('a call is bare unless a subselect without FROM holds it, or it takes a column', () => {
  const names = (text: string) => bareCalls(text).map(({ name }) => name);
  assert.deepEqual(names('(organization_id = ANY (auth.orgs()))'), ['auth.orgs']);
  assert.deepEqual(names('(organization_id = ( SELECT auth.current_org() AS current_org))'), []);
  assert.deepEqual(names('(auth.role_rank((role)::text) < 3)'), []);
  assert.deepEqual(names("(price < (current_setting('a.b'::text, true))::numeric(10,2))"), [
    'current_setting',
  ]);
  assert.deepEqual(
    names('(EXISTS ( SELECT 1 FROM m WHERE ((m.org = auth.org()) AND (m.a = ( SELECT auth.uid() AS uid)))))'),
    ['auth.org'],
  );
});

test('wrapping changes the outermost call only, and leaves strings alone', () => {
  const text = "((a = f(g(), ')')) OR (b = h()))";
  assert.equal(
    wrapped(text, bareCalls(text), new Map()),
    "((a = (SELECT f(g(), ')'))) OR (b = (SELECT h())))",
  );
});

// The last one: making a copy ends the sessions on the database.
test('findings are repaired on a copy: with the price of each, and whether all see the same rows after it', async () => {
  assert.deepEqual(unresolved(await judgePolicies(setting)), []);
  await setting.scratch.admin.query(
    'ALTER POLICY tenant_select ON core.products USING (organization_id = ANY (auth.user_organizations()))',
  );
  const folder = await mkdtemp(join(tmpdir(), 'olympus-waivers-'));
  try {
    const none = join(folder, 'none');
    await writeFile(none, '# nothing is waived\n');
    const [bare, view] = await judgePolicies(setting, none);
    assert.equal(bare!.rule, 'bare-function');
    assert.ok(bare!.price!.before.buffers! > 2 * bare!.price!.after.buffers!);
    assert.equal(bare!.visible, 'the same rows');
    assert.equal(view!.rule, 'view-of-its-owner');
    assert.match(view!.visible!, /^reading fails: permission denied/);
    assert.equal(unresolved([bare!, view!]).length, 2);
    await using again = await connect(setting.scratch.url); // copying ended our sessions
    const { rows } = await again.query(
      "SELECT FROM pg_policies WHERE tablename = 'products' AND qual LIKE '%user_organizations%'",
    );
    assert.equal(rows.length, 1, 'the base is as it was');
    await using control = await connect(setting.topology.get('primary').url('admin', 'postgres'));
    const copies = await control.query('SELECT FROM pg_database WHERE starts_with(datname, $1)', [
      `${setting.database}_policies`,
    ]);
    assert.equal(copies.rows.length, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
