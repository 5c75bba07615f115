import { pause } from '../pause.ts';

/** Looks every 25 ms until it is so; false when it is not within `ms`. What a look throws means not yet. */
export async function until(look: () => Promise<boolean>, ms: number, signal: AbortSignal): Promise<boolean> {
  for (const end = performance.now() + ms; ; await pause(25, signal)) {
    try {
      if (await look()) return true;
    } catch {
      // a server that is away is looked at again
    }
    if (performance.now() > end) return false;
  }
}
