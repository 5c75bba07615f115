import type { Outcome } from './request.ts';

/** A client waits this long for an answer, and then closes the connection. */
export const timeoutCode = 'timeout';
/** Due before the load ended, and never begun: no client was free. */
export const unservedCode = 'unserved';

/**
 * What an error says of a statement that commits by itself. Only an ERROR of the server is an answer: its transaction is
 * rolled back. A FATAL or PANIC ends the session, and may come after the commit (a standby that was waited for); so may
 * a connection that breaks, or a client that waits no longer.
 * https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES
 */
export function outcomeOf(error: unknown, sent: boolean): { outcome: Outcome; code: string } {
  const { code, severity, message } = error as { code?: string; severity?: string; message?: string };
  const named = code ?? codeOf(message ?? '');
  if (!sent) return { outcome: 'notSent', code: named };
  return {
    outcome: severity === 'ERROR' && !uncertainStates.has(named) ? 'refused' : 'uncertain',
    code: named,
  };
}

/** statement_completion_unknown, and what a pooler says of a server that it lost. */
const uncertainStates: ReadonlySet<string> = new Set(['40003', '08000', '08003', '08006', '08007', '08P01']);

/** The driver's errors carry no code where the socket just ended. */
function codeOf(message: string): string {
  if (/timeout/i.test(message)) return timeoutCode;
  return 'connection-lost';
}
