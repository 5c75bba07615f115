import { logMessages } from './log-messages.ts';
import { loggedCalls, type Unread } from './logged-calls.ts';
import { type LoggedStatement, loggedWorkload } from './logged-workload.ts';

export interface LogReading {
  readonly statements: readonly LoggedStatement[];
  /** What of the log was not taken, and why. */
  readonly unread: readonly Unread[];
  /** Those that the log names. */
  readonly databases: readonly string[];
}

/** The statements of a server's log with real values; of one database where it is given. */
export function readLog(
  text: string,
  { database, most }: { readonly database: string | null; readonly most: number },
): LogReading {
  const log = logMessages(text.replaceAll('\r\n', '\n'));
  const { calls, unread } = loggedCalls(log, database);
  const workload = loggedWorkload(calls, most);
  return {
    statements: workload.statements,
    unread: [...unread, ...workload.unread],
    databases: [...new Set(log.messages.flatMap(({ database: own }) => own ?? []))].sort(),
  };
}
