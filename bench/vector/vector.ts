import { Fault } from '../../config/fault.ts';
import { dimensions } from '../../generators/embeddings.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Skipped, VectorFigures, VectorSearch } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import { type Engine, graph } from './engine.ts';
import { nearest, recall } from './exact.ts';
import { openPgvector } from './pgvector.ts';
import { embedProducts, type Products } from './products.ts';
import { openQdrant } from './qdrant.ts';
import { drawQueries, type Query } from './queries.ts';
import { mean, textSearches } from './text.ts';

const efs = [10, 32, 64, 128] as const;
const queriesEach = 100;
/** So many products a second of budget: 5,000 in smoke, 20,000 in quick, 150,000 in a release. */
const productsPerSecond = 10_000;

/**
 * Product search by embedding: how many of the ten nearest are found, and how fast, by the number of candidates and by
 * what share of the products a tenant's filter lets pass; beside pgvector, and beside the words of the same intents.
 */
export const vector: Measure = {
  part: 'vector',
  needs: ['primary', 'vector'],
  async run(setting) {
    const { topology, database, budget, seed, signal } = setting;
    await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-vector');
    const most = Math.round((budget.partTime / 1000) * productsPerSecond);
    const products = await embedProducts(admin, most, signal);
    const rows: VectorFigures[] = [];
    const skipped: Skipped[] = [];
    for (const open of [() => openQdrant(topology.get('vector'), signal), () => openPgvector(setting)])
      try {
        await using engine = await open();
        rows.push(...(await measureEngine(setting, engine, products)));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Fault) || rows.length === 0) throw error;
        skipped.push({ part: 'vector', why: `pgvector was not measured: ${error.message}`, how: error.next });
      }
    const organization = setting.tenants[0]!.id;
    const ofTenant = (index: number) => products.organizations[index] === organization;
    rows.push(...(await textSearches(setting, products, drawQueries(products, queriesEach, seed, ofTenant))));
    return { vector: rows, skipped };
  },
};

interface Filter {
  readonly name: string;
  readonly organization: string | null;
}

async function measureEngine(setting: Setting, engine: Engine, products: Products): Promise<VectorFigures[]> {
  const { tenants, progress } = setting;
  const place = { name: engine.name, endpoint: engine.endpoint, provider: engine.provider };
  progress.note(`${engine.name}: ${products.ids.length} products`);
  const started = performance.now();
  await engine.load(products);
  const loaded = performance.now();
  const indexedPoints = await engine.build();
  const loadMs = loaded - started;
  const rows: VectorFigures[] = [
    {
      ...place,
      kind: 'index',
      points: products.ids.length,
      dimensions,
      ...graph,
      loadMs,
      pointsPerSecond: (1000 * products.ids.length) / loadMs,
      buildMs: performance.now() - loaded,
      indexedPoints,
    },
  ];
  const filters: Filter[] = [
    { name: 'none', organization: null },
    ...tenants.map((tenant) => ({ name: `tenant: ${tenant.class}`, organization: tenant.id })),
  ];
  for (const filter of filters) {
    const accept = (index: number) =>
      filter.organization === null || products.organizations[index] === filter.organization;
    const queries = drawQueries(products, queriesEach, setting.seed, accept);
    const truth = queries.map((query) => nearest(products, query.vector, 10, accept));
    const passing = products.ids.filter((_, index) => accept(index)).length;
    for (const ef of efs) {
      const found = await ask(setting, engine, { filter, ef, queries, truth });
      rows.push({ ...place, ...found, selectivityPct: (100 * passing) / products.ids.length });
      progress.count(rows.length, 0, `figures of ${engine.name}`);
    }
  }
  return rows;
}

/** One query after the other on one connection, at least each query once. */
async function ask(
  { budget, signal }: Setting,
  engine: Engine,
  { filter, ef, queries, truth }: { filter: Filter; ef: number; queries: Query[]; truth: string[][] },
): Promise<Omit<VectorSearch, 'name' | 'endpoint' | 'provider' | 'selectivityPct'>> {
  const latencyMs: number[] = [];
  const recalls: number[] = [];
  const end = performance.now() + budget.partTime / 4;
  for (let asked = 0; asked < queries.length || performance.now() < end; asked++) {
    signal.throwIfAborted();
    const at = asked % queries.length;
    if (queries.length === 0) break;
    const began = performance.now();
    const found = await engine.search(queries[at]!.vector, ef, filter.organization);
    latencyMs.push(performance.now() - began);
    if (asked < queries.length) recalls.push(recall(truth[at]!, found) ?? 1);
  }
  return {
    kind: 'search',
    filter: filter.name,
    ef,
    queries: queries.length,
    recallAt10: recalls.length > 0 ? mean(recalls) : 1,
    latencyMs: percentilesOf(latencyMs),
  };
}
