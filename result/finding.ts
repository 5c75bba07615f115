/** Of result.json: what a reader should look at, worst first. */
import { type Static, Type } from 'typebox';
import { Nullable } from './percentiles.ts';

export const Finding = Type.Object({
  id: Type.String({
    description: 'rule and what it is about; the same in every run: "work-for-rows/users/newest"',
  }),
  part: Type.String(),
  statement: Nullable(Type.String({ description: 'null: it is about the part, not about one statement' })),
  figure: Type.String({ description: 'of result.figures: "plans.buffers"' }),
  value: Type.Number(),
  unit: Type.String(),
  sentence: Type.String(),
  severity: Type.Unsafe<1 | 2 | 3>(
    Type.Integer({ minimum: 1, maximum: 3, description: '3: act on it; 2: it costs much; 1: know it' }),
  ),
  link: Type.String({ description: 'of the evidence in index.html: "#plan/users/newest/whale"' }),
  known: Type.Optional(Type.String({ description: 'why it is accepted; such findings stand last' })),
});
export type Finding = Static<typeof Finding>;
