import { Fault, missing, usage } from '../config/fault.ts';
import { fullDisk } from '../config/full-disk.ts';
import { isUnanswered } from '../infra/topology/session.ts';

/** read_only_sql_transaction */
const readOnly = '25006';

/** What a measure threw, as a fault with its next step. Of an error and one of its clean-up the first is the cause. */
export function faultOf(error: unknown): Fault {
  if (error instanceof SuppressedError) return faultOf(error.suppressed ?? error.error);
  const full = fullDisk(error);
  if (full) return full;
  if (error instanceof Fault) return error;
  if ((error as { code?: string }).code === readOnly)
    return usage(
      `It writes, and the server is only read: ${(error as Error).message}.`,
      'Allow it with --allow-writes: changes are tried on copies, which are dropped at the end.',
      error,
    );
  if (isUnanswered(error))
    return missing(
      'A statement was taken and not answered in its time, which only ends a hang.',
      'Has the pooler a server connection left for this login, and does the server answer (pg_stat_activity)?',
      error,
    );
  if (lost(error))
    return missing(
      `The server's connection was lost: ${(error as Error).message}.`,
      'Does it still run (`./olympus status`), and what does its log say? A server that crashed recovers by itself.',
      error,
    );
  return new Fault('defect', String((error as Error).stack), 'Please report it.');
}

/** Ended by the server (class 57P) or on the way (class 08, the system's codes, what node-postgres says without one). */
function lost(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    /^(57P0[1-5]|08\w{3}|ECONNRESET|ECONNREFUSED|EPIPE)$/.test(code) ||
    /^Connection terminated|connection ended unexpectedly/i.test(message)
  );
}
