/** What a server wrote about its recovery. */
export interface RecoveryLog {
  /** Where replay ended. */
  readonly reachedLsn: string | null;
  /** When the last replayed transaction had committed; null where none was replayed. */
  readonly lastCommitAt: string | null;
  /** WAL files that it took from the archive. */
  readonly walFiles: number;
  /** The WAL ended before the target. */
  readonly endedEarly: boolean;
  /** What ended it, of a recovery that failed. */
  readonly fatal: string | null;
}

/** Reads the log of a server with lc_messages C and log_timezone UTC. */
export function readRecoveryLog(text: string): RecoveryLog {
  return {
    reachedLsn: /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(text)?.[1] ?? null,
    lastCommitAt: /last completed transaction was at log time (\S+ \S+)/.exec(text)?.[1] ?? null,
    walFiles: new Set(text.match(/(?<=restored log file ")[0-9A-F]{24}(?=")/g)).size,
    endedEarly: text.includes('recovery ended before configured recovery target was reached'),
    fatal: [...text.matchAll(/(?:FATAL|PANIC): +(.*)/g)].at(-1)?.[1] ?? null,
  };
}
