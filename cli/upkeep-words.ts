import type { CheckpointResult } from '../result/measures/checkpoint.ts';
import type { VacuumResult } from '../result/measures/vacuum.ts';

const title = (drill: string, { case: of, repetition }: { case: string; repetition: number }) =>
  `  ${drill} (${of})${repetition > 1 ? `, repetition ${repetition}` : ''}`;

const healed = (one: { healed: boolean | null; healedHow: string; why: string | null }) =>
  `    healed: ${one.healed === null ? 'not known' : one.healed ? 'yes' : 'NO'}, ${one.healedHow}${one.why === null ? '' : `; NOT SHOWN: ${one.why}`}`;

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const known = (value: number | null, words: (value: number) => string) =>
  value === null ? 'not known' : words(value);

/** One case of `drill vacuum` on the terminal. */
export function vacuumWords(one: VacuumResult): string[] {
  const { deadRows, tableBytes, scanPages, lookupPages, wraparound } = one;
  const answer =
    one.sqlState === null
      ? `it read ${one.sameAnswer ? 'the same' : 'OTHER ROWS'} at its end`
      : `it was cancelled (${one.sqlState})`;
  return [
    `${title('vacuum', one)}: ${deadRows.held} dead rows stayed while the transaction on replica2 was open, ${deadRows.after} after it; ${answer}`,
    `    table of ${one.rows} rows, each changed ${one.rounds} times: ${mb(tableBytes.before)} → ${mb(tableBytes.held)}, and ${mb(tableBytes.after)} after it; pages of the whole table ${scanPages.before} → ${scanPages.held} → ${scanPages.after}, of 100 rows by key ${lookupPages.before} → ${lookupPages.held} → ${lookupPages.after}`,
    `    the primary was held back ${one.heldXids === null ? 'by nothing that replica2 asked for' : `${one.heldXids} transactions`}; replica2 had not replayed ${known(one.replayBehindBytes, mb)}`,
    `    wraparound: ${wraparound.database} is ${wraparound.ageXids} transactions old, ${wraparound.leftXids} before autovacuum_freeze_max_age (${wraparound.freezeMaxAgeXids}) forces a vacuum`,
    healed(one),
  ];
}

/** One case of `drill checkpoint` on the terminal. */
export function checkpointWords(one: CheckpointResult): string[] {
  const phase = (name: 'before' | 'during' | 'after') => {
    const { p50, max, samples } = one.responseMs[name];
    if (max === null) return `${name}: no write`;
    return `${name}: ${max.toFixed(0)} ms of ${samples}${p50 === null ? '' : ` (half within ${p50.toFixed(1)} ms)`}`;
  };
  const errors = Object.entries(one.errors).map(([state, count]) => `${state} ${count}`);
  return [
    `${title('checkpoint', one)}: ${known(one.timed, String)} timed and ${known(one.requested, String)} requested in ${(one.loadMs / 1000).toFixed(0)} s, at work in ${(one.checkpointingMs / 1000).toFixed(1)} s of it (max_wal_size ${one.maxWalSizeMb} MB, checkpoint_timeout ${one.checkpointTimeoutS} s)`,
    `    ${one.writes} writes; WAL ${known(one.walBytes, mb)}, ${known(one.fullPageImages, String)} pages whole in it; errors: ${errors.join(', ') || 'none'}`,
    `    longest response by checkpoint: ${phase('before')}; ${phase('during')}; ${phase('after')}`,
    healed(one),
  ];
}
