/** For tests: bounds that only end a hang. A machine ten times slower, or one that stops for seconds, stays within them. */
import { setTimeout as sleep } from 'node:timers/promises';

export const patience = (): AbortSignal => AbortSignal.timeout(10 * 60_000);

/** Resolves as soon as `condition` holds. @throws Error with `what` after three minutes */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 180_000; !(await condition()); await sleep(10))
    if (performance.now() > end) throw new Error(`not within three minutes: ${what}`);
}
