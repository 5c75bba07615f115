/** The section `capacity` of result.json: how far the system goes, and what ends it. */
import { type Static, type TSchema, Type } from 'typebox';

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Strings = Type.Array(Type.String());
/** A value and its 95 % interval. */
const Interval = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() });

/** How far the system goes, and what ends it. A part that was not measured is null, and `notMeasured` says why. */
export const CapacityResult = Type.Object({
  scenario: Type.String(),
  via: Type.String(),
  sloP99Ms: Type.Number(),
  /** The highest rate at which the objective holds, between `low` and `high` with 95 % certainty. */
  maximum: Nullable(
    Type.Object({
      rate: Nullable(Type.Number()),
      low: Type.Number(),
      high: Nullable(Type.Number()),
      why: Type.String(),
      probes: Type.Array(
        Type.Object({
          rate: Type.Number(),
          ok: Type.Boolean(),
          why: Type.String(),
          responseP99Ms: Nullable(Type.Number()),
        }),
      ),
      saturation: Nullable(Type.Object({ resource: Type.String(), why: Type.String() })),
    }),
  ),
  /** Universal Scalability Law over the number of connections, closed model. */
  scalability: Nullable(
    Type.Object({
      points: Type.Array(Type.Object({ connections: Type.Integer(), throughput: Type.Number() })),
      /** Of each number of connections the middle one, and the fitted law over the same range. */
      medians: Type.Array(Type.Object({ connections: Type.Integer(), throughput: Type.Number() })),
      curve: Type.Array(Type.Object({ connections: Type.Number(), throughput: Type.Number() })),
      alpha: Interval,
      beta: Interval,
      gamma: Interval,
      plateau: Type.Optional(
        Nullable(
          Type.Object(
            { connections: Type.Number(), throughput: Type.Number() },
            { description: 'from so many connections on throughput stays the same; null: nowhere' },
          ),
        ),
      ),
      peak: Nullable(
        Type.Object({
          connections: Type.Number(),
          throughput: Type.Number(),
          low: Type.Number(),
          high: Nullable(Type.Number()),
        }),
      ),
      why: Nullable(Type.String()),
      notes: Strings,
      bestPool: Type.Object({
        connections: Type.Integer({ description: 'the fewest with 95 % of the best throughput' }),
        throughput: Type.Number(),
      }),
    }),
  ),
  /** The same rate spread over more and more tenants, and what a hundred more take. */
  tenants: Nullable(
    Type.Object({
      rate: Type.Number(),
      points: Type.Array(
        Type.Object({
          tenants: Type.Integer(),
          cpuMsPerRequest: Nullable(Type.Number()),
          bufferHitPct: Nullable(Type.Number()),
          serviceP50Ms: Nullable(Type.Number()),
        }),
      ),
      bytesPerHundred: Type.Number(),
      why: Type.String(),
    }),
  ),
  /** The work of each statement over the size of the data. */
  growth: Nullable(
    Type.Object({
      sizes: Type.Array(Type.Object({ orders: Type.Integer(), rows: Type.Integer(), bytes: Type.Number() })),
      statements: Type.Array(
        Type.Object({
          statement: Type.String(),
          tenantClass: Type.String(),
          buffers: Type.Array(Nullable(Type.Number())),
          exponent: Nullable(Type.Number()),
          low: Nullable(Type.Number()),
          high: Nullable(Type.Number()),
          word: Type.String(),
          cliffs: Type.Array(Type.Object({ from: Type.Number(), to: Type.Number() })),
          atTenfold: Nullable(Type.Number()),
        }),
      ),
    }),
  ),
  /** One day of business after the other, appended to a copy. */
  storage: Nullable(
    Type.Object({
      days: Type.Integer(),
      ordersPerDay: Type.Number(),
      bytesNow: Type.Number(),
      bytesPerDay: Interval,
      walBytesPerDay: Interval,
      bytesPerOrder: Nullable(Type.Number()),
      limits: Type.Array(
        Type.Object({
          limit: Type.Number(),
          earliestDays: Nullable(Type.Number()),
          latestDays: Nullable(Type.Number()),
        }),
      ),
      why: Type.String(),
    }),
  ),
  poolSize: Nullable(
    Type.Integer({ description: 'server connections of the pool as it is configured; null: not known' }),
  ),
  headroom: Type.Array(
    Type.Object({
      resource: Type.String(),
      used: Nullable(Type.Number()),
      limit: Nullable(Type.Number()),
      unit: Type.String(),
      leftPct: Nullable(Type.Number()),
      why: Type.String(),
    }),
  ),
  /** Rates at which the cores would be full (utilisation law), for the mix that ran and for another. */
  whatIf: Type.Array(
    Type.Object({
      mix: Type.String(),
      rate: Nullable(Type.Number()),
      cpuMsPerRequest: Nullable(Type.Number()),
      why: Type.String(),
    }),
  ),
  demands: Type.Array(Type.Object({ statement: Type.String(), cpuMs: Type.Number() })),
  notMeasured: Type.Array(Type.Object({ part: Type.String(), why: Type.String() })),
});
export type CapacityResult = Static<typeof CapacityResult>;
