import type { Result, Skipped, Warning } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { NotHere } from './drill.ts';

export interface Left {
  readonly skipped: Skipped[];
  readonly warnings: Warning[];
}

/** What cannot be had here is skipped with the way to get it; what failed, with its reason: neither has passed. */
export async function attempt(
  part: string,
  { signal, progress }: Setting,
  { skipped, warnings }: Left,
  work: () => Promise<Partial<Result>>,
): Promise<Partial<Result>> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const { message, how, next } = error as Error & { how?: string; next?: string };
    progress.warn(`${part}: ${message}`);
    const advice = how ?? next ?? 'Run it again alone, and look at its log.';
    if (error instanceof NotHere) skipped.push({ part, why: message, how: advice });
    else {
      skipped.push({ part, why: `it failed: ${message}`, how: advice });
      warnings.push({ code: 'drill-failed', message: `${part}: ${message}`, advice });
    }
    return {};
  }
}
