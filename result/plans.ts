/** Of result.json: plans, plans side by side, plan modes. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

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
