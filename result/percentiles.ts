import { type Static, type TSchema, Type } from 'typebox';

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Percentiles of one distribution; null where there are too few samples for it, and `why` says so. */
export const Percentiles = Type.Object({
  p50: Nullable(Type.Number()),
  p90: Nullable(Type.Number()),
  p99: Nullable(Type.Number()),
  p999: Nullable(Type.Number()),
  max: Nullable(Type.Number()),
  samples: Type.Integer(),
  why: Type.Optional(Type.String()),
});
export type Percentiles = Static<typeof Percentiles>;
