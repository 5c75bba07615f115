import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../config/progress.ts';

/** Waits between attempts, in milliseconds: six attempts within about ten seconds, as long as a server's restart. */
const pauses = [200, 500, 1500, 3000, 5000];

/**
 * Runs `work`, and again when its connection was lost, at most six times. `work` opens its own connections and finds
 * out what is done.
 * @throws the last error; at once any error that is no lost connection, and the signal's reason when it is aborted.
 */
export async function withReconnects<T>(
  work: () => Promise<T>,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const pause = pauses[attempt];
      if (pause === undefined || !isLostConnection(error, attempt > 0)) throw error;
      progress.warn(`The connection was lost (${(error as Error).message}); going on in ${pause / 1000} s.`);
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

// Class 08 and 57P01 to 57P03: https://www.postgresql.org/docs/current/errcodes-appendix.html
const lostCodes = /^(08\w{3}|57P0[123]|ECONNRESET|EPIPE|ETIMEDOUT)$/;
/** pg's own words have no code. */
const lostWords = /Connection terminated|not queryable|Connection ended unexpectedly/;
/** Not at the first attempt: a server that was never there is no lost connection. */
const goneCodes = /^ECONNREFUSED$/;

function isLostConnection(error: unknown, connectedBefore: boolean): boolean {
  for (let at = error as { code?: string; message?: string; cause?: unknown } | undefined; at; ) {
    if (lostCodes.test(at.code ?? '') || lostWords.test(at.message ?? '')) return true;
    if (connectedBefore && goneCodes.test(at.code ?? '')) return true;
    at = at.cause as typeof at;
  }
  return false;
}
