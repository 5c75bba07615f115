import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleDataset } from '../../fixture/dataset.ts';
import { ingest } from './ingest.ts';

const loaded = { live: false, seconds: 90, rowsPerSecond: 16_666 };

test('a report says how fast the rows came, table by table and stage by stage', () => {
  const [first, ...others] = exampleDataset().tables;
  const text = `${ingest({
    ...exampleDataset(),
    tables: [{ ...first!, bytesPerSecond: 12 * 1024 ** 2 }, ...others],
    ingest: { ...loaded, stages: [{ name: 'foreign keys', seconds: 7.5 }] },
  })}`;
  assert.match(text, /1,499,523 rows in 90\.0\u00a0s, 16,670\u00a0\/s, [\s\S]*built after the rows/);
  assert.match(text, /audit\.inventory_movements[\s\S]*410,000\u00a0\/s[\s\S]*12\.0\u00a0MiB\/s/);
  assert.doesNotMatch(text, />order_items</); // nothing was measured of it
  assert.match(text, /foreign keys[\s\S]*7\.50\u00a0s/);
});

test('a load into live tables is told apart, and one in several calls has no rate', () => {
  assert.match(`${ingest({ ...exampleDataset(), ingest: { ...loaded, live: true } })}`, /triggers were on/);
  assert.equal(ingest(exampleDataset()), false);
});
