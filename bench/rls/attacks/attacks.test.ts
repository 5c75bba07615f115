import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { identifier } from '../../../infra/topology/session.ts';
import { migrate } from '../../../migrations/runner.ts';
import { endpointOf } from '../../../test/scratch-setting.ts';
import { type TestDatabase, testDatabase } from '../../../test/server.ts';
import type { Attack } from './attack.ts';
import { readAttacks } from './read-attacks.ts';
import { tryAttacks } from './run-attacks.ts';
import { Door } from './type-attack.ts';
import { type Planted, plant } from './victim.ts';

let database: TestDatabase;
let door: Door;
let planted: Planted;
let shipped: readonly Attack[];
const login = `olympus_attack_${randomBytes(4).toString('hex')}`;

/** A tenant whose size the planner's statistics know, and statistics of every kind. */
const large = `
  SELECT ops.ensure_month(parent, current_date) FROM ops.partitioned_tables() AS parent;
  INSERT INTO core.organizations (name, slug) VALUES ('Large', 'large');
  INSERT INTO core.orders (organization_id, customer_email)
  SELECT id, 'c' || n || '@example.org' FROM core.organizations, generate_series(1, 500) AS n;
  CREATE STATISTICS core.of_products ON organization_id, status, (lower(name)) FROM core.products;
  ANALYZE core.orders`;

before(async () => {
  shipped = await readAttacks();
  database = await testDatabase();
  await migrate(database.admin);
  await database.admin.query(large);
  planted = await plant(database.admin);
  await database.admin.query('ANALYZE core.products');
  const password = randomBytes(8).toString('hex');
  await database.admin.query(`CREATE ROLE ${login} LOGIN PASSWORD '${password}' IN ROLE olympus_app`);
  const url = Object.assign(new URL(database.url), { username: login, password }).href;
  door = new Door({ ...endpointOf(database.url), url: () => url }, database.name);
});
after(async () => {
  await door[Symbol.asyncDispose]();
  await database.admin.query(`DROP ROLE ${identifier(login)}`);
  await database[Symbol.asyncDispose]();
});

const attempt = (attacks: readonly Attack[]) =>
  tryAttacks(database.admin, new Map([['primary', door]]), planted, {
    signal: new AbortController().signal,
    attacks: attacks.map((each) => ({ ...each, via: ['primary'] })),
  });

test('every way holds on the primary, or is known and got through', async () => {
  const results = await attempt(shipped.filter(({ via }) => via.includes('primary')));
  assert.deepEqual(
    results.filter(({ outcome }) => outcome === 'leaked' || outcome === 'unchecked'),
    [],
  );
  const names = (outcome: string) =>
    new Set(results.filter((each) => each.outcome === outcome).map(({ name }) => name.split(' ')[0]!));
  const stale = shipped.filter(
    ({ known, name, via }) =>
      known !== null && via.includes('primary') && !names('known').has(name.split(' ')[0]!),
  );
  assert.deepEqual(
    stale.map(({ name }) => name),
    [],
    'reasons for what PostgreSQL holds after all',
  );
});

/** Ways that policies and grants hold, and that a superuser may type: they reach rows and nothing of the server. */
const ofRows =
  /^(identity|read|write\/(insert|update|merge|on-conflict|category-parent-foreign|customer|author|chosen)|membership\/(read|filter|return|copy-changes))/;
const ofTheServer = /^read\/(server-file|other-server|leaky-function)\b/;
/** What a function, a view or a key holds, whoever asks. */
const heldOtherwise: readonly (readonly [way: RegExp, by: string])[] = [
  [/analytics\.organization_metrics/, 'the view asks for the tenant itself'],
  [/^read\/search-function/, 'the function asks for the tenant itself'],
  [/^read\/(role-elsewhere|profile|own-organizations|hijack-search-path)/, 'a function of who asks'],
  [/^read\/on-conflict-returning/, 'the key begins with the tenant'],
  [/^membership\/read-token-in-audit/, 'what was masked is not there'],
  [/^read\/sequence SELECT currval/, 'nobody has used the sequence in this session'],
];

test('where no policy and no grant binds who types it, a way that holds gets through', async () => {
  await using mighty = new Door({ ...endpointOf(database.url), url: () => database.url }, database.name);
  const attacks = shipped
    .filter(({ name, transaction }) => ofRows.test(name) && !ofTheServer.test(name) && transaction)
    .filter(({ via, known }) => via.includes('primary') && known === null)
    .map((each): Attack => ({ ...each, via: ['primary'], end: 'rollback' }));
  const results = await tryAttacks(database.admin, new Map([['primary', mighty]]), planted, {
    signal: new AbortController().signal,
    attacks,
  });
  assert.ok(results.length > 100, `${results.length} ways`);
  assert.deepEqual(
    results
      .filter(({ outcome, name }) => outcome !== 'leaked' && !heldOtherwise.some(([way]) => way.test(name)))
      .map(({ name, outcome, answer }) => `${outcome} ${name}: ${answer}`),
    [],
    'these show nothing even where everything is open',
  );
});

test('every function that looks past the policies, and every table that an application reads, is attacked', async () => {
  const { rows } = await database.admin.query<{ name: string }>(`
    SELECT pronamespace::regnamespace || '.' || proname AS name FROM pg_proc
     WHERE prosecdef AND pronamespace::regnamespace::text IN ('core', 'auth', 'analytics', 'audit', 'archive', 'ops', 'cache')
       AND has_schema_privilege('olympus_app', pronamespace, 'USAGE') AND has_function_privilege('olympus_app', oid, 'EXECUTE')
    UNION
    SELECT relnamespace::regnamespace || '.' || relname FROM pg_class
     WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
       AND relnamespace::regnamespace::text IN ('core', 'auth', 'analytics', 'audit', 'archive', 'ops', 'cache')
       AND has_any_column_privilege('olympus_app', oid, 'SELECT')`);
  assert.ok(rows.length > 25, `${rows.length} of them`);
  const typed = shipped.map(({ sql }) => sql).join('\n');
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name) => !new RegExp(`${name.replace('.', '\\.')}\\b`).test(typed)),
    [],
    'no way of the catalogue names these',
  );
});

/** A guard that is taken away, and a way that must then get through. */
const mutations: readonly (readonly [guard: string, away: string, back: string, way: string])[] = [
  [
    'consent',
    'GRANT INSERT (organization_id, user_id, role, accepted_at) ON core.organization_members TO olympus_app; CREATE POLICY oops ON core.organization_members FOR INSERT TO olympus_app WITH CHECK (true)',
    'REVOKE INSERT (organization_id, user_id, role, accepted_at) ON core.organization_members FROM olympus_app; DROP POLICY oops ON core.organization_members',
    'membership/insert-accepted',
  ],
  [
    'accepted members only',
    "ALTER POLICY users_select ON core.users USING (id = auth.uid() OR EXISTS (SELECT FROM core.organization_members m WHERE m.organization_id = auth.current_org() AND m.user_id = users.id AND m.status = 'active'))",
    "ALTER POLICY users_select ON core.users USING (id = (SELECT auth.uid()) OR EXISTS (SELECT FROM core.organization_members m WHERE m.organization_id = (SELECT auth.current_org()) AND m.user_id = users.id AND m.status = 'active' AND m.accepted_at IS NOT NULL))",
    'membership/read-invited',
  ],
  [
    'masked columns',
    'GRANT SELECT (phone) ON core.users TO olympus_app',
    'REVOKE SELECT (phone) ON core.users FROM olympus_app',
    'membership/read-masked-column phone',
  ],
  [
    'a trigger for the own tenant only',
    'DROP TRIGGER category_path ON core.categories; CREATE TRIGGER category_path BEFORE INSERT OR UPDATE OF parent_id ON core.categories FOR EACH ROW EXECUTE FUNCTION ops.category_path()',
    "DROP TRIGGER category_path ON core.categories; CREATE TRIGGER category_path BEFORE INSERT OR UPDATE OF parent_id ON core.categories FOR EACH ROW WHEN (NOT row_security_active('core.categories') OR NEW.organization_id = auth.current_org()) EXECUTE FUNCTION ops.category_path()",
    'write/category-parent-foreign',
  ],
  [
    'identifiers of the database’s choice',
    'GRANT INSERT (id) ON core.products TO olympus_app',
    'REVOKE INSERT (id) ON core.products FROM olympus_app',
    "write/chosen-identifier core.products (id, organization_id, name, slug, price_cents) VALUES ({row product}, :own_org, 'x', 'x', 1)",
  ],
  [
    'customers of the tenant',
    'ALTER TABLE core.orders DISABLE TRIGGER guard_customer',
    'ALTER TABLE core.orders ENABLE TRIGGER guard_customer',
    'write/customer',
  ],
  [
    'no right on a table whole',
    'GRANT DELETE ON core.products TO olympus_app',
    'REVOKE DELETE ON core.products FROM olympus_app',
    'stop/lock-table core.products',
  ],
  [
    'advisory locks',
    'GRANT EXECUTE ON FUNCTION pg_try_advisory_lock(bigint) TO PUBLIC',
    'REVOKE EXECUTE ON FUNCTION pg_try_advisory_lock(bigint) FROM PUBLIC',
    'stop/advisory-lock pg_try_advisory_lock(1)',
  ],
  [
    'sessions',
    'GRANT SELECT ON pg_stat_activity TO PUBLIC; GRANT EXECUTE ON FUNCTION pg_stat_get_activity(integer) TO PUBLIC',
    'REVOKE SELECT ON pg_stat_activity FROM PUBLIC; REVOKE EXECUTE ON FUNCTION pg_stat_get_activity(integer) FROM PUBLIC',
    'read/sessions pg_stat_activity',
  ],
  [
    'movements of the own tenant',
    'ALTER TABLE core.inventory_movements DISABLE TRIGGER guard_movement',
    'ALTER TABLE core.inventory_movements ENABLE TRIGGER guard_movement',
    "write/refer-to-foreign core.inventory_movements (organization_id, movement_type, quantity, previous_quantity, new_quantity, inventory_level_id) VALUES (:own_org, 'sale', 1, 0, 1, {row level})",
  ],
  [
    'the audit masks',
    "UPDATE audit.logs SET new_values = new_values || '{\"invitation_token\": \"victimsecret-token\"}' WHERE table_name = 'core.organization_members' AND record_id = (SELECT id FROM core.organization_members WHERE invitation_token = 'victimsecret-token')",
    "UPDATE audit.logs SET new_values = ops.mask(table_name, new_values) WHERE table_name = 'core.organization_members'",
    'membership/read-token-in-audit',
  ],
  [
    'a policy',
    'CREATE POLICY oops ON core.orders FOR SELECT TO olympus_app USING (true)',
    'DROP POLICY oops ON core.orders',
    'read/everything core.orders',
  ],
  [
    'rows of the other tenant',
    'CREATE POLICY oops ON core.products FOR ALL TO olympus_app USING (true)',
    'DROP POLICY oops ON core.products',
    'write/merge-foreign',
  ],
  [
    'a month without a grant',
    'GRANT SELECT ON core.orders_{month} TO olympus_app',
    'REVOKE SELECT ON core.orders_{month} FROM olympus_app',
    'read/month core.orders',
  ],
];

for (const [guard, away, back, way] of mutations)
  test(`without its guard (${guard}) a way gets through: ${way.split(' ')[0]}`, async () => {
    const attack = shipped.find(({ name }) => name === way);
    assert.ok(attack, way);
    const month = (sql: string) => sql.replaceAll('{month}', planted.get('month')!);
    await database.admin.query(month(away));
    try {
      const [result] = await attempt([attack]);
      assert.equal(result!.outcome, 'leaked', result!.answer);
    } finally {
      await database.admin.query(month(back));
    }
  });

test('a route that the topology lacks is not checked, and does not count as held', async () => {
  const results = await tryAttacks(
    database.admin,
    new Map([['pooler', 'pgbouncer is not installed']]),
    planted,
    {
      signal: new AbortController().signal,
      attacks: [{ ...shipped[0]!, via: ['pooler'] }],
    },
  );
  assert.deepEqual(
    results.map(({ outcome, reached, answer }) => [outcome, reached, answer]),
    [['unchecked', false, 'pgbouncer is not installed']],
  );
});
