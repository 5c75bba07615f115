import { type Static, Type } from 'typebox';
import { Nullable } from '../percentiles.ts';

/** Every write by what its client was told and whether its row is there. null: it could not be checked, `why` says so. */
export const DrillLedger = Type.Object({
  acknowledged: Type.Integer({ description: 'writes whose commit the client was told of' }),
  present: Nullable(Type.Integer({ description: 'acknowledged, and found' })),
  lost: Nullable(Type.Integer({ description: 'acknowledged, and not found' })),
  refused: Type.Integer({ description: 'an error of the server said that nothing was written' }),
  notSent: Type.Integer({ description: 'there was no connection to send it on' }),
  uncertain: Type.Integer({ description: 'sent, and the answer never came: it may be there or not' }),
  unacknowledgedPresent: Nullable(Type.Integer({ description: 'uncertain, and found' })),
  impossible: Nullable(Type.Integer({ description: 'refused, not sent or never written, and found' })),
  why: Nullable(Type.String()),
});
export type DrillLedger = Static<typeof DrillLedger>;
