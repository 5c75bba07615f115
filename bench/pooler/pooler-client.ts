import { seconds } from '../../config/units.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';

/** Only ends a hang: a client of a crowd may wait long for its turn. */
const answerWithin = seconds(60);

/** A client of a pooler. One that is not answered at all fails, so that no pooler makes the measure wait for ever. */
export const poolerClient = (url: string): Promise<Connection> =>
  connect(url, 'olympus-pooler', { answerWithin });

/** Errors of a client by SQLSTATE; "connection" where it has none. Then its connection is of no more use. */
export const brokenConnection = 'connection';
export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? brokenConnection;
