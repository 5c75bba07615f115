/** The section `capacity` of result.json: how far the system goes, and what ends it. */
import { type Static, Type } from 'typebox';
import { exact, group, not, rows, type SpecOptions, timed, type Unit } from '../figure-tree.ts';
import { measure, optionalSection } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

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

const interval = (name: string, unit: Unit, options: SpecOptions = {}) =>
  group<Static<typeof Interval>>({
    value: timed(name, unit, { ...options, low: 'low', high: 'high' }),
    low: not(`bound of ${name}`),
    high: not(`bound of ${name}`),
  });

export const capacity = measure({
  part: 'capacity',
  title: 'Capacity',
  what: 'how far the system goes within its objective, and what ends it',
  suites: [],
  sections: {
    capacity: optionalSection(
      Type.Optional(Nullable(CapacityResult)),
      group<CapacityResult>({
        sloP99Ms: not('a setting: the objective'),
        maximum: group({
          rate: timed('maximum-rate', '/s', { better: 'more', low: 'low', high: 'high' }),
          low: not('bound of the maximum'),
          high: not('bound of the maximum'),
          probes: not('the search for the maximum'),
        }),
        scalability: group({
          points: not('what the law is fitted to'),
          medians: not('the points of a chart'),
          curve: not('the points of a chart'),
          alpha: interval('contention', 'share', { help: 'Alpha of the Universal Scalability Law.' }),
          beta: interval('coherence', 'share', { help: 'Beta of the Universal Scalability Law.' }),
          gamma: interval('rate-of-one-connection', '/s', { better: 'more' }),
          plateau: not('from where on the curve is flat: drawn; the peak is the figure'),
          peak: group({
            connections: timed('connections-at-peak', 'sessions', {
              better: 'none',
              low: 'low',
              high: 'high',
            }),
            throughput: timed('peak-rate', '/s', { better: 'more' }),
            low: not('bound of the peak'),
            high: not('bound of the peak'),
          }),
          bestPool: group({
            connections: timed('best-pool', 'sessions', { better: 'none' }),
            throughput: timed('best-pool-rate', '/s', { better: 'more' }),
          }),
        }),
        tenants: group({
          rate: not('a setting: what is offered'),
          points: rows(({ tenants }) => ({ tenants: `${tenants} tenants` }), {
            tenants: not('a label'),
            cpuMsPerRequest: timed('cpu-per-request-at-tenants', 'ms'),
            bufferHitPct: timed('buffer-hits-at-tenants', '%', { better: 'more' }),
            serviceP50Ms: timed('service-p50-at-tenants', 'ms'),
          }),
          bytesPerHundred: timed('bytes-per-hundred-tenants', 'B'),
        }),
        growth: group({
          sizes: not('settings: the sizes of the copies'),
          statements: rows(({ statement, tenantClass }) => ({ statement, tenant_class: tenantClass }), {
            buffers: not('the points of a chart'),
            exponent: timed('growth-exponent', 'ratio', {
              ...{ low: 'low', high: 'high', help: 'Pages grow with the size of the data to this power.' },
            }),
            low: not('bound of the exponent'),
            high: not('bound of the exponent'),
            cliffs: not('sizes between which the plan changes'),
            atTenfold: timed('pages-at-tenfold', 'pages'),
          }),
        }),
        storage: group({
          days: not('a setting'),
          ordersPerDay: not('a setting'),
          bytesNow: exact('bytes-now', 'B', { decides: null }),
          bytesPerDay: interval('bytes-per-day', 'B'),
          walBytesPerDay: interval('wal-per-day', 'B'),
          bytesPerOrder: timed('bytes-per-order', 'B'),
          limits: not('when a disk of a size would be full: follows from the bytes a day'),
        }),
        poolSize: not('a setting in force'),
        headroom: rows(({ resource }) => ({ resource }), {
          used: not('in the unit of its resource; the share that is left is the figure'),
          limit: not('in the unit of its resource'),
          leftPct: timed('left', '%', { better: 'more' }),
        }),
        whatIf: rows(({ mix }) => ({ mix }), {
          rate: timed('rate-at-full-cpu', '/s', { better: 'more' }),
          cpuMsPerRequest: timed('cpu-per-request', 'ms'),
        }),
        demands: rows(({ statement }) => ({ statement }), { cpuMs: timed('cpu-per-statement', 'ms') }),
      }),
    ),
  },
});
