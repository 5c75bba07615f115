import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { judgeTime } from '../analysis/nightly/judge-night.ts';
import { Fault } from '../config/fault.ts';
import { exampleResult } from '../reports/fixture.ts';
import { runId } from '../reports/run-id.ts';
import { writeResult } from '../reports/write-run.ts';
import type { HistoryDocument } from '../result/history.ts';
import type { Result } from '../result/result.ts';
import { aNight, storeNight, timeMetric } from '../test/nights.ts';
import { acceptChange } from './accept.ts';
import { formerName } from './aliases.ts';
import { openHistory } from './history.ts';
import { importFrom } from './import.ts';
import { indexName } from './index-file.ts';
import { pastOf } from './past.ts';
import { showHistory } from './show.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'olympus-history-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const now = Date.UTC(2027, 0, 1);
const name = 'orders/recent whale, CPU ms';
const { fingerprint } = exampleResult().environment;
const open = () => openHistory(root, { now });
async function shown(wanted: Partial<Parameters<typeof showHistory>[1]> = {}): Promise<HistoryDocument> {
  using history = await open();
  return showHistory(history, { suite: null, metrics: null, runs: 1000, ...wanted });
}
const level = (day: number) => 0.003 * Math.sin(5 * day);
/** Nights 0 to `count`, from `step` on slower by a tenth. */
async function nights(count: number, step = Number.POSITIVE_INFINITY): Promise<string[]> {
  const ids: string[] = [];
  for (let day = 0; day < count; day++)
    ids.push(
      await storeNight(root, day, aNight(day + 1, [timeMetric(name, level(day) + (day >= step ? 0.1 : 0))])),
    );
  return ids;
}

test('the series of nights has its values as ratios, its control and its change point', async () => {
  const ids = await nights(30, 20);
  const { suite, runs, series } = await shown();
  assert.deepEqual([suite, runs.length, runs.map(({ id }) => id)], ['nights', 30, ids]);
  const [one] = series;
  assert.equal(one!.metric, name);
  assert.ok(Math.abs(one!.values[25]! - Math.exp(level(25) + 0.1)) < 1e-9);
  assert.deepEqual([one!.control?.[3], one!.lastSeen, one!.state], [2, 0, 'steady']);
  assert.deepEqual(
    one!.changes.map(({ run }) => run),
    [ids[20]],
  );
});

test('a deleted index, a damaged one and one of another version give the same answer as the one that was there', async () => {
  await nights(12);
  const before = await shown();
  for (const spoil of [
    () => rmSync(join(root, indexName)),
    () =>
      writeFileSync(
        join(root, indexName),
        'no database at all, but long enough to be taken for one '.repeat(40),
      ),
    () => {
      using index = new DatabaseSync(join(root, indexName));
      index.exec('DROP TABLE points; PRAGMA user_version = 99');
    },
  ]) {
    spoil();
    for (const end of ['-wal', '-shm']) rmSync(join(root, indexName + end), { force: true });
    assert.deepEqual(await shown(), before);
  }
});

test('runs that come, change and go are in the index the next time', async () => {
  const ids = await nights(3);
  assert.equal((await shown()).runs.length, 3);
  await storeNight(root, 3, aNight(4, [timeMetric(name, 0.5)]));
  rmSync(join(root, ids[0]!), { recursive: true });
  await storeNight(root, 1, aNight(2, [timeMetric(name, 0.25)]));
  const { runs, series } = await shown();
  assert.deepEqual([runs.length, runs[0]!.id], [3, ids[1]]);
  assert.deepEqual(
    series[0]!.values.map((value) => Math.log(value!).toFixed(2)),
    ['0.25', level(2).toFixed(2), '0.50'],
  );
});

test('a damaged run among good ones is named with what is wrong, and left out', async () => {
  const ids = await nights(4);
  writeFileSync(join(root, ids[1]!, 'result.json'), '{"schemaVersion": 1, ');
  mkdirSync(join(root, '20260109-000000-000-quick-abcd'));
  const { runs, damaged } = await shown();
  assert.equal(runs.length, 3);
  assert.deepEqual(
    damaged.map(({ run }) => run),
    [ids[1], '20260109-000000-000-quick-abcd'],
  );
  assert.match(damaged[0]!.why, /is no JSON/);
  assert.match(damaged[1]!.why, /has no result\.json/);
});

test('nights whose clock was set back stand in the order of their numbers, and a note says so', async () => {
  await storeNight(root, 0, aNight(1, [timeMetric(name, 0)]));
  const second = await storeNight(root, 9, aNight(2, [timeMetric(name, 0)]));
  const third = await storeNight(root, 5, aNight(3, [timeMetric(name, 0)]));
  const { runs, notes } = await shown();
  assert.deepEqual(
    runs.slice(1).map(({ id }) => id),
    [second, third],
  );
  assert.match(notes.join(), /The clock was set back/);
  await storeNight(root, 2000, aNight(4, [timeMetric(name, 0)]));
  assert.match((await shown()).notes.join(), /1 runs started in the future/);
});

test('other conditions are a break with its reasons, and no change point crosses it', async () => {
  const before = await nights(8);
  const { environment } = exampleResult();
  const [primary, ...others] = environment.endpoints;
  const endpoints = [{ ...primary!, settings: { ...primary!.settings, work_mem: '64MB' } }, ...others];
  const other = { environment: { ...environment, fingerprint: 'other', endpoints } };
  let first = '';
  for (let day = 8; day < 16; day++)
    first ||= await storeNight(root, day, aNight(day + 1, [timeMetric(name, level(day) + 0.3)]), other);
  const { breaks, series } = await shown();
  assert.deepEqual(
    breaks.map(({ run }) => run),
    [first],
  );
  assert.match(breaks[0]!.why.join(), /only the first has work_mem = 16MB/);
  assert.deepEqual(series[0]!.changes, []);
  using history = await open();
  const past = await pastOf(history, fingerprint, 'pinned');
  assert.deepEqual(
    past.of(name).nights.map(({ run }) => run),
    before,
  );
  assert.equal((await pastOf(history, fingerprint, 'other control')).of(name).nights.length, 0);
});

test('a renamed metric goes on under its new name; a file that is none is refused, so is a circle', async () => {
  await nights(5);
  await storeNight(root, 5, aNight(6, [timeMetric('orders/newest whale, CPU ms', 0)]));
  assert.equal((await shown()).series.length, 2);
  writeFileSync(join(root, 'aliases.json'), '{"orders/recent *": "orders/newest *"}');
  const { series } = await shown();
  assert.deepEqual(
    series.map(({ metric, values }) => [metric, values.filter((one) => one !== null).length]),
    [['orders/newest whale, CPU ms', 6]],
  );
  writeFileSync(join(root, 'aliases.json'), '{"a": "b", "b": "a", "orders/recent whale, CPU ms": "a"}');
  await assert.rejects(shown(), /in a circle/);
  writeFileSync(join(root, 'aliases.json'), '[1]');
  await assert.rejects(shown(), /is no object of old and new names/);
});

test('a metric that disappears says how long ago it was seen', async () => {
  await nights(3);
  await storeNight(root, 3, aNight(4, [timeMetric('another', 0)]));
  const { series } = await shown();
  assert.deepEqual(
    series.map(({ metric, lastSeen }) => [metric, lastSeen]),
    [
      ['another', 0],
      [name, 1],
    ],
  );
});

test('a void night is in the series of runs and has no value', async () => {
  await nights(3);
  await storeNight(root, 3, aNight(4, [timeMetric(name, 0.9)], { void: 'the control moved' }));
  assert.deepEqual((await shown()).series[0]!.values[3], null);
  using history = await open();
  const { nights: known } = (await pastOf(history, fingerprint, 'pinned')).of(name);
  assert.deepEqual([known.length, known[3]!.value], [4, null]);
});

test('what is confirmed can be accepted for a reason: the baseline begins where it began', async () => {
  const ids = await nights(15, 13);
  const baseline = { level: 0, limit: 0.025 };
  const found = { state: 'confirmed', since: ids[13]!, baseline } as const;
  ids.push(await storeNight(root, 15, aNight(16, [timeMetric(name, 0.1, found)])));
  using history = await open();
  const judged = async () => {
    using fresh = await open();
    const past = await pastOf(fresh, fingerprint, 'pinned');
    assert.equal(past.night, 17);
    return judgeTime(past.of(name), 'tonight', 0.1);
  };
  assert.equal((await judged()).state, 'confirmed');
  await assert.rejects(acceptChange(history, name, ' ', 'now'), /for a reason/);
  await assert.rejects(acceptChange(history, 'orders/recnt whale, CPU ms', 'x', 'now'), (error: Fault) =>
    /Did you mean "orders\/recent whale, CPU ms"/.test(error.next),
  );
  const accepted = await acceptChange(history, name, 'more columns', '2026-02-01T00:00:00.000Z');
  assert.deepEqual([accepted.from, accepted.run, accepted.level.toFixed(3)], [ids[13], ids[15], '0.100']);
  const after = await judged();
  assert.deepEqual([after.state, after.nights, after.missing], ['accepted', 3, 7]);
  const [series] = (await shown()).series;
  assert.deepEqual([series!.accepted[0]!.reason, series!.state], ['more columns', 'accepted']);
  {
    using again = await open();
    await assert.rejects(
      acceptChange(again, name, 'once more', 'now'),
      /is accepted already: more columns\./,
    );
  }
  rmSync(join(root, indexName));
  assert.deepEqual(await judged(), after);
});

test('what is accepted on a void night has the value of the newest night that counts, and none is no zero', async () => {
  const ids = await nights(15, 13);
  const baseline = { level: 0, limit: 0.025 };
  const found = { state: 'confirmed', since: ids[13]!, baseline } as const;
  const moved = { void: 'the control moved' };
  ids.push(await storeNight(root, 15, aNight(16, [timeMetric(name, null, found)], moved)));
  {
    using history = await open();
    const accepted = await acceptChange(history, name, 'more columns', '2026-02-01T00:00:00.000Z');
    assert.deepEqual(
      [accepted.from, accepted.run, accepted.level.toFixed(3)],
      [ids[13], ids[15], (level(14) + 0.1).toFixed(3)],
    );
  }
  for (const id of [ids[13]!, ids[14]!]) rmSync(join(root, id), { recursive: true });
  rmSync(join(root, 'accepted.ndjson'));
  const alone = { ...found, since: ids[15]! };
  await storeNight(root, 16, aNight(17, [timeMetric(name, null, alone)], moved));
  using history = await open();
  await assert.rejects(acceptChange(history, name, 'more', 'now'), /no value of .* to accept.*is void/);
});

test('what was accepted on one machine is accepted on another: its finding of before is over there too', async () => {
  const { environment } = exampleResult();
  const other = { environment: { ...environment, fingerprint: 'other' } };
  const baseline = { level: 0, limit: 0.025 };
  const confirmed = (day: number, since: string) =>
    storeNight(
      root,
      day,
      aNight(day + 1, [timeMetric(name, 0.1, { state: 'confirmed', since, baseline })]),
      other,
    );
  const first = await confirmed(3, 'x');
  await confirmed(5, first);
  const accepted = {
    ...{ metric: name, reason: 'more columns', at: '2026-02-01T00:00:00.000Z' },
    ...{ run: '20260108-000000-000-nightly-0001', from: first, level: 0.1, control: 'pinned' },
  };
  const previous = async () => {
    using history = await open();
    return (await pastOf(history, 'other', 'pinned')).of(name).previous;
  };
  assert.equal((await previous())?.state, 'confirmed');
  writeFileSync(join(root, 'accepted.ndjson'), `${JSON.stringify(accepted)}\n`);
  assert.equal(await previous(), null);
  await confirmed(9, first);
  assert.equal((await previous())?.state, 'confirmed', 'what is found later is another finding');
});

test('a yes or no is 0 where the statement was looked at, and unknown where it was not', async () => {
  const cell = 'orders/recent whale';
  const exact = (what: string, value: number, changes: object = {}) =>
    timeMetric(`${cell}, ${what}`, value, { exact: true, unit: '', ...changes });
  const pages = exact('pages', 0, { unit: 'pages' });
  const rows = (value: number, state: 'steady' | 'confirmed') => exact('other rows', value, { state });
  await storeNight(root, 0, aNight(1, [pages, rows(0, 'steady')]));
  await storeNight(root, 1, aNight(2, [timeMetric('another, CPU ms', 0)]));
  await storeNight(root, 2, aNight(3, [pages, rows(1, 'confirmed')]));
  await storeNight(root, 3, aNight(4, [pages, rows(0, 'steady')]));
  const { series } = await shown();
  const one = series.find(({ metric }) => metric === `${cell}, other rows`)!;
  assert.deepEqual([one.kind, one.values, one.state], ['flag', [0, null, 1, 0], 'steady']);
  assert.equal(series.find(({ metric }) => metric === `${cell}, pages`)!.kind, 'ratio');
});

test('the newest acceptance of a metric counts, whatever it was called, and only against its own control', async () => {
  const ids = await nights(3);
  const one = (metric: string, level: number, control = 'pinned') =>
    JSON.stringify({ metric, reason: 'x', at: 'now', run: ids[1], from: ids[0], level, control });
  const old = 'orders/former whale, CPU ms';
  writeFileSync(join(root, 'aliases.json'), JSON.stringify({ [old]: name }));
  const lines = [one(name, 0.1), one(old, 0.2), one(name, 0.3, 'another'), one('else', 0.4)];
  writeFileSync(join(root, 'accepted.ndjson'), lines.join('\n'));
  using history = await open();
  const past = await pastOf(history, fingerprint, 'pinned');
  assert.deepEqual(
    [past.night, past.of(name).acceptance?.level, past.of('nothing').acceptance],
    [4, 0.2, null],
  );
  assert.equal(past.of(name).previous?.state, 'steady', 'there is a night after it');
  assert.equal((await pastOf(history, fingerprint, 'another')).of(name).acceptance?.level, 0.3);
});

test('the first night is number 1, and a run that is none is not among them', async () => {
  await storeNight(root, 0, aNight(1, []), { nightly: undefined } as never);
  using history = await open();
  const past = await pastOf(history, fingerprint, 'pinned');
  assert.deepEqual([past.night, past.lastGood, past.of(name).nights], [1, null, []]);
  await assert.rejects(acceptChange(history, name, 'x', 'now'), /There is no night in/);
});

test('what is not above its nights has nothing to accept, and a bad line of the file is named', async () => {
  await nights(2);
  using history = await open();
  await assert.rejects(acceptChange(history, name, 'because', 'now'), /nothing to accept: .* is steady/);
  writeFileSync(join(root, 'accepted.ndjson'), '\n{"metric": 1}\n');
  await assert.rejects(open(), /accepted\.ndjson:2 is no accepted change/);
});

test('the last good night is the newest that passed, whatever its fingerprint', async () => {
  const ids = await nights(2);
  await storeNight(root, 2, aNight(3, []), { verdict: { status: 'regression', reasons: [] } });
  using history = await open();
  const past = await pastOf(history, 'quite another', 'pinned');
  assert.deepEqual([past.lastGood?.run, past.night], [ids[1], 4]);
});

test('runs of other suites have their figures as series', async () => {
  await storeNight(root, 0, aNight(1, []), { ...exampleResult(), nightly: undefined } as never);
  const { suite, series } = await shown();
  assert.equal(suite, 'nightly');
  const metrics = series.map(({ metric }) => metric);
  assert.ok(metrics.includes('load storefront open pooler at about 1500/s, response p99'));
  assert.ok(metrics.includes('plans orders/recent owner whale, buffers'));
});

test('runs of another kind are a series of their own, whatever their suite', async () => {
  const { run } = exampleResult();
  for (const kind of ['bench', 'explain', 'index', 'ab', 'load'] as const)
    await writeRun({
      ...exampleResult(),
      run: { ...run, kind, id: runId(new Date(), 'quick'), suite: 'quick' },
    });
  using history = await open();
  assert.deepEqual(history.runs.map(({ suite }) => suite).sort(), [
    'ab',
    'explain',
    'index',
    'load',
    'quick',
  ]);
});

async function writeRun(result: Result): Promise<void> {
  mkdirSync(join(root, result.run.id));
  await writeResult(join(root, result.run.id), result);
}

test('what decides comes first, sizes of tables last', async () => {
  await storeNight(root, 0, aNight(1, []), { ...exampleResult(), nightly: undefined } as never);
  const names = (await shown()).series.map(({ metric }) => metric);
  const place = (part: RegExp) => names.findIndex((name) => part.test(name));
  assert.ok(place(/^plans .*, buffers$/) < place(/^load .*, response p99$/));
  assert.ok(place(/^load .*, response p99$/) < place(/^plans .*, execution$/));
  assert.match(names.at(-1)!, /^dataset\b/);
});

test('the name that a metric had before still finds it', async () => {
  await storeNight(root, 0, aNight(1, []), { ...exampleResult(), nightly: undefined } as never);
  const before = new Set((await shown()).series.map(({ metric }) => formerName(metric)));
  for (const old of [
    'orders/recent as owner, whale, pages',
    'orders/keyset row comparison whale at 4900, pages',
    'storefront open via pooler, response p99',
    'storefront open via pooler, service p50',
    'storefront open via pooler, achieved rate',
    'replica1, lag p50',
    'orders/recent policy bare, whale, time against owner',
    'rows of another tenant',
    `${exampleResult().dataset!.tables[0]!.name}, size`,
  ])
    assert.ok(before.has(old), old);
});

test('import copies whole runs once, and names the damaged and the unequal', async () => {
  const ids = await nights(3);
  const target = join(root, 'target');
  writeFileSync(join(root, ids[2]!, 'result.json'), 'no');
  const first = await importFrom(root, target);
  assert.deepEqual([first.imported, first.known, first.damaged.length], [ids.slice(0, 2), [], 1]);
  assert.deepEqual((await importFrom(root, target)).known, ids.slice(0, 2));
  const copied = join(target, ids[0]!, 'result.json');
  assert.equal(readFileSync(copied, 'utf8'), readFileSync(join(root, ids[0]!, 'result.json'), 'utf8'));
  appendFileSync(copied, ' ');
  assert.match((await importFrom(root, target)).damaged[0]!.why, /is there already with another result/);
  assert.equal((await importFrom(join(root, ids[0]!), join(root, 'one'))).imported.length, 1);
  await assert.rejects(importFrom(join(root, 'nonesuch'), target), Fault);
  mkdirSync(join(root, 'empty'));
  await assert.rejects(importFrom(join(root, 'empty'), target), /holds no run/);
});
