import assert from 'node:assert/strict';
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Fault } from '../../config/fault.ts';
import { exampleResult } from '../../reports/fixture.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { git, headBuild, pinnedControl } from './control.ts';
import { settingsDiffer, sinceLastGood } from './since.ts';
import { commonTexts } from './texts.ts';

const root = join(import.meta.dirname, '../..');
const isRepository = existsSync(join(root, '.git'));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'olympus-control-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const pinned = () => join(folder, 'control');

test('the first control is this build, and stays the same until another is pinned', async () => {
  const first = await pinnedControl(pinned(), undefined);
  assert.equal(first.digest, (await headBuild()).digest);
  assert.ok(readdirSync(first.migrations).length > 10);
  assert.deepEqual(await pinnedControl(pinned(), undefined), first);
});

test('a directory of migrations is pinned with the statements of head, a folder of both with its own', async () => {
  const old = join(folder, 'old');
  cpSync(join(root, 'migrations/sql'), old, { recursive: true });
  const whole = await pinnedControl(pinned(), old);
  for (const name of readdirSync(old).sort().slice(-2)) rmSync(join(old, name));
  const fewer = await pinnedControl(pinned(), old);
  assert.notEqual(fewer.digest, whole.digest);
  assert.equal(readdirSync(fewer.migrations).length, readdirSync(whole.migrations).length);
  assert.equal((await pinnedControl(pinned(), undefined)).label, old);
  mkdirSync(join(folder, 'both'));
  cpSync(old, join(folder, 'both/migrations'), { recursive: true });
  cpSync(join(root, 'scenarios/statements/orders'), join(folder, 'both/statements/orders'), {
    recursive: true,
  });
  const own = await pinnedControl(pinned(), join(folder, 'both'));
  assert.deepEqual(readdirSync(own.statements), ['orders']);
});

test('a control that somebody edited is refused, and so is what holds no migrations', async () => {
  const { migrations } = await pinnedControl(pinned(), undefined);
  appendFileSync(join(migrations, readdirSync(migrations)[0]!), '-- edited\n');
  await assert.rejects(pinnedControl(pinned(), undefined), /was changed/);
  mkdirSync(join(folder, 'empty'));
  await assert.rejects(pinnedControl(pinned(), join(folder, 'empty')), /holds no migrations/);
  await assert.rejects(
    pinnedControl(pinned(), 'no-such-revision'),
    (error: Fault) => error.reason === 'usage',
  );
});

test('a Git revision is pinned as it was then, with its commit', {
  skip: !isRepository && 'not a Git working copy',
}, async () => {
  const control = await pinnedControl(pinned(), 'HEAD');
  assert.equal(control.commit, (await git('rev-parse', 'HEAD')).trim());
  const listed = (await git('ls-tree', '-r', '--name-only', 'HEAD', '--', 'migrations/sql'))
    .trim()
    .split('\n');
  assert.equal(readdirSync(control.migrations).length, listed.length);
});

const statement = (name: string, sql: string, params: Statement['params'] = []): Statement => ({
  ...{
    name,
    what: '',
    sql,
    params,
    sources: new Map(),
    expects: [],
    weight: 1,
    role: 'app',
    kind: 'read',
    file: '',
  },
});

test('a statement in other words runs in the words of each side; one with other parameters or none there is named', () => {
  const head = [
    statement('a', 'SELECT 1'),
    statement('b', 'SELECT 2 -- new'),
    statement('new', 'SELECT 3'),
    statement('c', 'SELECT $1', [{ name: 'x', source: 'tenant', column: 'id' }]),
  ];
  const control = [
    statement('a', 'SELECT 1'),
    statement('b', 'SELECT 2'),
    statement('gone', 'SELECT 4'),
    statement('c', 'SELECT 5'),
  ];
  const names = new Set(head.map(({ name }) => name));
  const { common, control: texts, warnings } = commonTexts(head, names, control);
  assert.deepEqual(
    common.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual([...texts], [['b', 'SELECT 2']]);
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, /: (.*)\.$/.exec(message)![1]]),
    [
      ['statement-without-control', 'new, c'],
      ['statement-gone', 'gone'],
    ],
  );
});

test('settings and versions that differ are told, commits where Git knows them, else why not', async () => {
  const { environment } = exampleResult();
  const [primary, ...others] = environment.endpoints;
  const changed = { ...primary!, version: 'PostgreSQL 18.5', settings: { ...primary!.settings, jit: 'on' } };
  const now = { ...environment, endpoints: [changed, ...others] };
  assert.deepEqual(settingsDiffer(environment, now), [
    'primary version: PostgreSQL 18.4 → PostgreSQL 18.5',
    'primary jit: off → on',
  ]);
  const same = { ...environment, harness: { ...environment.harness, commit: 'abc' } };
  assert.deepEqual(await sinceLastGood(same, same), { settings: [], commits: [] });
  const unknown = await sinceLastGood(same, { ...same, harness: { ...same.harness, commit: 'def+' } });
  assert.deepEqual(unknown.commits, ['files that are not committed', 'abc..def']);
  assert.match(unknown.why!, /does not have both commits/);
  assert.match((await sinceLastGood(null, now)).why!, /no good night before/);
});
