import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { specOf } from '../result/catalogue.ts';
import { figuresOf } from '../result/figures-of.ts';
import { exampleResult } from './fixture.ts';
import { dashboardText } from './grafana.ts';
import { familyName, renderOpenMetrics } from './openmetrics.ts';

test('the dashboard is the one of the catalogue', () => {
  const file = join(import.meta.dirname, '../deploy/grafana/olympus.json');
  assert.equal(
    readFileSync(file, 'utf8'),
    dashboardText,
    'node reports/grafana.ts > deploy/grafana/olympus.json',
  );
});

test('what the dashboard asks for is what a run hands over, and every figure of a run is on it but details', () => {
  const asked = new Set([...dashboardText.matchAll(/"expr": "(\w+)\{/g)].map(([, name]) => name!));
  const handed = new Set(
    [...renderOpenMetrics(exampleResult()).matchAll(/^(\w+)\{/gm)].map(([, name]) => name!),
  );
  for (const name of ['olympus_run_info', 'olympus_check_ok'])
    assert.ok(asked.has(name) && handed.has(name), name);
  const figures = figuresOf(exampleResult()).filter(({ value }) => value !== null);
  assert.ok(figures.length > 100);
  for (const figure of figures) {
    const name = familyName(figure);
    assert.ok(handed.has(name), name);
    if (!specOf(figure)!.detail) assert.ok(asked.has(name), name);
  }
});
