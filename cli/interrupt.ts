import { Fault } from '../config/fault.ts';

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an aborted signal, once: whoever started something sees it and stops it.
 * A second signal gives up waiting: every child is tied to us and dies with us.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.kill(process.pid, 'SIGKILL');
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
