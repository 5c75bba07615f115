import { dimensions, ProductEmbeddings } from '../../generators/embeddings.ts';
import { storedWorld } from '../../generators/stored-world.ts';
import type { Session } from '../../infra/topology/session.ts';
import { pause } from '../pause.ts';

/** Products with their embeddings, in one block: product i has the numbers from i * dimensions. */
export interface Products {
  readonly ids: readonly string[];
  readonly organizations: readonly string[];
  readonly vectors: Float32Array;
  /** Of all that the database holds. */
  readonly share: number;
}

/**
 * At most `most` products of the database that are not deleted, evenly taken of all tenants, embedded from the same
 * seed: the vector store is filled with the truth that the database holds.
 */
export async function embedProducts(session: Session, most: number, signal: AbortSignal): Promise<Products> {
  const world = await storedWorld(session);
  const { rows } = await session.query<{ id: string }>(
    'SELECT id FROM core.products WHERE deleted_at IS NULL',
  );
  const stored = new Set(rows.map(({ id }) => id));
  const embeddings = new ProductEmbeddings(world);
  const total = world.scale.products;
  const wanted = Math.min(most, total);
  const [ids, organizations]: string[][] = [[], []];
  const vectors = new Float32Array(wanted * dimensions);
  for (let i = 0; i < wanted; i++) {
    const { id, organization, vector } = embeddings.at(Math.floor((i * total) / wanted));
    if (i % 1000 === 0) await pause(0, signal);
    if (!stored.has(id)) continue;
    vectors.set(vector, ids!.length * dimensions);
    ids!.push(id);
    organizations!.push(organization);
  }
  const { length } = ids!;
  return {
    ids: ids!,
    organizations: organizations!,
    vectors: vectors.subarray(0, length * dimensions),
    share: length / stored.size,
  };
}

export const vectorOf = ({ vectors }: Products, index: number): Float32Array =>
  vectors.subarray(index * dimensions, (index + 1) * dimensions);
