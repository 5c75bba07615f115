import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { compareRuns } from '../analysis/runs/compare-runs.ts';
import { parseResult } from '../reports/read-run.ts';
import { metricOf } from '../result/figure.ts';
import { figuresOf } from '../result/figures-of.ts';
import type { Result } from '../result/result.ts';
import { formerName } from './aliases.ts';

/** Runs as earlier versions stored them, each list cut to its first few: what they measured is as it was. */
const stored = join(import.meta.dirname, 'fixtures', 'runs');
const folder = mkdtempSync(join(tmpdir(), 'olympus-stored-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function read(file: string): Promise<Result> {
  writeFileSync(join(folder, 'result.json'), readFileSync(join(stored, file)));
  return parseResult(folder);
}

for (const file of readdirSync(stored)) {
  test(`${file}: a run that was stored is read, and compared with itself shows nothing worse`, async () => {
    const result = await read(file);
    assert.equal(result.schemaVersion, 2);
    assert.ok(result.figures.filter(({ value }) => value !== null).length > 10);
    const { comparison, compared } = compareRuns(result, result, { kind: 'equal' });
    assert.ok(compared.size > 0);
    assert.deepEqual(
      comparison.filter(({ verdict }) => /regression|worse|better|improvement|not measured/.test(verdict)),
      [],
    );
  });

  test(`${file}: every figure that it has by name is there today, or has it as its former name`, async () => {
    const before = (JSON.parse(readFileSync(join(stored, file), 'utf8')) as Result).figures ?? [];
    const names = figuresOf(await read(file)).map(metricOf);
    const known = new Set([...names, ...names.map(formerName)]);
    for (const figure of before)
      assert.ok(
        known.has(metricOf(figure)),
        `${metricOf(figure)} is gone: give it a line in history/aliases.ts`,
      );
  });
}

test('a run of version 1 says what made it, and a fault in it is seen', async () => {
  const before = await read('version-1.json');
  assert.equal(before.run.kind, 'bench');
  const [plan, ...plans] = before.plans;
  const after = {
    ...before,
    plans: [{ ...plan!, buffers: { hit: plan!.buffers.hit! * 3 + 9, read: 0 } }, ...plans],
    load: before.load.map((load) => ({ ...load, errors: { '57014': 40 } })),
  };
  const { verdict, comparison } = compareRuns(before, after, { kind: 'equal' });
  assert.equal(verdict.status, 'regression');
  const worse = comparison.filter((row) => row.verdict === 'regression').map(({ metric }) => metric);
  assert.ok(worse.some((metric) => /^plans .*, buffers$/.test(metric)));
  assert.ok(worse.some((metric) => /^load .*, all errors$/.test(metric)));
});
