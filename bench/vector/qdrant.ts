import { randomBytes } from 'node:crypto';
import { missing } from '../../config/fault.ts';
import { dimensions } from '../../generators/embeddings.ts';
import { openVector } from '../../infra/services/vector.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { pause } from '../pause.ts';
import { type Engine, graph } from './engine.ts';
import { type Products, vectorOf } from './products.ts';

const batch = 500;
/** KiB of vectors below which a filter's hits are compared one by one instead of walking the graph. */
const scanBelow = 100;
const builtWithin = 600_000;

/** A collection of our own in Qdrant, or in its engine behind our shim. */
export async function openQdrant(endpoint: Endpoint, signal: AbortSignal): Promise<Engine> {
  const client = openVector(endpoint.url('app'));
  const name = `olympus_bench_${randomBytes(6).toString('hex')}`;
  await client.createCollection(name, {
    vectors: { size: dimensions, distance: 'Cosine' },
    hnsw_config: { m: graph.m, ef_construct: graph.efConstruct, full_scan_threshold: scanBelow },
    optimizers_config: { default_segment_number: 1, indexing_threshold: 0 }, // no graph before we ask for it
  });
  await client.createPayloadIndex(name, { field_name: 'organization', field_schema: 'keyword', wait: true });
  return {
    name: endpoint.version,
    endpoint: endpoint.name,
    provider: endpoint.provider,
    async load(products) {
      for (let from = 0; from < products.ids.length; from += batch) {
        signal.throwIfAborted();
        await client.upsert(name, { wait: true, points: pointsFrom(products, from) });
      }
    },
    async build() {
      await client.updateCollection(name, { optimizers_config: { indexing_threshold: 1 } });
      const end = performance.now() + builtWithin;
      for (;;) {
        const { status, indexed_vectors_count, points_count } = await client.getCollection(name);
        const indexed = indexed_vectors_count ?? 0;
        if (status === 'green' && indexed >= (points_count ?? 0)) return indexed;
        if (performance.now() > end)
          throw missing(
            `After ${builtWithin / 1000} s ${indexed} of ${points_count} points are in the graph.`,
            'Does the machine have room and time for the index? See the log of Qdrant.',
          );
        await pause(50, signal);
      }
    },
    async search(vector, ef, organization) {
      const { points } = await client.query(name, {
        query: [...vector],
        limit: 10,
        params: { hnsw_ef: ef },
        ...(organization && {
          filter: { must: [{ key: 'organization', match: { value: organization } }] },
        }),
      });
      return points.map(({ id }) => `${id}`);
    },
    async [Symbol.asyncDispose]() {
      await client.deleteCollection(name);
    },
  };
}

const pointsFrom = (products: Products, from: number) =>
  products.ids.slice(from, from + batch).map((id, i) => ({
    id,
    vector: Array.from(vectorOf(products, from + i)),
    payload: { organization: products.organizations[from + i]! },
  }));
