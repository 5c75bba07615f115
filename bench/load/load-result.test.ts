import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineReport } from './engine-report.ts';
import { loadResult } from './load-result.ts';

const report: EngineReport = {
  ...{ scenario: 'storefront', model: 'open', protocol: 'prepared', connections: 16, workers: 16 },
  ...{
    durationSeconds: 20,
    lane: 0,
    lanes: 1,
    startedAt: '2026-11-28T22:00:00Z',
    seconds: 6.8,
    connectSeconds: 0,
  },
  ...{ complete: false, rate: 10, offered: 212, dropped: 129, due: [20, 8, 6, 12, 11, 16, 10], requests: 80 },
  ...{ errors: {}, retries: 0, rows: 0, bytes: 0, cores: 2, scheduling: 'normal', gaps: [], outages: [] },
  usage: { cpuSeconds: 0, wallSeconds: 7, gcs: 0, gcPauseSeconds: 0, gcPauseMaxSeconds: 0 },
  ...{ response: '', service: '', startLag: '', wait: '', statements: [], series: [] },
};
const droppedOf = (change: Partial<EngineReport>) =>
  loadResult({ ...report, ...change }, { via: 'primary', ceilingRate: null, histogram: '' }).dropped;

test('of a load that was cut only what was due until then is missing', () => {
  assert.equal(droppedOf({}), 3, '83 were due, and 80 were answered');
  assert.equal(droppedOf({ requests: 83 }), 0);
  assert.equal(droppedOf({ requests: 84 }), 0, 'one of the warm-up ended in the measured time');
  assert.equal(droppedOf({ dropped: 2 }), 2);
});

test('of a whole one every start that never was', () => {
  assert.equal(droppedOf({ complete: true }), 129);
  const { due: _, ...sessions } = report;
  assert.equal(loadResult(sessions, { via: 'primary', ceilingRate: null, histogram: '' }).dropped, 129);
});
