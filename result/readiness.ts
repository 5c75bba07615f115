import { type Static, Type } from 'typebox';

/** Of a run that is to decide on a release: whether it can go out, and what stands in the way. */
export const Readiness = Type.Object({
  status: Type.Unsafe<'ready' | 'not-ready' | 'cannot-say'>(
    Type.Union([Type.Literal('ready'), Type.Literal('not-ready'), Type.Literal('cannot-say')]),
  ),
  answer: Type.String(),
  obstacles: Type.Array(
    Type.Object({
      what: Type.String(),
      kind: Type.Unsafe<'missed' | 'open' | 'untrusted' | 'skipped'>(
        Type.Union([
          Type.Literal('missed'),
          Type.Literal('open'),
          Type.Literal('untrusted'),
          Type.Literal('skipped'),
        ]),
      ),
      remedy: Type.String(),
    }),
  ),
  met: Type.Integer(),
  of: Type.Integer(),
});
export type Readiness = Static<typeof Readiness>;
