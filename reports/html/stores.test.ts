import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Check } from 'typebox/value';
import { Result } from '../../result/result.ts';
import { cacheExample, objectsExample, olapExample, vectorExample } from '../fixture/services.ts';
import { exampleResult } from '../fixture.ts';
import { renderMarkdown } from '../markdown/summary.ts';
import { renderHtml } from './report.ts';

const stores = { cache: cacheExample, vector: vectorExample, olap: olapExample, objects: objectsExample };
/** The charts of the other sections take most of the time of a page. */
const nothingElse = { plans: [], pagination: [], rls: null, load: [], replication: [], skipped: [] };
const result = exampleResult({ ...stores, ...nothingElse });
const page = renderHtml(result);
const section = (id: string) =>
  new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(page)![0].replaceAll('\u00a0', ' ');

test('the example of the stores is a result as the schema has it', () => {
  assert.equal(Check(Result, result), true);
});

test('each store begins with what the reader can conclude', () => {
  assert.match(
    section('cache'),
    /91\.1 % of the reads are answered by the cache, and the database reads 96\.6 % fewer pages/,
  );
  assert.match(
    section('cache'),
    /answers 64 times, with a single flight once\. A limit does not hold by “read, then write”: 320 of 100/,
  );
  assert.match(
    section('vector'),
    /qdrant-edge 0\.9\.0 \(shim\) finds 98\.1 % of the ten nearest products with ef 32/,
  );
  assert.match(section('olap'), /Every place gives exactly the answers of the primary\. Fastest is chDB/);
  assert.match(section('objects'), /exactly one is accepted: two nights cannot overwrite each other/);
});

test('every measurement has a row of its own, and what could not be asked says why', () => {
  for (const [id, rows] of [
    ['cache-stampede', 2],
    ['cache-staleness', 2],
    ['cache-limit', 1],
    ['vector-search', 8],
    ['olap-questions', 8],
    ['olap-interference', 5],
    ['objects-race', 1],
  ] as const) {
    const body = new RegExp(`<table id="${id}"[\\s\\S]*?<tbody>([\\s\\S]*?)</tbody>`).exec(page)![1]!;
    assert.equal(body.match(/<tr>/g)!.length, rows, id);
  }
  assert.match(section('olap'), /the materialised view does not hold what is asked/);
});

test('what a hit and what a miss takes stands under its own head', () => {
  const [, head, body] =
    /<table id="cache-aside"[\s\S]*?<thead>([\s\S]*?)<\/thead>\s*<tbody>([\s\S]*?)<\/tbody>/.exec(page)!;
  const titles = [...head!.matchAll(/<th[^>]*>([^<]*)<\/th>/g)].map(([, title]) => title!);
  const cells = [...body!.matchAll(/<t[dh][^>]*>(?:<abbr[^>]*>)?([^<]*)/g)].map(([, cell]) =>
    cell!.replace(/\s/g, ' '),
  );
  const cell = (title: string) => cells[titles.indexOf(title)];
  assert.deepEqual([cell('Hit p50'), cell('Miss p50'), cell('Hits')], ['0.390 ms', '16.7 ms', '91.1 %']);
});

test('a wrong answer, a store that accepts two writers and a failed search are told first', () => {
  const [first, ...rest] = olapExample;
  const spoilt = renderHtml(
    exampleResult({
      ...nothingElse,
      olap: [{ ...first, equal: false } as (typeof olapExample)[number], ...rest],
      objects: [{ ...objectsExample[1], acceptedMax: 2 } as (typeof objectsExample)[number]],
      vector: vectorExample.map((each) => (each.kind === 'search' ? { ...each, recallAt10: 0.5 } : each)),
    }),
  );
  assert.match(spoilt, /primary answers “revenue by day” otherwise than the primary/);
  assert.match(spoilt, /accepts more than one writer of a key/);
  assert.match(spoilt, /finds less than 95 % of the ten nearest products/);
});

test('the summary names each of them in a line', () => {
  const summary = renderMarkdown(result).replaceAll('\u00a0', ' ');
  for (const line of [
    /\| read, then write \| 288 \| 320 \| 0 \|/,
    /\| qdrant-edge \| no filter \| ef 64 \| 99\.1 % \|/,
    /\| customers by week \| materialised view \| – \| – \| – \|/,
    /\| 8 writers \| 1 \| 0 \|/,
  ])
    assert.match(summary, line);
});
