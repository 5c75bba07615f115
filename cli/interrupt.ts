import { writeSync } from 'node:fs';
import { exitCodes, Fault } from '../config/fault.ts';

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an aborted signal, once: whoever started something sees it and stops it.
 * A second signal gives up waiting: every child is tied to us and dies with us, and what is left (a copy of a database,
 * a folder) the next run removes.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        writeSync(
          2,
          '\nolympus: Interrupted again: ended at once, without tidying up.\n  next: The next run removes what is left; `./olympus doctor --clean` does so now.\n',
        );
        process.exit(exitCodes.interrupted);
      }
      controller.abort(
        new Fault(
          'interrupted',
          `Interrupted by ${name}.`,
          'What was measured is kept; run the command again.',
        ),
      );
    });
  }
  return controller.signal;
}
