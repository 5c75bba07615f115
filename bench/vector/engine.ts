import type { Products } from './products.ts';

/** The graph that both engines build, with the same two numbers. */
export const graph = { m: 16, efConstruct: 100 } as const;

/** Something that finds near vectors by an HNSW graph. Disposing it removes what it was filled with. */
export interface Engine extends AsyncDisposable {
  /** "qdrant-edge 0.9.0 (shim)", "pgvector 0.8.1, PostgreSQL 18.6". */
  readonly name: string;
  readonly endpoint: string;
  readonly provider: string;
  /** Stores all products, without the graph. */
  load(products: Products): Promise<void>;
  /** Builds the graph; resolves to the points that it then holds. */
  build(): Promise<number | null>;
  /** Ids of the ten nearest, looking at `ef` candidates, of one tenant or of all. */
  search(vector: readonly number[], ef: number, organization: string | null): Promise<string[]>;
}
