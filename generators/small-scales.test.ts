import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { migrate } from '../migrations/runner.ts';
import { readCatalogue } from '../scenarios/catalogue.ts';
import { drawParameters } from '../scenarios/sources.ts';
import { findTenants } from '../scenarios/tenants.ts';
import { testDatabase } from '../test/server.ts';
import { seed } from './seed.ts';

test('the smallest scales have a tenant of each class, and parameters for every statement', async () => {
  const catalogue = await readCatalogue();
  for (const scale of ['test', 'development'] as const) {
    await using database = await testDatabase();
    await migrate(database.admin);
    await seed(() => connect(database.url, 'olympus-test'), { scale, seed: 1 });
    const tenants = await findTenants(database.admin);
    assert.equal(new Set(tenants.map(({ id }) => id)).size, 3);
    for (const tenant of tenants) assert.match(tenant.slug, /^[a-z][a-z0-9-]+$/);
    const whale = tenants[0]!;
    for (const statement of catalogue)
      assert.ok((await drawParameters(database.admin, statement, whale, 1, 1)).length > 0, statement.name);
  }
});
