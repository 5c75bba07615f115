import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { indexMeasure } from '../bench/index/index-change.ts';
import { loadMeasure } from '../bench/load/load.ts';
import { scenarioFor } from '../bench/load/usual-scenario.ts';
import type { Measure } from '../bench/measure.ts';
import { measures } from '../bench/measures.ts';
import { nightlyMeasure } from '../bench/nightly/nightly.ts';
import { pinnedProject, projectHead } from '../bench/nightly/pinned-project.ts';
import { baseSide } from '../bench/variant/parse.ts';
import { checkProject, writeProject } from '../cli/init-project.ts';
import { runBench } from '../cli/run-bench.ts';
import { silent } from '../config/progress.ts';
import { milliseconds, seconds } from '../config/units.ts';
import { connectExternal } from '../infra/external/external.ts';
import { connect } from '../infra/topology/session.ts';
import { projectCatalogue } from '../project/project-catalogue.ts';
import { readProject } from '../project/read-project.ts';
import type { Result, RunKind } from '../result/result.ts';
import { inProcess } from './in-process.ts';
import { olympus } from './olympus.ts';
import { forgetAsked, type TestDatabase, testDatabase } from './server.ts';
import { sourceDigest } from './source-digest.ts';

// Three databases that are not the shop's, as they are found: everything on them is done on copies, and a digest over
// every object of each is the same before and after. The tests of this file follow each other.
const folder = mkdtempSync(join(tmpdir(), 'olympus-foreign-'));
const asked = {
  bank: [
    'SELECT abalance FROM pgbench_accounts WHERE aid = 77',
    'SELECT count(*) FROM pgbench_accounts WHERE bid = 1 AND abalance = 5',
    'UPDATE pgbench_accounts SET abalance = abalance + 5 WHERE aid = 9',
    "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, 5, 7, timestamp '2026-02-01')",
  ],
  film: [
    'SELECT title, actors FROM film_list WHERE film_id = 7',
    'SELECT r.rental_id, f.title FROM rental AS r JOIN inventory USING (inventory_id) JOIN film AS f USING (film_id) WHERE r.customer_id = 3 ORDER BY r.rental_date DESC LIMIT 10',
    'SELECT * FROM in_stock(5)',
    "SELECT count(*) FROM film WHERE rating = 'teens' AND minutes BETWEEN 70 AND 90",
    "UPDATE actor SET last_name = 'x' WHERE actor_id = 4",
    'SELECT count(*) * 7 FROM actor',
  ],
  quoted: [
    'SELECT * FROM "Sales Data"."Order Lines" WHERE "order" = 5',
    `SELECT "Day", "Sum" FROM "Sales Data"."By Day" WHERE "Day" BETWEEN '2025-06-01' AND '2025-06-04'`,
    'SELECT id FROM "select"."Notes" WHERE "It""s" = 7',
    'SELECT "Id" FROM "Sales Data"."Order Lines" WHERE "Price €" > 98 LIMIT 3',
  ],
};
type Name = keyof typeof asked;
const names = Object.keys(asked) as Name[];
const variable = (name: Name) => `OLYMPUS_FOREIGN_${name.toUpperCase()}`;
const databases = {} as Record<Name, TestDatabase>;
const digests = {} as Record<Name, Record<string, string>>;

before(async () => {
  for (const name of names) {
    const database = await testDatabase(`foreign_${name}`);
    databases[name] = database;
    await database.admin.query(readFileSync(join(import.meta.dirname, 'foreign', `${name}.sql`), 'utf8'));
    await database.admin.query(forgetAsked);
    for (const sql of asked[name]) await database.admin.query(sql);
    digests[name] = await sourceDigest(database.admin);
    process.env[variable(name)] = `${database.url}?sslmode=disable`;
    // a copy is made of a database that nobody else is connected to
    await database.admin[Symbol.asyncDispose]();
  }
});
after(async () => {
  for (const name of names) await databases[name]?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const directory = (name: Name) => join(folder, name);

/** One run on a project, in this process, as the command line makes it. */
async function measured(name: Name, kind: RunKind, all: readonly Measure[]): Promise<Result> {
  const project = readProject(directory(name));
  let result: Result | undefined;
  const { stderr } = await inProcess(
    true,
    async (context) => {
      const options = { kind, suite: 'smoke' as const, out: join(folder, 'runs', name), streams: '1' };
      ({ result } = await runBench(context, all, options));
      return 0;
    },
    { project, permission: { allowWrites: true, notOurs: undefined } },
  );
  assert.equal(stderr, '');
  return result!;
}

test('init writes a project of each, from what was asked of it; each statement runs, what cannot is named', async () => {
  const left: Record<string, string[]> = {};
  for (const name of names) {
    const from = `env:${variable(name)}`;
    const { stdout, stderr } = await inProcess(true, async (context) => {
      await writeProject(context, { from: [from], most: 50 }, directory(name));
      return 0;
    });
    assert.equal(stderr, '');
    const { statements } = JSON.parse(stdout);
    assert.equal(statements.length, asked[name].length, JSON.stringify(statements));
    left[name] = statements
      .filter(({ runnable }: { runnable: boolean }) => !runnable)
      .map(({ why }: { why: string }) => why);
    const check = await inProcess(true, (context) => checkProject(context, directory(name)));
    assert.equal(check.code, 0, check.stdout + check.stderr);
  }
  assert.deepEqual(left, { bank: [], film: ['nothing says where the values of $1 come from'], quoted: [] });
});

test('pgbench: its plans are read, a load script of its own is offered at a rate; what it has nothing for is absent, not missing', async () => {
  const scripts = join(import.meta.dirname, '../scenarios/load');
  const own = readFileSync(join(scripts, 'mixed.ts'), 'utf8').replace("scenario: 'mixed'", "scenario: 'own'");
  mkdirSync(join(directory('bank'), 'scenarios'));
  writeFileSync(join(directory('bank'), 'scenarios/own.ts'), own);
  copyFileSync(join(scripts, 'environment.ts'), join(directory('bank'), 'scenarios/environment.ts'));
  const project = readProject(directory('bank'));
  const catalogue = await projectCatalogue(project);
  assert.throws(() => scenarioFor(project, 'checkout', catalogue), /statement of the shop/);
  const load = loadMeasure({
    ...{ scenario: scenarioFor(project, 'own', catalogue), rate: 40 },
    ...{ duration: seconds(1), warmup: milliseconds(0) },
  });
  const parts = measures.filter(({ part }) => ['plans', 'rls', 'lag', 'pooler'].includes(part));
  const result = await measured('bank', 'bench', [...parts, load]);
  assert.deepEqual(
    result.skipped.map(({ part, applies }) => [part, applies]),
    ['rls', 'lag', 'pooler'].map((part) => [part, false]),
  );
  assert.equal(result.plans.length, catalogue.length);
  const shown = result.plans.flatMap(({ parameters = [] }) => parameters.map(({ value }) => value));
  assert.deepEqual([...new Set(shown)], ['not shown (--show-values shows it)']);
  for (const { lines = [], tree } of result.plans) {
    const conditions = lines.flatMap((line) => line.conditions.map(({ text }) => text));
    assert.doesNotMatch([tree, ...conditions].join('\n'), /(aid|bid|abalance) = \d/);
  }
  const [open] = result.load;
  assert.deepEqual([open!.scenario, open!.model, open!.errors, open!.dropped], ['own', 'open', {}, 0]);
  assert.ok(open!.requests > 10);
});

test('quoted names and partitions: an index that nobody needs is not proposed; one that is dropped is named by the night', async () => {
  const useless = 'CREATE INDEX ON "select"."Notes" ("Note")';
  const { index } = await measured('quoted', 'index', [
    indexMeasure({ ddl: [useless], drop: [], listed: undefined }),
  ]);
  assert.equal(index[0]!.verdict, 'do-not');
  const project = readProject(directory('quoted'));
  const control = join(folder, 'control');
  const night = async () => {
    const all = await projectCatalogue(project);
    const measure = nightlyMeasure({
      control: (setting) => pinnedProject(setting, control, undefined),
      head: await projectHead(project),
      names: new Set(all.map(({ name }) => name)),
      changes: baseSide,
      secondsLeft: () => 0, // work has no noise: what this test is about needs no times
      past: async () => ({
        night: 1,
        lastGood: null,
        of: () => ({ nights: [], previous: null, acceptance: null }),
      }),
    });
    return await measured('quoted', 'nightly', [measure]);
  };
  const quiet = await night();
  assert.notEqual(quiet.verdict.status, 'regression');
  assert.deepEqual(quiet.nightly!.since.settings, []);
  {
    await using changed = await connect(databases.quoted.url);
    await changed.query('DROP INDEX "Sales Data"."by ""order"');
  }
  const worse = await night();
  assert.equal(worse.verdict.status, 'regression');
  const moved = worse.nightly!.metrics.filter(({ state }) => state === 'confirmed');
  const [catalogued] = (await projectCatalogue(project)).filter(({ sql }) => sql.includes('"order" ='));
  assert.deepEqual(
    moved.map(({ metric }) => metric),
    [`${catalogued!.name} all, pages`],
  );
  assert.match(worse.nightly!.since.settings.join(), /index "Sales Data"."by ""order" .*gone since/);
});

/** The commands of a section of the document, as typed. */
const typed = (section: string): string[] => {
  const text = readFileSync(join(import.meta.dirname, '../docs/own-database.md'), 'utf8');
  const body = text.split(/^## /m).find((each) => each.startsWith(section))!;
  return [...body.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.trim().split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''));
};

test('docs/own-database.md as typed, on films that are lent: from a connection to "this index helps"', async () => {
  const [estimating] = typed('4.');
  const [exported, ...commands] = [...typed('1.'), estimating!, ...typed('3.')];
  assert.match(exported!, /^export MY_DB=postgres:/);
  const environment = { MY_DB: process.env[variable('film')]! };
  const outcomes = [];
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
    const args = words.slice(1).map((word) => (word === 'mine' ? join(folder, 'mine') : word));
    if (args[0] === 'index') args.push('--out', join(folder, 'runs/mine'));
    outcomes.push({ command, ...(await olympus([...args, '--quiet'], { environment, timeout: 120_000 })) });
  }
  assert.deepEqual(
    outcomes.slice(0, 2).map(({ code }) => code),
    [0, 0],
    JSON.stringify(outcomes),
  );
  const estimated = outcomes.at(-2)!;
  assert.equal(estimated.code, 3, 'an estimate is no pass');
  assert.match(
    estimated.stdout,
    /^ESTIMATED ONLY[\s\S]*estimated cheaper: rental\/\w+; estimated dearer: none/,
  );
  const { command, stdout } = outcomes.at(-1)!;
  assert.match(command, /^\.\/olympus index "CREATE INDEX/);
  assert.match(stdout, /helped: rental\/\w+; regressed: none/);
});

test('with writing allowed a session in the database itself is still read-only; one beside it is not', async () => {
  const project = readProject(directory('bank'));
  const { endpoints } = await connectExternal({
    entries: project.topology!.entries as Parameters<typeof connectExternal>[0]['entries'],
    ...{ allowWrites: true, schema: false, roles: project.roles, progress: silent },
  });
  for (const login of ['admin', 'app', 'owner'] as const) {
    await using session = await connect(endpoints[0]!.url(login));
    await assert.rejects(session.query('CREATE TABLE made (id int)'), /read-only transaction/);
  }
  await using beside = await connect(endpoints[0]!.url('admin', 'postgres'));
  const { rows } = await beside.query('SHOW default_transaction_read_only');
  assert.deepEqual(rows, [{ default_transaction_read_only: 'off' }]);
});

test('every object and every row of the three is as it was', async () => {
  for (const name of names) {
    await using session = await connect(databases[name].url);
    const now = await sourceDigest(session);
    const dropped = name === 'quoted' ? ['index', 'relation', 'column'] : []; // by this test itself
    for (const kind of dropped) delete digests[name][kind];
    for (const kind of dropped) delete now[kind];
    assert.deepEqual(now, digests[name]);
    assert.ok(Object.keys(now).length > 10);
  }
});
