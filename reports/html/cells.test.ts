import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheExample, objectsExample, olapExample, vectorExample } from '../fixture/services.ts';
import { exampleResult } from '../fixture.ts';
import { renderHtml } from './report.ts';

const page = renderHtml(
  exampleResult({
    ...{ cache: cacheExample, vector: vectorExample, olap: olapExample, objects: objectsExample },
    ...{ plans: [], pagination: [], rls: null, load: [], replication: [], skipped: [] },
  }),
).replaceAll('\u00a0', ' ');

const text = (markup: string) => markup.replaceAll(/<sup>.*?<\/sup>|<[^>]*>/g, '').trim();

/** The rows of a table, each cell by the title of its column. */
function rowsOf(id: string): Record<string, string>[] {
  const table = new RegExp(`<table id="${id}"[\\s\\S]*?</table>`).exec(page)![0];
  const cells = (row: string) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => text(cell!));
  const [head, ...body] = [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => cells(row!));
  return body.map((row) => Object.fromEntries(row.map((cell, at) => [head![at]!, cell])));
}

test('each figure of a look into the cache stands under its own title', () => {
  const [row] = rowsOf('cache-aside');
  assert.deepEqual(row, {
    Where: 'cache (local)',
    Hits: '91.1 %',
    Requests: '1,203',
    'Database calls': '107',
    'Pages saved': '96.6 %',
    'With cache': '2,388 /s',
    Without: '550 /s',
    'Hit p50': '0.390 ms',
    'Miss p50': '16.7 ms',
    'Direct p50': '11.0 ms',
  });
});
