import type { Unit } from '../result/figure-tree.ts';

/** OpenMetrics wants base units: what a family's name ends with, and by what its values are multiplied. */
interface BaseUnit {
  readonly suffix: string;
  readonly factor: number;
}

const plain: BaseUnit = { suffix: '', factor: 1 };
const units: { readonly [U in Unit]: BaseUnit } = {
  ms: { suffix: 'seconds', factor: 1e-3 },
  s: { suffix: 'seconds', factor: 1 },
  B: { suffix: 'bytes', factor: 1 },
  'B/s': { suffix: 'bytes_per_second', factor: 1 },
  '/s': plain,
  '%': { suffix: 'ratio', factor: 1e-2 },
  share: { suffix: 'ratio', factor: 1 },
  ratio: { suffix: 'ratio', factor: 1 },
  pages: plain,
  rows: plain,
  requests: plain,
  errors: plain,
  events: plain,
  sessions: plain,
  clients: plain,
  cores: plain,
};

/** A unit of another version is left as it is. */
export const baseUnit = (unit: string): BaseUnit => units[unit as Unit] ?? plain;
