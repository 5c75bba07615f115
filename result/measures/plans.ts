/** Of result.json: plans, plans side by side, plan modes. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, rows, timed } from '../figure-tree.ts';
import { everySuite, measure, optionalSection, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

const Strings = Type.Array(Type.String());

export const PlanResult = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'owner (explicit filter) or app (row-level security)' }),
  tenantClass: Type.String(),
  shape: Type.String({ description: 'fingerprint: node types, relations, indexes by definition' }),
  detail: Type.String({ description: 'fingerprint: also conditions, literals replaced' }),
  buffers: Type.Object({ hit: Nullable(Type.Integer()), read: Nullable(Type.Integer()) }),
  executionMs: Nullable(Type.Number()),
  planningMs: Nullable(Type.Number()),
  rows: Nullable(Type.Number()),
  maxQError: Nullable(Type.Number()),
  maxQErrorNode: Nullable(Type.String()),
  indexes: Strings,
  tree: Type.Optional(
    Type.String({ description: 'the plan in words, one node a line, for the report and the terminal' }),
  ),
  expectation: Type.Object({ ok: Nullable(Type.Boolean()), why: Type.String() }),
  /** Only the planner was asked, on a copy of its knowledge: nothing was executed, so pages and time are null. */
  estimated: Type.Optional(Type.Literal(true)),
  estimatedCost: Type.Optional(Type.Number({ description: "in the planner's units" })),
  estimatedRows: Type.Optional(Type.Number()),
});
export type PlanResult = Static<typeof PlanResult>;

/** Two plans of one statement, node beside node, and in words what changed. */
export const PlanDiffResult = Type.Object({
  statement: Type.String(),
  tenantClass: Nullable(Type.String()),
  before: Type.String({ description: 'what the first plan is of: A, without the index, a file' }),
  after: Type.String(),
  verdict: Type.String({
    description: 'more-work, worse-estimates, other-shape, less-work, same',
  }),
  summary: Type.String(),
  rows: Type.Array(
    Type.Object({
      kind: Type.Union((['same', 'changed', 'new', 'gone'] as const).map((kind) => Type.Literal(kind))),
      depth: Type.Integer(),
      before: Nullable(Type.String()),
      after: Nullable(Type.String()),
      words: Strings,
    }),
  ),
});
export type PlanDiffResult = Omit<Static<typeof PlanDiffResult>, 'rows'> & {
  rows: {
    kind: 'same' | 'changed' | 'new' | 'gone';
    depth: number;
    before: string | null;
    after: string | null;
    words: string[];
  }[];
};

const NullablePages = Nullable(Type.Integer());

/** Pages of one statement by how its plan is made: for its parameters, once for any, and as the server decides. */
export const PlanModes = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'owner or app: the role of the statement' }),
  skew: Nullable(
    Type.Number({
      description: 'pages of the generic plan over those of the custom one, for the worst tenant',
    }),
  ),
  tenants: Type.Array(
    Type.Object({
      tenantClass: Type.String(),
      pages: Type.Object({ custom: NullablePages, generic: NullablePages, auto: NullablePages }),
      sameShape: Type.Boolean({ description: 'custom and generic' }),
      chosen: Nullable(Type.Union([Type.Literal('custom'), Type.Literal('generic')])),
    }),
  ),
});
export type PlanModes = Static<typeof PlanModes>;

/** What lies in a table's pages beside its rows; pages that were read are those of this state. */
export const TableState = Type.Object({
  table: Type.String(),
  /** By the server's own counters. */
  deadRows: Type.Integer(),
  /** Of GIN indexes, not merged yet; null: the server cannot tell. */
  pendingPages: Nullable(Type.Integer()),
});
export type TableState = Static<typeof TableState>;

const pagesOf = ({ buffers: { hit, read } }: PlanResult) =>
  hit === null || read === null ? null : hit + read;

export const plans = measure({
  part: 'plans',
  family: 'plan',
  title: 'Plans',
  what: 'the plan of each statement: pages read, estimates, and whether it is the expected one',
  suites: everySuite,
  sections: {
    plans: section(
      Type.Array(PlanResult),
      rows<PlanResult>(
        ({ statement, variant, tenantClass }) => ({ statement, variant, tenant_class: tenantClass }),
        {
          buffers: group({
            hit: timed('buffers-hit', 'pages', { better: 'none', detail: true }),
            read: timed('buffers-read', 'pages', { better: 'none', detail: true }),
          }),
          executionMs: timed('execution', 'ms', {
            ...{ detail: true, floor: 5, help: 'Execution time under EXPLAIN ANALYZE.' },
          }),
          planningMs: timed('planning', 'ms', { detail: true, floor: 5 }),
          rows: exact('returned-rows', 'rows', { better: 'none', detail: true }),
          maxQError: timed('q-error', 'ratio', {
            ...{
              detail: true,
              floor: 10,
              help: 'The worst estimate of a node: estimated against actual rows.',
            },
          }),
          estimatedCost: not('the planner’s own unit: an estimate is no measurement'),
          estimatedRows: not('an estimate is no measurement'),
        },
        [
          derived(exact('buffers', 'pages', { help: 'Executor buffers of a plan.' }), pagesOf),
          derived(
            exact('missed-expectations', 'events', { better: 'none', detail: true }),
            ({ expectation: { ok } }) => (ok === null ? null : Number(!ok)),
          ),
        ],
      ),
      () => [],
    ),
    planModes: optionalSection(
      Type.Optional(Type.Array(PlanModes)),
      rows<PlanModes>(({ statement, variant }) => ({ statement, variant }), {
        skew: exact('skew', 'ratio', {
          ...{
            decides: null,
            help: 'Pages of the generic plan over those of the custom one, for the worst tenant.',
          },
        }),
        tenants: rows(({ tenantClass }) => ({ tenant_class: tenantClass }), {
          pages: group({
            custom: exact('custom-plan-pages', 'pages', { detail: true }),
            generic: exact('generic-plan-pages', 'pages', { detail: true }),
            auto: exact('chosen-plan-pages', 'pages', { detail: true }),
          }),
        }),
      }),
    ),
    tableState: optionalSection(
      Type.Optional(
        Type.Array(TableState, {
          description:
            'when the plans were read: tables that have dead rows or pending entries; the others have none',
        }),
      ),
      rows<TableState>(({ table }) => ({ table }), {
        deadRows: exact('dead-rows', 'rows', { better: 'none', detail: true }),
        pendingPages: exact('pending-pages', 'pages', { better: 'none', detail: true }),
      }),
    ),
    planDiffs: optionalSection(
      Type.Optional(Type.Array(PlanDiffResult)),
      not('places of nodes in a tree; the pages of the plans are figures'),
    ),
  },
});
