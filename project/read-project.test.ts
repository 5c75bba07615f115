import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../config/fault.ts';
import { findTenants } from '../scenarios/tenants.ts';
import { testDatabase } from '../test/server.ts';
import { projectCatalogue } from './project-catalogue.ts';
import { findProject, parseProject, shopDirectory } from './read-project.ts';
import { shop } from './shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-project-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const parse = (text: string) => parseProject('olympus.yaml', text, folder);
const refused = (text: string, message: RegExp, next = /./) =>
  assert.throws(
    () => parse(text),
    (error) => {
      assert.ok(error instanceof Fault, String(error));
      assert.equal(error.reason, 'usage');
      assert.match(error.message, message);
      assert.match(error.next, next);
      return true;
    },
  );

test('the shop is a project like any other: its roles, tenants, statements and data stand in its olympus.yaml', async () => {
  assert.equal(shop.data, 'generated');
  assert.deepEqual(shop.roles, { app: 'olympus_app', owner: 'olympus_owner' });
  assert.deepEqual(shop.tenants?.identity, { 'request.jwt.claim.sub': 'user_id', 'app.org_id': 'id' });
  assert.ok((await projectCatalogue(shop)).length > 50);
});

test('a project is the named one, else the nearest upwards, else the shop', () => {
  const inner = join(folder, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(folder, 'a', 'olympus.yaml'), 'name: near');
  assert.equal(findProject(undefined, inner).name, 'near');
  assert.equal(findProject(join(folder, 'a'), '/').name, 'near');
  assert.equal(findProject(undefined, '/').directory, shopDirectory);
  assert.throws(() => findProject(inner), /holds no olympus\.yaml/);
});

test('what a project leaves out is absent: no roles, no tenants, the database as it is, folders beside the file', () => {
  const project = parse('name: mine\nendpoints:\n  primary: { provider: external, url: env:X }\n');
  assert.deepEqual(project.roles, { app: null, owner: null });
  assert.equal(project.tenants, null);
  assert.equal(project.data, 'asIs');
  assert.equal(project.statements, join(folder, 'statements'));
  assert.equal(project.topology?.entries.primary?.provider, 'external');
});

test('what is wrong is named with its line and the nearest right word', () => {
  refused('name: x\nendpoint:\n  primary: local', /olympus\.yaml:2: unknown key "endpoint"/, /endpoints/);
  refused('endpoints:\n  primry: local', /olympus\.yaml:2: there is no endpoint "primry"/, /primary/);
  refused('roles:\n  app: a\n  boss: b', /olympus\.yaml:3: unknown key "boss" of "roles"/);
  refused('identity: { a.b: id }', /no "tenants"/, /SELECT id, size/);
  refused('statements: nowhere', /nowhere, which is not there/);
  refused('data: elsewhere', /"data" is "elsewhere"/);
  refused('a: [', /no YAML/);
  refused('- a', /names nothing/);
});

test('a query lists the tenants, the settings come from its columns; without one there is one class for all', async () => {
  await using database = await testDatabase('project');
  await database.admin.query(
    'CREATE TABLE accounts AS SELECT t AS tenant, n FROM generate_series(1, 5) t, generate_series(1, t * 10) n',
  );
  const { tenants } = parse(
    'tenants: SELECT tenant AS id, count(*) AS size FROM accounts GROUP BY tenant;\nidentity: { app.tenant: id }',
  );
  const found = await findTenants(database.admin, tenants);
  assert.deepEqual(
    found.map(({ class: of, id, size, identity }) => [of, id, size, identity]),
    [
      ['whale', '5', 50, { 'app.tenant': '5' }],
      ['median', '3', 30, { 'app.tenant': '3' }],
      ['minnow', '1', 10, { 'app.tenant': '1' }],
    ],
  );
  const [all] = await findTenants(database.admin, null);
  assert.deepEqual([all!.class, all!.identity], ['all', {}]);
  const wrong = { file: 'f', sql: 'SELECT 1 AS id, 2 AS size', identity: { 'app.tenant': 'nope' } };
  await assert.rejects(findTenants(database.admin, wrong), /no column "nope"/);
  await assert.rejects(findTenants(database.admin, { ...wrong, sql: 'SELECT x' }), /cannot be read \(f\)/);
});
