/** Of result.json: one query at a time. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

/** tinybench. operationsPerSecond is operations over wall time, not tinybench's mean of reciprocals. */
export const MicroResult = Type.Object({
  name: Type.String(),
  unit: Type.String({ description: 'unit of p50 and p99: ms' }),
  p50: Nullable(Type.Number()),
  p99: Nullable(Type.Number()),
  operationsPerSecond: Type.Number(),
  samples: Type.Integer(),
  why: Type.Optional(Type.String()),
});
export type MicroResult = Static<typeof MicroResult>;
