import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Session } from '../infra/topology/session.ts';
import { become, id, twoTenants } from '../test/two-tenants.ts';

type Outcome = '+' | '0' | 'x' | 'k';
interface Cell {
  readonly table: string;
  readonly verb: 'select' | 'insert' | 'update' | 'delete';
  readonly situation: string;
  readonly expected: Outcome;
}

/** Role, user, the tenant they name, and the tenant whose rows they are after. */
const situations: Record<string, { role: string; user?: string; tenant?: string; target: 'a' | 'b' }> = {
  owner: { role: 'olympus_app', user: '11', tenant: 'a', target: 'a' },
  admin: { role: 'olympus_app', user: '12', tenant: 'a', target: 'a' },
  manager: { role: 'olympus_app', user: '13', tenant: 'a', target: 'a' },
  member: { role: 'olympus_app', user: '14', tenant: 'a', target: 'a' },
  viewer: { role: 'olympus_app', user: '15', tenant: 'a', target: 'a' },
  foreign: { role: 'olympus_app', user: '11', tenant: 'a', target: 'b' },
  both: { role: 'olympus_app', user: '14', tenant: 'a', target: 'b' },
  claims: { role: 'olympus_app', user: '21', tenant: 'a', target: 'a' },
  nobody: { role: 'olympus_app', target: 'a' },
  invited: { role: 'olympus_app', user: '16', tenant: 'a', target: 'a' },
  former: { role: 'olympus_app', user: '17', tenant: 'a', target: 'a' },
  noorg: { role: 'olympus_app', user: '11', target: 'a' },
  ro: { role: 'olympus_readonly', user: '12', tenant: 'a', target: 'a' },
  'ro-b': { role: 'olympus_readonly', user: '12', tenant: 'a', target: 'b' },
  'ro-0': { role: 'olympus_readonly', target: 'a' },
  service: { role: 'olympus_service', target: 'a' },
};

/** Which rows of a table are a tenant's ($1: its organization, as a literal). */
const rowsOf = (table: string, target: string): string => {
  if (table === 'core.organizations') return `id = '${id(`${target}001`)}'`;
  if (table === 'core.users')
    return `id IN (${(target === 'a' ? ['11', '12', '13', '14', '15'] : ['21', '22']).map((user) => `'${id(user)}'`)})`;
  if (table === 'archive.months' || table === 'ops.schema_migrations') return 'true';
  return `organization_id = '${id(`${target}001`)}'`;
};

/** A column that an application may change, set to itself. */
const changed: Record<string, string> = {
  'core.organizations': 'name',
  'core.users': 'bio',
  'core.organization_members': 'team_id',
  'core.invitations': 'role',
  'core.order_counters': 'last_value',
  'core.order_items': 'quantity',
  'core.orders': 'customer_name',
  'core.orders_2026_01': 'customer_name',
  'core.inventory_levels': 'reserved',
  'core.inventory_movements': 'reason',
  'audit.logs': 'action',
  'archive.orders': 'status',
  'archive.order_items': 'quantity',
};

const order = `organization_id, customer_email, created_at) VALUES ('$T001', 'n@example.com', '2026-01-20 12:00+00')`;
const item = `organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents)
  VALUES ('$T001', '$T007', '2026-01-15 12:00+00', '{}', 1, 1, 1)`;
const added: Record<string, string> = {
  'core.organizations': `name, slug) VALUES ('New', 'new')`,
  'core.users': `email, full_name) VALUES ('n@example.com', 'New')`,
  'core.organization_members': `organization_id, user_id, role) VALUES ('$T001', '${id('31')}', 'viewer')`,
  'core.categories': `organization_id, name, slug) VALUES ('$T001', 'New', 'new')`,
  'core.products': `organization_id, name, slug, price_cents) VALUES ('$T001', 'New', 'new', 1)`,
  'core.product_variants': `organization_id, product_id, name) VALUES ('$T001', '$T003', 'New')`,
  'core.orders': order,
  'core.orders_2026_01': order,
  'core.order_items': item,
  'core.inventory_locations': `organization_id, name, code) VALUES ('$T001', 'New', 'N')`,
  'core.inventory_levels': `organization_id, variant_id, location_id) VALUES ('$T001', '$T004', '$T005')`,
  'core.inventory_movements': `organization_id, inventory_level_id, movement_type, quantity, previous_quantity, new_quantity)
    VALUES ('$T001', '$T006', 'receive', 1, 0, 1)`,
  'core.invitations': `organization_id, email, token_hash, expires_at) VALUES ('$T001', 'n@example.com', '\\x00', now())`,
  'core.order_counters': `organization_id, period, last_value) VALUES ('$T001', '202601x', 1)`,
  'audit.logs': `action, table_name, record_id) VALUES ('INSERT', 'x', '$T001')`,
  'archive.orders': `order_number, ${order.replace("('$T001'", "('X-202601-00009', '$T001'")}`,
  'archive.order_items': item,
};

const softDeleted = new Set(['core.products', 'core.categories']);

async function readMatrix(): Promise<Cell[]> {
  const text = await readFile(join(import.meta.dirname, 'security-matrix.txt'), 'utf8');
  const [header, ...rows] = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const columns = header!.split(/\s+/).slice(2);
  return rows.flatMap((row) => {
    const [table, verb, ...outcomes] = row.split(/\s+/) as [string, Cell['verb'], ...Outcome[]];
    assert.equal(outcomes.length, columns.length, row);
    return columns.map((situation, i) => ({ table, verb, situation, expected: outcomes[i]! }));
  });
}

function statementOf({ table, verb }: Cell, target: string): string {
  const where = rowsOf(table, target);
  switch (verb) {
    case 'select':
      return `SELECT 1 FROM ${table} WHERE ${where}`;
    case 'insert':
      return `INSERT INTO ${table} (${added[table]!.replaceAll(/\$T(\d+)/g, (_, kind) => id(`${target}${kind}`))}`;
    case 'update': {
      const column = changed[table] ?? 'name';
      return `UPDATE ${table} SET ${column} = ${column} WHERE ${where}`;
    }
    case 'delete':
      return `DELETE FROM ${table} WHERE ${where}`;
  }
}

/** Runs the cell's statement and takes it back. */
async function outcomeOf(session: Session, cell: Cell): Promise<Outcome | string> {
  const { role, user, tenant, target } = situations[cell.situation]!;
  await session.query('BEGIN');
  try {
    await become(session, role, user, tenant);
    const { rowCount } = await session.query(statementOf(cell, target));
    if (cell.verb !== 'delete' || !softDeleted.has(cell.table)) return rowCount! > 0 ? '+' : '0';
    await session.query('RESET ROLE'); // DELETE reports 0 where the row is marked instead
    const { rows } = await session.query(
      `SELECT FROM ${cell.table} WHERE deleted_at IS NOT NULL AND ${rowsOf(cell.table, target)}`,
    );
    return rows.length > 0 ? '+' : '0';
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '42501') return 'x';
    if (code === '23503' || code === '23001') return 'k'; // 18 has a code of its own for RESTRICT
    return `${code} ${message}`;
  } finally {
    await session.query('ROLLBACK');
  }
}

test('every role does to every table exactly what the matrix says, cell by cell', async () => {
  await using database = await twoTenants();
  const cells = await readMatrix();
  assert.ok(cells.length >= 500, `${cells.length} cells`);
  const wrong: string[] = [];
  for (const cell of cells) {
    const outcome = await outcomeOf(database.admin, cell);
    if (outcome !== cell.expected)
      wrong.push(`${cell.table} ${cell.verb} as ${cell.situation}: ${outcome} instead of ${cell.expected}`);
  }
  assert.deepEqual(wrong, []);
});

test('the matrix names every table of the application, with every verb', async () => {
  await using database = await twoTenants();
  const cells = await readMatrix();
  const { rows } = await database.admin.query<{ name: string }>(`
    SELECT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('audit', 'archive') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        OR n.nspname = 'core' AND c.relkind IN ('r', 'p') AND NOT c.relispartition`);
  const missing = rows.map(({ name }) => name).filter((name) => !cells.some(({ table }) => table === name));
  assert.deepEqual(missing, []);
});

// What a role must never see: rows of tenants it is not working for. A person sees themselves and their memberships.
const foreignRows: Record<string, string> = {
  'core.organizations': 'NOT id = ANY (auth.user_organizations())',
  'core.users': `id IS DISTINCT FROM auth.uid() AND NOT EXISTS (
    SELECT FROM core.organization_members m WHERE m.organization_id = auth.current_org() AND m.user_id = users.id AND m.status = 'active' AND m.accepted_at IS NOT NULL)`,
  'core.organization_members':
    'organization_id IS DISTINCT FROM auth.current_org() AND user_id IS DISTINCT FROM auth.uid()',
};

test('no role that is bound by row-level security reads one foreign row of any table, without any filter of its own', async () => {
  await using database = await twoTenants();
  const tables = new Set(
    (await readMatrix())
      .filter(
        ({ verb, situation, expected }) => verb === 'select' && situation === 'owner' && expected === '+',
      )
      .map(({ table }) => table),
  );
  let rows = 0;
  for (const [situation, { role, user, tenant }] of Object.entries(situations)) {
    if (role === 'olympus_service') continue;
    for (const table of tables) {
      await database.admin.query('BEGIN');
      await become(database.admin, role, user, tenant);
      const foreign = foreignRows[table] ?? 'organization_id IS DISTINCT FROM auth.current_org()';
      const { rows: counts } = await database.admin
        .query<{ all: number; foreign: number }>(
          `SELECT count(*)::int AS all, count(*) FILTER (WHERE ${foreign})::int AS foreign FROM ${table}`,
        )
        .catch((error: { code: string }) => {
          assert.equal(error.code, '42501', `${table} as ${situation}`);
          return { rows: [{ all: 0, foreign: 0 }] };
        });
      await database.admin.query('ROLLBACK');
      assert.equal(counts[0]!.foreign, 0, `${table} as ${situation}`);
      rows += counts[0]!.all;
    }
  }
  assert.ok(rows > 100, `${rows} rows were checked`);
});

test('the check itself finds a leak: with a policy that forgets the tenant, foreign rows are seen', async () => {
  await using database = await twoTenants();
  await database.admin.query('ALTER POLICY tenant_select ON core.products USING (true)');
  await database.admin.query('BEGIN');
  await become(database.admin, 'olympus_app', '11', 'a');
  const { rows } = await database.admin.query(
    'SELECT count(*)::int AS foreign FROM core.products WHERE organization_id IS DISTINCT FROM auth.current_org()',
  );
  await database.admin.query('ROLLBACK');
  assert.deepEqual(rows, [{ foreign: 1 }]);
});
