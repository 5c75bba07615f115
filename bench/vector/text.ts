import { connect } from '../../infra/topology/session.ts';
import type { VectorText } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import { nearest, recall } from './exact.ts';
import type { Products } from './products.ts';
import type { Query } from './queries.ts';

const methods: Readonly<Record<VectorText['method'], string>> = {
  trigram: `
SELECT id::text FROM core.products
WHERE organization_id = $1 AND deleted_at IS NULL AND name % $2
ORDER BY similarity(name, $2) DESC, id LIMIT 10`,
  'full text': `
SELECT id::text FROM core.products
WHERE organization_id = $1 AND deleted_at IS NULL
  AND search_vector @@ websearch_to_tsquery('english', $2)
ORDER BY ts_rank(search_vector, websearch_to_tsquery('english', $2)) DESC, id LIMIT 10`,
};

/**
 * The same intents as words, asked of the largest tenant's products: the name of the product that the query is like,
 * any of its words in full-text search. As the owner: row-level security keeps @@ and % from an index.
 */
export async function textSearches(
  { topology, database, tenants, signal }: Setting,
  products: Products,
  queries: readonly Query[],
): Promise<VectorText[]> {
  const primary = topology.get('primary');
  const organization = tenants[0]!.id;
  const ofTenant = (index: number) => products.organizations[index] === organization;
  await using session = await connect(primary.url('owner', database), 'olympus-vector');
  const { rows: named } = await session.query<{ id: string; name: string }>(
    'SELECT id::text, name FROM core.products WHERE id = ANY($1)',
    [queries.map(({ like }) => products.ids[like]!)],
  );
  const names = new Map(named.map(({ id, name }) => [id, name]));
  const rows: VectorText[] = [];
  for (const [method, sql] of Object.entries(methods) as [VectorText['method'], string][]) {
    const latencyMs: number[] = [];
    const overlaps: number[] = [];
    let answered = 0;
    for (const { like, vector } of queries) {
      signal.throwIfAborted();
      const name = names.get(products.ids[like]!) ?? '';
      const began = performance.now();
      const { rows: found } = await session.query<{ id: string }>(sql, [organization, words[method](name)]);
      latencyMs.push(performance.now() - began);
      if (found.length > 0) answered++;
      const wanted = nearest(products, vector, 10, ofTenant);
      overlaps.push(
        recall(
          wanted,
          found.map(({ id }) => id),
        ) ?? 0,
      );
    }
    rows.push({
      name: `${method} search of names`,
      endpoint: primary.name,
      provider: primary.provider,
      kind: 'text',
      method,
      queries: queries.length,
      answered,
      // Of a sample the nearest may be products that the store does not hold.
      overlapAt10: products.share === 1 && overlaps.length > 0 ? mean(overlaps) : null,
      latencyMs: percentilesOf(latencyMs),
    });
  }
  return rows;
}

const words: Readonly<Record<VectorText['method'], (name: string) => string>> = {
  trigram: (name) => name,
  'full text': (name) => name.match(/[\p{L}\p{N}]+/gu)?.join(' or ') ?? '',
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;
