/** Of result.json: ways past row-level security that were tried, each as it was typed. */
import { type Static, Type } from 'typebox';

export const AttackResult = Type.Object({
  name: Type.String(),
  what: Type.String(),
  as: Type.String({ description: 'who typed it: a role in the tenant, or somebody with none' }),
  via: Type.String({ description: 'primary, pooler or replica' }),
  outcome: Type.Union(
    [Type.Literal('held'), Type.Literal('leaked'), Type.Literal('known'), Type.Literal('unchecked')],
    { description: 'known: it got through, which PostgreSQL cannot prevent; unchecked: nobody knows' },
  ),
  reached: Type.Boolean({ description: 'false where the topology has no such endpoint' }),
  answer: Type.String(),
  sql: Type.String(),
  why: Type.Optional(Type.String({ description: 'of what is known: the reason, and what to do about it' })),
});
export type AttackResult = Static<typeof AttackResult>;
