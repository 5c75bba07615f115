/** The one table of exit codes (docs: README, "Exit codes"). `process.exit` is called in cli/main.ts only. */
export const exitCodes = {
  done: 0,
  regression: 1,
  usage: 2,
  inconclusive: 3,
  component: 4,
  defect: 5,
  interrupted: 130,
} as const;

export type ExitReason = keyof typeof exitCodes;

/**
 * An error that a user can act on. `message` says what happened and where, `next` what to do.
 * Anything that is not a Fault is a defect in Olympus Bench (exit 5, with its stack).
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly reason: ExitReason;
  readonly next: string;

  constructor(reason: ExitReason, message: string, next: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.next = next;
  }
}

export const usage = (message: string, next: string, cause?: unknown) =>
  new Fault('usage', message, next, cause);
export const missing = (message: string, next: string, cause?: unknown) =>
  new Fault('component', message, next, cause);
