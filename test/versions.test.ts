import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { silent } from '../config/progress.ts';
import { startLocal } from '../infra/local/local.ts';
import { databaseName } from '../infra/local/login.ts';
import { findPostgres, type PostgresBuild } from '../infra/local/postgres-build.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import { debianPostgres } from '../infra/setup/debian-postgres.ts';
import { connect } from '../infra/topology/session.ts';
import { catalogueSnapshot } from '../migrations/catalogue-snapshot.ts';
import { migrate, migrateDown, verifyMigrations } from '../migrations/runner.ts';
import { testCache } from './local-cache.ts';

const supported = [15, 16, 17, 18];

/** What this machine has: the npm package's build, and those that Debian's packages install side by side. */
async function buildsHere(): Promise<PostgresBuild[]> {
  const builds = [await findPostgres(cacheFolder(), silent)];
  for (const major of debianPostgres().filter((major) => major >= supported[0]!))
    builds.push(await findPostgres(cacheFolder(), silent, `/usr/lib/postgresql/${major}/bin`));
  return builds;
}

const builds = await buildsHere();

for (const { bin, version } of builds)
  test(`the migrations go up, down to nothing and up again on PostgreSQL ${version}`, async (t) => {
    using here = await testCache();
    await using topology = await startLocal(here.options({ postgres: bin }));
    const url = topology.get('primary').url('admin', databaseName);
    await using admin = await connect(url, 'olympus-test');
    const { rows } = await admin.query<{ version: string }>('SELECT version()');
    assert.ok(rows[0]!.version.startsWith(`PostgreSQL ${version} `));
    t.diagnostic(rows[0]!.version);

    const nothing = join(here.cache, 'no-migrations');
    mkdirSync(nothing);
    await migrate(admin, { directory: nothing });
    const empty = await catalogueSnapshot(admin);
    await migrate(admin);
    const up = await catalogueSnapshot(admin);
    assert.ok(up.length > 1000);
    assert.ok((await verifyMigrations(admin)).every(({ state }) => state === 'applied'));
    await migrateDown(admin, 0);
    assert.deepEqual(await catalogueSnapshot(admin), empty);
    await migrate(admin);
    assert.deepEqual(await catalogueSnapshot(admin), up);
  });

for (const major of supported.filter((major) => !builds.some((build) => build.major === major)))
  test(`the migrations on PostgreSQL ${major}`, {
    skip: `This machine has no PostgreSQL ${major}: no ${join('/usr/lib/postgresql', String(major))}, and the npm package is another version.`,
  });
