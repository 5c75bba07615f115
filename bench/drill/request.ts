/**
 * What a client knows of one of its requests.
 * acknowledged: the answer came. refused: an error of the server came, and with it the promise that nothing was done.
 * uncertain: it was sent, and no answer came that says whether it was done. notSent: there was no connection.
 */
export type Outcome = 'acknowledged' | 'refused' | 'uncertain' | 'notSent';

/** One request of a drill's load; times by performance.now(). */
export interface DrillRequest {
  readonly kind: 'write' | 'read';
  /** Of a write: the token that it inserts. */
  readonly token: string;
  /** When the schedule wanted it sent. */
  readonly due: number;
  /** When it was sent; null: never. */
  readonly sent: number | null;
  readonly ended: number;
  readonly outcome: Outcome;
  /** SQLSTATE, or the connection's error; null where it was acknowledged. */
  readonly code: string | null;
}

export const succeeded = ({ outcome }: Pick<DrillRequest, 'outcome'>): boolean => outcome === 'acknowledged';
