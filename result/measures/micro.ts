/** Of result.json: one query at a time. */
import { type Static, Type } from 'typebox';
import { not, rows, timed } from '../figure-tree.ts';
import { everySuite, measure, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

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

export const micro = measure({
  part: 'micro',
  title: 'Micro-benchmarks',
  what: 'one query or function at a time, without waiting for anything else',
  suites: everySuite,
  sections: {
    micro: section(
      Type.Array(MicroResult),
      rows<MicroResult>(({ name }) => ({ name }), {
        p50: timed('p50', 'ms', { samples: 'samples' }),
        p99: timed('p99', 'ms', { samples: 'samples' }),
        operationsPerSecond: timed('operations-rate', '/s', {
          ...{ better: 'more', samples: 'samples', help: 'Operations per wall second.' },
        }),
        samples: not('samples of the times'),
      }),
      () => [],
    ),
  },
});
