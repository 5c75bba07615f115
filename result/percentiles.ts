import { type Static, type TSchema, Type } from 'typebox';

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Where a percentile lies with 95 %, by order statistics; null: the samples are too few to bound it there. */
export const Between = Type.Object({ low: Nullable(Type.Number()), high: Nullable(Type.Number()) });
export type Between = Static<typeof Between>;

/** Percentiles of one distribution; null where there are too few samples for it, and `why` says so. */
export const Percentiles = Type.Object({
  p50: Nullable(Type.Number()),
  p90: Nullable(Type.Number()),
  /** Absent: not asked for. */
  p95: Type.Optional(Nullable(Type.Number())),
  p99: Nullable(Type.Number()),
  p999: Nullable(Type.Number()),
  max: Nullable(Type.Number()),
  samples: Type.Integer(),
  why: Type.Optional(Type.String()),
  intervals: Type.Optional(Type.Object({ p50: Between, p90: Between, p99: Between, p999: Between })),
});
export type Percentiles = Static<typeof Percentiles>;
