import type { CheckpointResult } from '../../../result/measures/checkpoint.ts';

type Settings = Pick<CheckpointResult, 'maxWalSizeMb' | 'checkpointTimeoutS'>;

export interface CheckpointFacts {
  /** In force before the case, and after it. */
  readonly usual: Settings;
  readonly now: Settings;
  /** What begins the checkpoints that are to come; null: none has to. */
  readonly expects: 'timed' | 'requested' | null;
  /** By the server; null: its counts started anew. */
  readonly counted: { readonly timed: number; readonly requested: number } | null;
  /** Times in which the checkpointer was seen at work. */
  readonly seen: number;
  readonly writes: number;
}

/** Whether the settings are back, and what the figures do not show. */
export function judgeCheckpoint(
  facts: CheckpointFacts,
): Pick<CheckpointResult, 'healed' | 'healedHow' | 'why'> {
  const { usual, now } = facts;
  const healed =
    usual.maxWalSizeMb === now.maxWalSizeMb && usual.checkpointTimeoutS === now.checkpointTimeoutS;
  const inWords = ({ maxWalSizeMb, checkpointTimeoutS }: Settings) =>
    `max_wal_size ${maxWalSizeMb} MB and checkpoint_timeout ${checkpointTimeoutS} s`;
  return {
    healed,
    healedHow: healed
      ? `${inWords(now)} are in force, as before`
      : `${inWords(now)} are in force, and before it was ${inWords(usual)}`,
    why: whyOpen(facts),
  };
}

function whyOpen({ expects, counted, seen, writes }: CheckpointFacts): string | null {
  if (writes === 0) return 'no write succeeded: there was no load';
  if (counted === null) return 'the server’s counts started anew meanwhile (a reset, or a crash)';
  const checkpoints = counted.timed + counted.requested;
  if (checkpoints > 0 && seen === 0)
    return `${checkpoints} checkpoints were counted, and each was over between two looks: no response is known of a time in which one ran`;
  if (expects !== null && counted[expects] === 0)
    return expects === 'requested'
      ? 'no checkpoint was requested although max_wal_size is small: the writes were too few (--writes raises them)'
      : 'no timed checkpoint came although checkpoint_timeout is short';
  return null;
}
