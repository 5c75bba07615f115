import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf } from '../../infra/external/place.ts';

test('Supavisor’s URL keeps its tenant, which stands in the user’s name, and the port of its mode', () => {
  for (const port of [6543, 5432]) {
    process.env.SUPAVISOR_URL = `postgres://postgres.abcdefgh:s3cret%2F1@pooler.example.com:${port}/postgres`;
    const { places } = placesOf(
      'pooler',
      { provider: 'external', url: 'env:SUPAVISOR_URL' },
      { readOnly: false, roles: { app: null, owner: null } },
    );
    delete process.env.SUPAVISOR_URL;
    const [place] = places;
    assert.deepEqual([place.host, place.port, place.database], ['pooler.example.com', port, 'postgres']);
    const url = new URL(place.url('app', 'shop'));
    assert.equal(url.username, 'postgres.abcdefgh');
    assert.equal(decodeURIComponent(url.password), 's3cret/1');
    assert.equal(url.pathname, '/shop');
  }
});
