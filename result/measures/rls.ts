/** Of result.json: row-level security, its price, leaks, and what is wrong with policies. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, rows, timed } from '../figure-tree.ts';
import { everySuite, measure, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';
import { AttackResult } from './attacks.ts';

const Strings = Type.Array(Type.String());

const EstimatedRows = Type.Object({ estimated: Type.Number(), actual: Nullable(Type.Number()) });

/** A ratio with its confidence interval; null bounds where there are too few pairs, and `why` says so. */
export const RlsOverhead = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'bare, wrapped or setting, each against off (owner with filter)' }),
  tenantClass: Type.String(),
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  pairs: Type.Integer(),
  offMs: Nullable(Type.Number()),
  variantMs: Nullable(Type.Number()),
  offBuffers: Nullable(Type.Integer()),
  variantBuffers: Nullable(Type.Integer()),
  /** Conditions that the owner looks up in an index and the policy makes a filter, with the function that is not LEAKPROOF. */
  keptFromIndex: Type.Optional(
    Type.Array(Type.Object({ relation: Type.String(), clause: Type.String(), functions: Strings })),
  ),
  /** The scan whose estimate the policy changes most; rows per loop, as the owner and under the policy. */
  estimate: Type.Optional(Type.Object({ scan: Type.String(), off: EstimatedRows, variant: EstimatedRows })),
  why: Type.Optional(Type.String()),
});
export type RlsOverhead = Static<typeof RlsOverhead>;

const ReadingCost = Type.Object({
  ms: Nullable(Type.Number()),
  buffers: Nullable(Type.Integer()),
  why: Type.Optional(Type.String()),
});

/** What the linter finds wrong with the policies, or with what leads past them. */
export const RlsFinding = Type.Object({
  rule: Type.String(),
  object: Type.String(),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
  message: Type.String(),
  fix: Nullable(Type.String({ description: 'SQL that repairs it; null where only its author can know' })),
  waived: Nullable(Type.String({ description: 'the reason for which it is left so' })),
  /** What reading costs as it is and after the fix, on a copy. */
  price: Type.Optional(Type.Object({ read: Type.String(), before: ReadingCost, after: ReadingCost })),
  visible: Type.Optional(
    Type.String({ description: 'whether members, strangers and nobody see the same rows after the fix' }),
  ),
});
export type RlsFinding = Static<typeof RlsFinding>;

export const RlsResult = Type.Object({
  overhead: Type.Array(RlsOverhead),
  findings: Type.Optional(Type.Array(RlsFinding)),
  attacks: Type.Optional(Type.Array(AttackResult)),
  waysPast: Type.Optional(Type.Integer({ description: 'attacks that got through; the goal is 0' })),
  leaks: Type.Object({
    reads: Type.Integer({ description: 'statements executed under an identity' }),
    rows: Type.Integer({ description: 'rows whose tenant was checked' }),
    foreignRows: Type.Integer({ description: 'rows of another tenant; the goal is 0' }),
    /** Of the reads, those in loops on the server. */
    bulk: Type.Optional(
      Type.Object({
        reads: Type.Integer(),
        identities: Type.Integer(),
        seconds: Type.Number(),
        readsPerSecond: Nullable(Type.Number()),
        via: Type.Record(Type.String(), Type.Integer({ description: 'reads through this endpoint' })),
      }),
    ),
    byStatement: Type.Array(
      Type.Object({ statement: Type.String(), rows: Type.Integer(), foreignRows: Type.Integer() }),
    ),
  }),
});
export type RlsResult = Static<typeof RlsResult>;

const reading = (when: string) =>
  group<Static<typeof ReadingCost>>({
    ms: timed(`read-time-${when}`, 'ms', { detail: true, floor: 5 }),
    buffers: exact(`read-pages-${when}`, 'pages', { detail: true }),
  });

export const rls = measure({
  part: 'rls',
  title: 'Row-level security',
  what: 'what each form of a policy costs, and whether any row of another tenant is ever seen',
  suites: everySuite,
  sections: {
    rls: section(
      Nullable(RlsResult),
      group<RlsResult>({
        overhead: rows(
          ({ statement, variant, tenantClass }) => ({ statement, variant, tenant_class: tenantClass }),
          {
            ratio: timed('overhead', 'ratio', {
              ...{ low: 'low', high: 'high', samples: 'pairs' },
              help: 'Time under row-level security against the owner with a filter.',
            }),
            low: not('bound of the overhead'),
            high: not('bound of the overhead'),
            level: not('confidence of the overhead’s interval'),
            pairs: not('samples of the overhead'),
            offMs: timed('owner-time', 'ms', { detail: true, floor: 5 }),
            variantMs: timed('policy-time', 'ms', { detail: true, floor: 5 }),
            offBuffers: exact('owner-pages', 'pages'),
            variantBuffers: exact('policy-pages', 'pages'),
            estimate: not('rows that the planner expected, shown to explain the pages'),
          },
        ),
        findings: rows(
          ({ rule, object }) => ({ rule, object }),
          { price: group({ before: reading('before-fix'), after: reading('after-fix') }) },
          [
            derived(
              exact('policy-findings', 'events', {
                help: 'Faults of policies that nobody gave a reason for.',
              }),
              ({ severity, waived }) => Number(severity !== 'note' && waived === null),
            ),
          ],
        ),
        waysPast: exact('ways-past', 'events', { help: 'Ways past row-level security that got through.' }),
        leaks: group({
          reads: exact('leak-reads', 'requests', { better: 'none' }),
          rows: exact('checked-rows', 'rows', { better: 'none' }),
          foreignRows: exact('foreign-rows', 'rows', { help: 'Rows of another tenant.' }),
          bulk: group({
            reads: exact('bulk-reads', 'requests', { better: 'none' }),
            identities: exact('bulk-identities', 'events', { better: 'none' }),
            seconds: timed('bulk-time', 's', { better: 'none' }),
            readsPerSecond: timed('bulk-read-rate', '/s', { better: 'more' }),
            via: not('how the reads are spread over the endpoints'),
          }),
          byStatement: rows(({ statement }) => ({ statement }), {
            rows: exact('checked-rows-of-statement', 'rows', { better: 'none', detail: true }),
            foreignRows: exact('foreign-rows-of-statement', 'rows', { detail: true }),
          }),
        }),
      }),
      () => null,
    ),
  },
});
