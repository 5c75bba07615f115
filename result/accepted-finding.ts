import { type Static, Type } from 'typebox';

/** A finding that is by design: it stays in the list, last, with this reason. */
export const AcceptedFinding = Type.Object({
  id: Type.String({ minLength: 1 }),
  reason: Type.String({ minLength: 1 }),
});
export type AcceptedFinding = Static<typeof AcceptedFinding>;
