/** Of result.json: plans, plans side by side, plan modes. */
import { type Static, Type } from 'typebox';
import { derived, exact, group, not, rows, timed } from '../figure-tree.ts';
import { everySuite, measure, optionalSection, section } from '../measure-description.ts';
import { Nullable } from '../percentiles.ts';

const Strings = Type.Array(Type.String());

/** One line of a plan's tree, parents before children: a node, or several that did the same for nothing. */
export const PlanLine = Type.Object({
  depth: Type.Integer({ description: 'levels below the root' }),
  name: Type.String({ description: 'what the node is: Index Scan using orders_pkey on orders o' }),
  /** Absent: one node. */
  nodes: Type.Optional(Type.Integer({ description: 'how many nodes it stands for, when not one' })),
  executed: Type.Boolean({ description: 'false: never executed, or the plan was made without ANALYZE' }),
  estimatedRows: Nullable(Type.Number({ description: 'a loop' })),
  actualRows: Nullable(Type.Number({ description: 'a loop' })),
  loops: Nullable(Type.Number()),
  removedRows: Type.Optional(Type.Number({ description: 'that filters threw away, over all loops' })),
  selfMs: Nullable(Type.Number()),
  selfBuffers: Nullable(Type.Number()),
  timeShare: Nullable(Type.Number({ description: 'of the time of all nodes, 0 to 1' })),
  bufferShare: Nullable(Type.Number({ description: 'of the buffers of all nodes, 0 to 1' })),
  qError: Nullable(Type.Number()),
  notes: Strings,
  conditions: Type.Array(Type.Object({ name: Type.String(), text: Type.String() })),
});
export type PlanLine = Static<typeof PlanLine>;

/** A plan of a statement that a function ran. */
export const NestedPlan = Type.Object({
  sql: Type.String(),
  calls: Type.Integer({ description: 'how often the function ran it in one execution of the statement' }),
  executionMs: Nullable(Type.Number({ description: 'of all calls' })),
  buffers: Nullable(Type.Integer({ description: 'of all calls' })),
  lines: Type.Array(PlanLine, { description: 'of the call that took the longest' }),
});
export type NestedPlan = Static<typeof NestedPlan>;

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
  lines: Type.Optional(Type.Array(PlanLine, { description: 'the tree, as the viewer shows it' })),
  nested: Type.Optional(
    Type.Array(NestedPlan, { description: 'what the functions of the statement ran; absent: it calls none' }),
  ),
  nestedWhy: Type.Optional(Type.String({ description: 'why the functions could not be opened' })),
  parameters: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), value: Nullable(Type.String()) }), {
      description: 'values of $1, $2 ... that it was planned and executed with',
    }),
  ),
  file: Type.Optional(Type.String({ description: "EXPLAIN's JSON, relative to the run's folder" })),
  expectation: Type.Object({ ok: Nullable(Type.Boolean()), why: Type.String() }),
  /** Only the planner was asked, on a copy of its knowledge: nothing was executed, so pages and time are null. */
  estimated: Type.Optional(Type.Literal(true)),
  estimatedCost: Type.Optional(Type.Number({ description: "in the planner's units" })),
  estimatedRows: Type.Optional(Type.Number()),
});
export type PlanResult = Static<typeof PlanResult>;

/** A statement that was measured, once for all its plans. */
export const StatementText = Type.Object({
  name: Type.String(),
  what: Type.String(),
  sql: Type.String(),
  role: Type.String({ description: 'owner or app' }),
  kind: Type.String({ description: 'read or write' }),
});
export type StatementText = Static<typeof StatementText>;

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
          lines: not('places of nodes in a tree; the pages and the time of the plan are figures'),
          nested: not('parts of the statement, whose pages and time have theirs in them'),
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
    statements: optionalSection(
      Type.Optional(Type.Array(StatementText, { description: 'of the plans, once each' })),
      not('texts'),
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
    planPairs: optionalSection(
      Type.Optional(
        Type.Array(PlanDiffResult, {
          description: 'plans of one statement under two roles, or for two tenants, that differ in shape',
        }),
      ),
      not('places of nodes in a tree; the pages of the plans are figures'),
    ),
    planDiffs: optionalSection(
      Type.Optional(Type.Array(PlanDiffResult)),
      not('places of nodes in a tree; the pages of the plans are figures'),
    ),
  },
});
