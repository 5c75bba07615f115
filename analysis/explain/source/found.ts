import type { Fields } from '../field.ts';

/** A plan that a file holds, as the object that EXPLAIN's JSON is; or the place and the reason why it cannot be read. */
export type Found =
  | {
      readonly kind: 'plan';
      /** The object with "Plan". */
      readonly document: Fields;
      readonly line: number;
      readonly format: 'json' | 'text' | 'yaml' | 'xml';
      readonly notes: readonly string[];
    }
  | { readonly kind: 'broken'; readonly line: number; readonly why: string };

export const broken = (line: number, why: string): Found => ({ kind: 'broken', line, why });
