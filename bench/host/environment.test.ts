import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { Topology } from '../../infra/topology/topology.ts';
import { testDatabase } from '../../test/server.ts';
import { environment } from './environment.ts';

/** An endpoint on the test server, whatever the login. */
const endpoint = (name: Endpoint['name'], url: string): Endpoint => ({
  name,
  provider: 'external',
  version: 'PostgreSQL',
  host: new URL(url).hostname,
  port: Number(new URL(url).port),
  url: () => url,
});

const options = { dataset: 'digest', k6: null, progress: silent };

test('settings that were changed are told; places, sockets, ports and commands are not', async () => {
  await using database = await testDatabase('host');
  await database.admin.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '7MB'); END $$`,
  );
  const topology = new Topology([endpoint('primary', database.url)], [], async () => {});
  const { endpoints, fingerprint, harness } = await environment(topology, database.name, options);
  const { settings } = endpoints[0]!;
  assert.equal(settings.work_mem, '7MB');
  assert.match(settings.shared_preload_libraries!, /pg_stat_statements/);
  for (const name of Object.keys(settings))
    assert.doesNotMatch(name, /port|director|conninfo|command|addresses|passw|secret|_file/, name);
  assert.equal(settings.enable_seqscan, undefined, 'defaults are left out');
  assert.match(fingerprint, /^[0-9a-f]{64}$/);
  assert.equal(harness.node, process.version);
});

test('a changed setting changes the fingerprint; asking twice does not', async () => {
  await using database = await testDatabase('host');
  const topology = new Topology([endpoint('primary', database.url)], [], async () => {});
  const first = await environment(topology, database.name, options);
  const again = await environment(topology, database.name, options);
  assert.equal(again.fingerprint, first.fingerprint);
  await database.admin.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET random_page_cost = 3', current_database()); END $$`,
  );
  const changed = await environment(topology, database.name, options);
  assert.notEqual(changed.fingerprint, first.fingerprint);
});

test('what a login brings with it is told and changes the fingerprint: a search_path, standard_conforming_strings', async () => {
  await using database = await testDatabase('host');
  const role = `${database.name}_app`;
  await database.admin.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'test'`);
  try {
    const admin = database.url;
    const app = Object.assign(new URL(admin), { username: role, password: 'test' }).href;
    const primary = {
      ...endpoint('primary', admin),
      url: (login: string) => (login === 'app' ? app : admin),
    };
    const topology = new Topology([primary], [], async () => {});
    const plain = await environment(topology, database.name, options);
    const seen = [plain.fingerprint];
    for (const [setting, value] of [
      ['search_path', 'nowhere'],
      ['standard_conforming_strings', 'off'],
    ]) {
      await database.admin.query(`ALTER ROLE ${role} SET ${setting} = ${value}`);
      const { endpoints, fingerprint } = await environment(topology, database.name, options);
      assert.equal(endpoints[0]!.settings[`${setting} of the login app`], value);
      assert.equal(endpoints[0]!.settings[setting!], undefined, 'the server has its own default');
      assert.equal(endpoints[0]!.settings[`${setting} of the login owner`], undefined);
      assert.ok(!seen.includes(fingerprint), setting);
      seen.push(fingerprint);
    }
  } finally {
    await database.admin.query(`DROP ROLE ${role}`);
  }
});

test('an endpoint that cannot be asked has no settings, and a warning says why', async () => {
  await using database = await testDatabase('host');
  const nowhere = Object.assign(new URL(database.url), { port: '1' }).href;
  const topology = new Topology(
    [endpoint('primary', database.url), endpoint('replica1', nowhere)],
    [],
    async () => {},
  );
  const warnings: string[] = [];
  const { endpoints } = await environment(topology, database.name, {
    ...options,
    progress: { ...silent, warn: (text) => warnings.push(text) },
  });
  assert.deepEqual(endpoints[1]!.settings, {});
  assert.match(warnings[0]!, /settings of replica1 could not be read/);
});
