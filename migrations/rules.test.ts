import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { become, id, twoTenants, twoTenantsRolledBack } from '../test/two-tenants.ts';

const product = `id = '${id('a003')}'`;
const order = `id = '${id('a007')}'`;

/** What policies and grants alone do not say: who ([user, tenant]), what, and the SQLSTATE or the rows that it changes. */
const rules: readonly [string, [string, string], string, string | number][] = [
  [
    'a member cannot cancel an order (D4)',
    ['14', 'a'],
    `UPDATE core.orders SET status = 'cancelled' WHERE ${order}`,
    '42501',
  ],
  [
    'a member confirms an order',
    ['14', 'a'],
    `UPDATE core.orders SET status = 'confirmed' WHERE ${order}`,
    1,
  ],
  [
    'a manager refunds an order (D4)',
    ['13', 'a'],
    `UPDATE core.orders SET status = 'refunded' WHERE ${order}`,
    1,
  ],
  [
    'a member of both cannot move a product to the other tenant (D5)',
    ['14', 'a'],
    `UPDATE core.products SET organization_id = '${id('b001')}' WHERE ${product}`,
    '42501',
  ],
  [
    "a member of both cannot write the other tenant's order (D5)",
    ['14', 'a'],
    `INSERT INTO core.orders (organization_id, customer_email) VALUES ('${id('b001')}', 'x@example.com')`,
    '42501',
  ],
  [
    'a user cannot verify their own address (D5)',
    ['11', 'a'],
    'UPDATE core.users SET email_verified_at = now()',
    '42501',
  ],
  [
    'an owner cannot choose their own plan (D5)',
    ['11', 'a'],
    "UPDATE core.organizations SET subscription_plan = 'enterprise'",
    '42501',
  ],
  [
    'an owner cannot raise their own limits (D5)',
    ['11', 'a'],
    `UPDATE core.organizations SET limits = '{}'`,
    '42501',
  ],
  [
    'a member cannot delete by setting deleted_at (D5)',
    ['14', 'a'],
    `UPDATE core.products SET deleted_at = now() WHERE ${product}`,
    '42501',
  ],
  [
    'a member cannot delete a category by setting deleted_at (D5)',
    ['14', 'a'],
    'UPDATE core.categories SET deleted_at = now()',
    '42501',
  ],
  [
    'an admin deletes by setting deleted_at',
    ['12', 'a'],
    `UPDATE core.products SET deleted_at = now() WHERE ${product}`,
    1,
  ],
  [
    'a member cannot set derived stock',
    ['14', 'a'],
    `UPDATE core.products SET inventory_quantity = 5 WHERE ${product}`,
    '42501',
  ],
  [
    'a member cannot choose an order number',
    ['14', 'a'],
    `INSERT INTO core.orders (organization_id, customer_email, order_number) VALUES ('${id('a001')}', 'x@example.com', 'ACM-202601-00009')`,
    '42501',
  ],
  [
    'an admin cannot make an owner',
    ['12', 'a'],
    `UPDATE core.organization_members SET role = 'owner' WHERE user_id = '${id('14')}'`,
    '42501',
  ],
  [
    'an admin cannot demote an admin',
    ['12', 'a'],
    `UPDATE core.organization_members SET role = 'viewer' WHERE role = 'admin'`,
    0,
  ],
  [
    'an admin makes a member a manager',
    ['12', 'a'],
    `UPDATE core.organization_members SET role = 'manager' WHERE user_id = '${id('14')}'`,
    1,
  ],
  [
    'an admin cannot accept an invitation for somebody',
    ['12', 'a'],
    `UPDATE core.organization_members SET accepted_at = now() WHERE user_id = '${id('16')}'`,
    '42501',
  ],
  [
    'a member cannot read invitation tokens',
    ['14', 'a'],
    'SELECT invitation_token FROM core.organization_members',
    '42501',
  ],
  [
    'an expired invitation is not accepted (D7)',
    ['16', ''],
    `SELECT core.accept_invitation('token-16')`,
    '42501',
  ],
  [
    'an address is accepted by its user, with the token',
    ['31', ''],
    `SELECT core.accept_invitation('guest-of-31')`,
    1,
  ],
  [
    "an address is not accepted by another's user",
    ['21', ''],
    `SELECT core.accept_invitation('guest-of-31')`,
    '42501',
  ],
  ['an admin invites', ['12', 'a'], `SELECT core.invite_member('New@Example.com', 'viewer')`, 1],
  ['a member leaves', ['14', 'a'], 'SELECT core.leave_organization()', 1],
  ['an owner does not leave', ['11', 'a'], 'SELECT core.leave_organization()', '42501'],
  ['an owner deletes the organization', ['11', 'a'], 'SELECT core.delete_organization()', 1],
  [
    'a customer who has ordered before is accepted',
    ['14', 'a'],
    `INSERT INTO core.orders (organization_id, customer_email, user_id) VALUES ('${id('a001')}', 'x@example.com', '${id('31')}')`,
    1,
  ],
  [
    "another's invitation is not accepted (D7)",
    ['31', ''],
    `SELECT core.accept_invitation('token-16')`,
    '42501',
  ],
  [
    'a user of nothing makes an organization (D2)',
    ['31', ''],
    `SELECT core.create_organization('New', 'new')`,
    1,
  ],
  ['nobody makes no organization (D2)', ['', ''], `SELECT core.create_organization('New', 'new')`, '42501'],
  [
    'an admin cannot give the organization away',
    ['12', 'a'],
    `SELECT core.transfer_ownership('${id('12')}')`,
    '42501',
  ],
  ['an owner gives it to an admin', ['11', 'a'], `SELECT core.transfer_ownership('${id('12')}')`, 1],
  [
    'an owner cannot give it to somebody outside',
    ['11', 'a'],
    `SELECT core.transfer_ownership('${id('31')}')`,
    'P0002',
  ],
  [
    'a manager cannot delete through the function',
    ['13', 'a'],
    `SELECT core.soft_delete_product('${id('a003')}')`,
    '42501',
  ],
  ['an application cannot run the housekeeping', ['11', 'a'], 'SELECT ops.archive_old_orders(24)', '42501'],
  [
    "an item of another tenant's product is refused (D5)",
    ['14', 'a'],
    `INSERT INTO core.order_items (organization_id, order_id, order_created_at, product_id, product_snapshot, quantity, unit_price_cents, total_cents) VALUES ('${id('a001')}', '${id('a007')}', '2026-01-15 12:00+00', '${id('b003')}', '{}', 1, 1, 1)`,
    '23503',
  ],
  [
    'an item without its order is refused (D18)',
    ['14', 'a'],
    `INSERT INTO core.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents) VALUES ('${id('a001')}', '${id('31')}', '2026-01-15 12:00+00', '{}', 1, 1, 1)`,
    '23503',
  ],
  [
    "a product in another tenant's category is refused (D15)",
    ['14', 'a'],
    `UPDATE core.products SET category_id = '${id('b002')}' WHERE ${product}`,
    '23503',
  ],
  [
    'totals that do not add up are refused',
    ['14', 'a'],
    `UPDATE core.orders SET total_cents = 1 WHERE ${order}`,
    '23514',
  ],
];

test('what roles may not do', async (t) => {
  await using database = await twoTenants();
  for (const [what, [user, tenant], sql, expected] of rules)
    await t.test(what, async () => {
      await database.admin.query('BEGIN');
      try {
        await become(database.admin, 'olympus_app', user, tenant);
        const outcome = await database.admin.query(sql).then(
          ({ rowCount }) => rowCount,
          (error: { code: string }) => error.code,
        );
        assert.equal(outcome, expected);
      } finally {
        await database.admin.query('ROLLBACK');
      }
    });
});

test('what the owner of the schema is refused, too', async (t) => {
  await using database = await twoTenants();
  const refused: Record<string, [string, string]> = {
    'an order number twice in a tenant (D6)': [
      '23505',
      `INSERT INTO core.orders (organization_id, customer_email, created_at, order_number) VALUES ('${id('a001')}', 'x', '2026-01-20', 'ACM-202601-00001')`,
    ],
    'an order number of another month (D6)': [
      '23514',
      `INSERT INTO core.orders (organization_id, customer_email, created_at, order_number) VALUES ('${id('a001')}', 'x', '2026-01-20', 'ACM-202602-00001')`,
    ],
    'an address that differs in case only (D22)': [
      '23505',
      `INSERT INTO core.users (email, full_name) VALUES ('U11@EXAMPLE.com', 'Other')`,
    ],
    'a second stock level of one product and place': [
      '23505',
      `INSERT INTO core.inventory_levels (organization_id, product_id, location_id) VALUES ('${id('a001')}', '${id('a003')}', '${id('a005')}')`,
    ],
    'a second owner': [
      '23505',
      `UPDATE core.organization_members SET role = 'owner' WHERE user_id = '${id('12')}'`,
    ],
    'a status that is none': ['23514', `UPDATE core.orders SET status = 'lost'`],
  };
  for (const [what, [code, sql]] of Object.entries(refused))
    await t.test(what, () => assert.rejects(database.admin.query(sql), { code }));
  await t.test('but the same SKU in two tenants is accepted (D22)', async () => {
    const { rows } = await database.admin.query(
      "SELECT count(*)::int AS n FROM core.product_variants WHERE sku = 'LAMP-L'",
    );
    assert.deepEqual(rows, [{ n: 2 }]);
  });
  await t.test('and a product with eighty images is accepted (D21)', async () => {
    const images = JSON.stringify(
      Array.from({ length: 80 }, (_, i) => ({
        url: `https://images.example.com/${i}/${'x'.repeat(60)}`,
        alt: `${i}`,
      })),
    );
    await database.admin.query('UPDATE core.products SET images = $1', [images]);
  });
});

test('the audit names the root table, the tenant, the user, and of an update only what changed (D13)', async () => {
  await using database = await twoTenants();
  await database.admin.query('BEGIN');
  await become(database.admin, 'olympus_app', '13', 'a');
  await database.admin.query(`UPDATE core.orders SET status = 'cancelled' WHERE ${order}`);
  await database.admin.query(`UPDATE core.orders SET status = 'cancelled' WHERE ${order}`);
  await database.admin.query('COMMIT');
  const { rows } = await database.admin.query(
    "SELECT organization_id, user_id, action, table_name, record_id, old_values, new_values FROM audit.logs WHERE action = 'UPDATE' AND table_name = 'core.orders'",
  );
  assert.deepEqual(rows, [
    {
      organization_id: id('a001'),
      user_id: id('13'),
      action: 'UPDATE',
      table_name: 'core.orders',
      record_id: id('a007'),
      old_values: { status: 'pending' },
      new_values: { status: 'cancelled' },
    },
  ]);
});

test('the audit shows that a masked column changed, and not to what', async () => {
  await using database = await twoTenantsRolledBack();
  await database.admin.query(
    `UPDATE core.organization_members SET invitation_token = 'another' WHERE user_id = '${id('16')}'`,
  );
  const { rows } = await database.admin.query(
    `SELECT old_values, new_values FROM audit.logs WHERE table_name = 'core.organization_members' AND action = 'UPDATE'`,
  );
  assert.deepEqual(rows, [
    { old_values: { invitation_token: '(masked)' }, new_values: { invitation_token: '(masked)' } },
  ]);
  const { rows: first } = await database.admin.query(
    `SELECT DISTINCT new_values ->> 'invitation_token' AS token FROM audit.logs WHERE table_name = 'core.organization_members' AND action = 'INSERT' ORDER BY 1`,
  );
  assert.deepEqual(first, [{ token: '(masked)' }, { token: null }]);
});

test('no role of an application reads a masked column of any table', async () => {
  await using database = await twoTenantsRolledBack();
  const { rows } = await database.admin.query(`
    SELECT c.oid::regclass || '.' || masked AS readable
      FROM pg_class c, unnest(ops.masked_columns(c.relnamespace::regnamespace || '.' || c.relname)) AS masked,
           unnest(ARRAY['olympus_app', 'olympus_readonly']) AS role
     WHERE c.relnamespace = 'core'::regnamespace AND has_column_privilege(role, c.oid, masked::text, 'SELECT')`);
  assert.deepEqual(rows, []);
  const { rows: named } = await database.admin.query(
    "SELECT cardinality(ops.masked_columns('core.users')) AS n",
  );
  assert.deepEqual(named, [{ n: 9 }]);
});

test('an application that says app.audit = off and app.hard_delete = on is audited and deletes softly all the same', async () => {
  await using database = await twoTenantsRolledBack();
  await database.admin.query('SET LOCAL SESSION AUTHORIZATION olympus_app');
  await become(database.admin, 'olympus_app', '12', 'a');
  await database.admin.query(
    "SELECT set_config('app.hard_delete', 'on', true), set_config('app.audit', 'off', true)",
  );
  await database.admin.query(`SELECT core.soft_delete_product('${id('a003')}')`);
  await database.admin.query('RESET SESSION AUTHORIZATION');
  const { rows } = await database.admin.query(
    `SELECT deleted_at IS NOT NULL AS deleted FROM core.products WHERE ${product}`,
  );
  const { rows: log } = await database.admin.query(
    `SELECT action FROM audit.logs WHERE record_id = '${id('a003')}' AND action <> 'INSERT'`,
  );
  assert.deepEqual([rows, log], [[{ deleted: true }], [{ action: 'SOFT_DELETE' }]]);
});

test('a repeated delete keeps the first deleted_at, and the function says whether it deleted (D12)', async () => {
  await using database = await twoTenantsRolledBack();
  await become(database.admin, 'olympus_app', '12', 'a');
  const { rows } = await database.admin.query(
    `SELECT core.soft_delete_product('${id('a003')}') AS first, core.soft_delete_product('${id('b003')}') AS foreign`,
  );
  assert.deepEqual(rows, [{ first: true, foreign: false }]);
  const version = async () =>
    (await database.admin.query(`SELECT version FROM core.products WHERE ${product}`)).rows;
  const before = await version();
  await database.admin.query('RESET ROLE');
  await database.admin.query(`DELETE FROM core.products WHERE ${product}`);
  assert.deepEqual(await version(), before);
  await database.admin.query('ROLLBACK');
});

test('deleting an organization really deletes what it owns: nothing is orphaned (D12)', async () => {
  await using database = await twoTenantsRolledBack();
  await database.admin.query(`DELETE FROM core.orders WHERE organization_id = '${id('b001')}'`);
  await database.admin.query(`DELETE FROM core.organizations WHERE id = '${id('b001')}'`);
  const { rows } = await database.admin.query(`
    SELECT (SELECT count(*)::int FROM core.products WHERE organization_id = '${id('b001')}') AS products,
           (SELECT count(*)::int FROM core.categories WHERE organization_id = '${id('b001')}') AS categories,
           (SELECT count(*)::int FROM core.order_items WHERE organization_id = '${id('b001')}') AS items`);
  assert.deepEqual(rows, [{ products: 0, categories: 0, items: 0 }]);
});

test('search finds products of the tenant only, also for somebody who names another tenant', async () => {
  await using database = await twoTenants();
  for (const [user, tenant, found] of [
    ['15', 'a', [id('a003')]],
    ['14', 'b', [id('b003')]],
    ['21', 'a', []],
    ['', '', []],
  ] as const) {
    await database.admin.query('BEGIN');
    await become(database.admin, 'olympus_app', user, tenant);
    const { rows } = await database.admin.query<{ id: string }>(
      "SELECT id FROM core.search_products('red lamp')",
    );
    await database.admin.query('ROLLBACK');
    assert.deepEqual(
      rows.map((row) => row.id),
      found,
      `${user} in ${tenant}`,
    );
  }
});

test('an operator in a schema of the caller does not hijack a definer function (D10)', async () => {
  await using database = await twoTenantsRolledBack();
  await database.admin.query(`
    CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO olympus_app;
    CREATE FUNCTION evil.always(uuid, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
    CREATE OPERATOR evil.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = evil.always);
    SET LOCAL search_path = evil, pg_catalog`);
  await become(database.admin, 'olympus_app', '15', 'b');
  const { rows } = await database.admin.query(
    `SELECT auth.current_org() AS org, auth.user_role('${id('b001')}') AS role`,
  );
  assert.deepEqual(rows, [{ org: null, role: null }]);
});

test('an identity that a transaction set is gone with it (D22)', async () => {
  await using database = await twoTenants();
  await using session = await connect(database.url);
  await session.query('BEGIN');
  await become(session, 'olympus_app', '11', 'a');
  await session.query('COMMIT');
  const { rows } = await session.query(
    'SELECT auth.uid() AS uid, auth.current_org() AS org, current_user <> $1 AS own',
    ['olympus_app'],
  );
  assert.deepEqual(rows, [{ uid: null, org: null, own: true }]);
});

test('identifiers are UUIDs of version 7 and grow with time', async () => {
  await using database = await twoTenantsRolledBack();
  const { rows } = await database.admin.query<{ id: string }>(
    'SELECT core.new_id() AS id, pg_sleep(0.002) FROM generate_series(1, 20)',
  );
  const ids = rows.map((row) => row.id);
  assert.ok(
    ids.every((one) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/.test(one)),
    ids[0],
  );
  assert.deepEqual(
    ids.map((one) => one.slice(0, 13)),
    ids.map((one) => one.slice(0, 13)).sort(),
  );
});
