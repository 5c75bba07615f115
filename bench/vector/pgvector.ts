import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { dimensions } from '../../generators/embeddings.ts';
import { startLocal } from '../../infra/local/local.ts';
import { embeddedPostgres } from '../../infra/setup/embedded-postgres.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Setting } from '../measure.ts';
import { type Engine, graph } from './engine.ts';
import { type Products, vectorOf } from './products.ts';

const searchOfAll = `
SELECT id::text FROM product_embeddings ORDER BY embedding <=> $1::vector LIMIT 10`;

const searchOfTenant = `
SELECT id::text FROM product_embeddings
WHERE organization_id = $2::uuid
ORDER BY embedding <=> $1::vector LIMIT 10`;

/**
 * pgvector in a server of its own, from the package of PyPI that has it: the measured servers lack it, and are not
 * altered. One connection; the same machine and the same vectors as the vector store.
 * @throws Fault (component) when that server cannot be had.
 */
export async function openPgvector({ progress, signal }: Setting): Promise<Engine> {
  const postgres = await embeddedPostgres({ progress, signal });
  await using owned = new AsyncDisposableStack();
  const server = owned.use(
    await startLocal({ name: 'pgvector', parts: ['primary'], lifetime: 'tied', postgres, progress, signal }),
  );
  const primary = server.get('primary');
  const session = owned.use(await connect(primary.url('admin'), 'olympus-vector'));
  await session.query('CREATE EXTENSION vector');
  await session.query(
    `CREATE TABLE product_embeddings (id uuid, organization_id uuid, embedding vector(${dimensions}))`,
  );
  await session.query(`SET hnsw.iterative_scan = strict_order`); // else a filter leaves fewer than ten
  await session.query(`SET maintenance_work_mem = '256MB'`);
  const { rows } = await session.query<{ version: string }>(
    `SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`,
  );
  let ef = 0;
  const all = owned.move();
  return {
    name: `pgvector ${rows[0]!.version}, ${primary.version}`,
    endpoint: 'pgvector',
    provider: 'local',
    async load(products) {
      const copy = session.client.query(copyFrom('COPY product_embeddings FROM STDIN'));
      await pipeline(Readable.from(copyLines(products)), copy);
    },
    async build() {
      await session.query('CREATE INDEX ON product_embeddings (organization_id)');
      await session.query(
        `CREATE INDEX ON product_embeddings USING hnsw (embedding vector_cosine_ops) WITH (m = ${graph.m}, ef_construction = ${graph.efConstruct})`,
      );
      await session.query('ANALYZE product_embeddings');
      const { rows: counted } = await session.query<{ points: string }>(
        'SELECT count(*) AS points FROM product_embeddings',
      );
      return Number(counted[0]!.points);
    },
    async search(vector, wanted, organization) {
      if (ef !== wanted) await session.query(`SET hnsw.ef_search = ${wanted}`);
      ef = wanted;
      const text = `[${vector.join(',')}]`;
      const { rows: found } = await session.query<{ id: string }>(
        organization ? searchOfTenant : searchOfAll,
        organization ? [text, organization] : [text],
      );
      return found.map(({ id }) => id);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function* copyLines(products: Products): Generator<string> {
  for (const [i, id] of products.ids.entries())
    yield `${id}\t${products.organizations[i]}\t[${vectorOf(products, i).join(',')}]\n`;
}
