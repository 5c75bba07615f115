import { seeded } from '../../analysis/statistics/seeded.ts';
import { dimensions } from '../../generators/embeddings.ts';
import { type Products, vectorOf } from './products.ts';

/** What somebody looks for: something like one product, but not quite it. */
export interface Query {
  /** Index of that product. */
  readonly like: number;
  readonly vector: number[];
}

/** How far from the product: its cosine with the query is about 0.96. */
const blur = 0.3;

/** `count` queries near products that pass `accept`; the same for the same seed. */
export function drawQueries(
  products: Products,
  count: number,
  seed: number,
  accept: (index: number) => boolean = () => true,
): Query[] {
  const random = seeded(seed);
  const candidates = products.ids.flatMap((_, index) => (accept(index) ? [index] : []));
  if (candidates.length === 0) return [];
  return Array.from({ length: count }, () => {
    const like = candidates[Math.floor(random() * candidates.length)]!;
    const noise = unit(Array.from({ length: dimensions }, () => random() - 0.5));
    return { like, vector: unit(Array.from(vectorOf(products, like), (x, i) => x + blur * noise[i]!)) };
  });
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}
