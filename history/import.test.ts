import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exampleResult } from '../reports/fixture.ts';
import { readRun } from '../reports/read-run.ts';
import { runFolder, runId } from '../reports/run-id.ts';
import { importFrom } from './import.ts';

/** A folder with runs/ (where it is imported to), victim/ beside it, and from/ with one run of this id. */
function planted(id: string): { root: string; runs: string; from: string } & Disposable {
  const root = mkdtempSync(join(tmpdir(), 'olympus-import-'));
  const [runs, from] = [join(root, 'deep', 'runs'), join(root, 'from')];
  mkdirSync(runs, { recursive: true });
  mkdirSync(join(root, 'victim'));
  writeFileSync(join(root, 'victim', 'precious'), 'precious');
  mkdirSync(join(from, 'one', 'raw'), { recursive: true });
  const result = exampleResult();
  result.run.id = id;
  writeFileSync(join(from, 'one', 'result.json'), JSON.stringify(result));
  return { root, runs, from, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}
const everything = (root: string) => (readdirSync(root, { recursive: true }) as string[]).sort();
const good = runId(new Date(), 'quick');

for (const id of [
  '../../planted',
  '/../../victim',
  '../../victim',
  '..',
  '.',
  '',
  'a/b',
  '\0',
  `${good}/../../victim`,
  `${good}\n`,
  `.import-${good}`,
  '/tmp',
])
  test(`the id ${JSON.stringify(id)} leads nowhere: nothing is written, nothing removed`, async () => {
    using place = planted(id);
    const before = everything(place.root);
    const { imported, damaged } = await importFrom(place.from, place.runs);
    assert.deepEqual(imported, []);
    assert.match(damaged[0]!.why, /run\.id is .*, which is none/);
    assert.deepEqual(everything(place.root), before);
    assert.throws(() => runFolder(place.runs, id), /is no id of a run/);
    await assert.rejects(readRun(place.runs, join(place.from, 'one')), /run\.id is .*, which is none/);
  });

test('a link within a run is not followed, wherever it stands', async () => {
  for (const where of ['result.json', 'raw/link', 'raw', 'index.html']) {
    using place = planted(good);
    const link = join(place.from, 'one', where);
    rmSync(link, { recursive: true, force: true });
    symlinkSync(join(place.root, 'victim', 'precious'), link);
    const { imported, damaged } = await importFrom(join(place.from, 'one'), place.runs).catch(() => ({
      imported: [],
      damaged: [{ why: 'is a link or no file' }],
    }));
    assert.deepEqual(imported, [], where);
    assert.match(damaged[0]!.why, /is a link or no file/, where);
    assert.deepEqual(readdirSync(place.runs), []);
  }
});

test('a run is imported under its id', async () => {
  using place = planted(good);
  assert.deepEqual((await importFrom(place.from, place.runs)).imported, [good]);
  assert.deepEqual(readdirSync(place.runs), [good]);
});
