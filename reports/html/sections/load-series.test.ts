import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadEvidence, LoadResult } from '../../../result/result.ts';
import { exampleLoad } from '../../fixture/load.ts';
import { loadSeries } from './load-series.ts';

const point = (s: number, changes: Partial<LoadEvidence['series'][number]> = {}) => ({
  ...{ s, walBytesPerSecond: 1, activeSessions: 3, connections: 20, waiting: 1, locksWaiting: 0 },
  ...{ othersCores: 0.25, ownCores: 0.5, serversCores: 1.25, poolerWaiting: null, ...changes },
});
const evidence = (series: LoadEvidence['series'], windowFromS?: number): LoadEvidence => ({
  ...{ seconds: 50, file: 'f', walBytesPerSecond: 1, bufferHitPct: 99, checkpoints: 1, locksWaitingMax: 0 },
  ...{ poolerWaitingMax: null, poolerWaitMaxMs: null, observerMs: 1, statements: null, waits: [], gaps: 0 },
  ...{ absent: [], series, ...(windowFromS !== undefined && { windowFromS }) },
});
const markup = (changes: Partial<LoadResult>) => loadSeries({ ...exampleLoad(), ...changes }, 0).markup;
const charts = (text: string) => [...text.matchAll(/<figure id="load-0-([^"]*)"/g)].map(([, id]) => id);
const bars = (text: string, name: string) =>
  [
    ...(text.split(`>${name}</text>`)[1]?.split('<text')[0] ?? '').matchAll(
      /class="ink-1" x="([\d.]+)"[^>]* width="([\d.]+)"/g,
    ),
  ].map(([, x, width]) => [Number(x), Number(width)]);

test('the load over time: what was offered, what came, its percentiles, all requests, cores and sessions', () => {
  const all = markup({ evidence: evidence([point(11), point(12), point(13)], 10) });
  assert.deepEqual(charts(all), ['rate', 'slow', 'heat', 'cpu', 'sessions']);
  assert.match(all, /achieved: ended&quot;,&quot;offered: fell due/);
  assert.match(all, /data-series="\[&quot;p50&quot;,&quot;p90&quot;,&quot;max&quot;\]"/); // no p99: too few in a second
});

test('an event of the server is drawn at its second of the window, not of the watch', () => {
  const watched = evidence([point(11), point(16, { checkpointed: true }), point(20, { vacuums: 1 })], 10);
  const [[x, width]] = bars(markup({ evidence: watched }), 'checkpoint') as [number[]];
  const column = (920 - 132 - 16) / 30;
  assert.ok(Math.abs(x! - (132 + 1 * column)) < 1, `${x}: from the look before, second 1`);
  assert.ok(Math.abs(width! - 5 * column) < 1, `${width}: to second 6`);
  assert.equal(bars(markup({ evidence: watched }), 'vacuum').length, 1);
  assert.equal(bars(markup({ evidence: watched }), 'stall').length, 1);
});

test('an event before the window or after it is not drawn, nor is any where the window is not known', () => {
  const early = [point(4, { checkpointed: true }), point(45, { checkpointed: true }), point(12), point(44)];
  assert.deepEqual(
    bars(
      markup({
        evidence: evidence(
          early.toSorted((a, b) => a.s - b.s),
          10,
        ),
      }),
      'checkpoint',
    ).length,
    0,
  );
  assert.ok(!markup({ evidence: evidence([point(16, { checkpointed: true })]) }).includes('>checkpoint<'));
});

test('without evidence there are no charts of cores and sessions, and an older result has no picture of all requests', () => {
  const { heat: _, ...older } = exampleLoad();
  assert.deepEqual(charts(loadSeries(older, 0).markup), ['rate', 'slow']);
});

test('the names of the classes hold the numbers that their bounds have', () => {
  const text = markup({
    heat: {
      secondsEach: 1,
      boundsMs: [1, 2],
      counts: [
        [3, 0, 5],
        [0, 1, 0],
      ],
    },
  });
  assert.match(text, /second 0: 3 requests, up to 1.ms/);
  assert.match(text, /second 0: 5 requests, above 2.ms/);
  assert.match(text, /second 1: 1 requests, up to 2.ms/);
});
