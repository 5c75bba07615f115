import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readCatalogue } from './catalogue.ts';
import { readLoadScenario } from './load-scenario.ts';
import { loadScenarios, scenarioScript } from './load-scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-scenario-'));
after(() => rmSync(folder, { recursive: true }));
const catalogue = await readCatalogue();

function scenario(text: string) {
  const path = join(folder, 'own.ts');
  writeFileSync(path, text);
  return readLoadScenario(path, catalogue);
}

test('every shipped scenario names only statements that there are', () => {
  for (const name of loadScenarios()) {
    const script = scenarioScript(name);
    const { statements } = readLoadScenario(script, catalogue);
    const named = [...readText(script).matchAll(/'([a-z]+\/[a-z-]+)'/g)]
      .map(([, word]) => word!)
      .filter((word) => !word.startsWith('k'));
    assert.ok(
      named.every((word) => statements.some((statement) => statement.name === word)),
      `${name}: ${named.filter((word) => !statements.some((one) => one.name === word))}`,
    );
  }
});

const readText = (path: string) => readFileSync(path, 'utf8');

test('a script says where it goes, as whom, and that its rate is its own', () => {
  const own = scenario(
    "/**\n * Mine.\n * @via replica2\n * @as owner\n * @rate own\n */\nrun('users/search')",
  );
  assert.deepEqual([own.via, own.login, own.ownRate, own.writes], ['replica2', 'owner', true, false]);
  assert.deepEqual(
    own.statements.map(({ name }) => name),
    ['users/search'],
  );
});

test('sessions are told from single requests', () => {
  assert.equal(readLoadScenario(scenarioScript('shopping-session')).sessions, true);
  assert.equal(readLoadScenario(scenarioScript('storefront')).sessions, false);
  assert.equal(scenario("// a session: of mine\nrun({ scenario: 'x' })").sessions, false);
});

test('a script that names a write is given a copy; one that names nothing reads all that the application may', () => {
  assert.equal(scenario("'orders/create'").writes, true);
  const all = scenario('// nothing');
  assert.ok(all.statements.length > 20);
  assert.ok(all.statements.every(({ kind, role }) => kind === 'read' && role === 'app'));
});

test('a tag or a word that there is not is refused with its line', () => {
  assert.throws(() => scenario('/**\n * @vai replica2\n */'), {
    message: /own\.ts:2: there is no tag "@vai"/,
  });
  assert.throws(() => scenario('/**\n *\n * @via replica9\n */'), {
    message: /own\.ts:3: @via is "replica9"/,
  });
});

test('a tag counts wherever it stands in the first comment, and prose with an @ is prose', () => {
  const own = scenario("/** own: known delays. @rate own @via primary */\nrun('users/search')");
  assert.deepEqual([own.via, own.ownRate], ['primary', true]);
  assert.equal(scenario('/** By @somebody, ask me@via.org. */').via, undefined);
  assert.throws(() => scenario('/** known. @via replica9 */'), { message: /own\.ts:1: @via is "replica9"/ });
  assert.throws(() => scenario('/** @vai replica1 */'), { message: /own\.ts:1: there is no tag "@vai"/ });
});

test('a script says how long it lasts where it says so in figures', () => {
  const said = ({ duration, warmup, rate }: ReturnType<typeof scenario>) => [duration, warmup, rate];
  assert.deepEqual(said(scenario("run({ rate: 8, duration: '4s', warmup: '1s', a: 1 })")), [4000, 1000, 8]);
  assert.deepEqual(said(scenario('run({\n  duration: 90,\n  warmup: "1m30s",\n})')), [
    90_000,
    90_000,
    undefined,
  ]);
  assert.deepEqual(said(scenario('run({ duration: half, maxDuration: "9s", warmup })')), [
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual(said(scenario("// duration: '9s',\nrun({})")), [undefined, undefined, undefined]);
});

test('what the options say to k6 is not taken for what run() is told', () => {
  const own = scenario(
    "export const options = {\n  scenarios: { a: { executor: 'x', rate: 10, duration: '5s' } },\n};\nexport default () => run({ rate: 40, duration: '6s', warmup: '1s' });\n",
  );
  assert.deepEqual([own.rate, own.duration, own.warmup], [40, 6000, 1000]);
  const none = scenario("export const options = { vus: 3, duration: '5s' };\nrun({ rate: 4 });\n");
  assert.deepEqual([none.rate, none.duration], [4, undefined]);
});

test('two durations of one script are refused with both lines; the same one twice is one', () => {
  assert.throws(() => scenario("run({\n  duration: '6s',\n});\nrun({\n  duration: '9s',\n});\n"), {
    reason: 'usage',
    message: /own\.ts:5: duration is 9s, and in line 2 it is 6s\./,
  });
  assert.equal(scenario("run({ duration: '6s' });\nrun({ duration: '6s' });\n").duration, 6000);
});

test('a key is read wherever it stands, behind a statement too, and not from a comment or a text', () => {
  const own = scenario(
    "// duration: '1s',\nconst of = 'a // duration: ';\nrun({ statements: { 'users/search': 1 }, duration: '4s' /* warmup: 9 */, warmup: 2 });\n",
  );
  assert.deepEqual([own.duration, own.warmup], [4000, 2000]);
  assert.equal(scenario('run({ duration: `$' + '{half}s` });').duration, undefined, 'it is reckoned');
});

test('a duration that is no time is refused with its line: the harness would measure for another', () => {
  for (const [said, shown] of [
    ["'soon'", 'soon'],
    ["'-3s'", '-3s'],
    ['-3', '-3'],
    ["''", ''],
    ["'3 s'", '3 s'],
  ])
    assert.throws(() => scenario(`run({\n  duration: ${said},\n});\n`), {
      reason: 'usage',
      message: new RegExp(`own\\.ts:2: duration is ${shown}, which is no time\\.`),
    });
  assert.equal(scenario("run({ duration: '1m30s' });").duration, 90_000);
});
