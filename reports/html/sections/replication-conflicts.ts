import type { ReplicaConflict } from '../../../result/result.ts';
import { brief, count, duration, size } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { sentence } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

type Row = ReplicaConflict;

/** A long read on each replica while the primary removes what it reads: which of the two pays. */
export const conflicts = (all: readonly ReplicaConflict[]) => html`<h3>Long reads on a replica</h3>
${table(
  'replication-conflicts',
  'A long read on each replica while the primary changed and vacuumed the rows that it read',
  [
    column('Replica', ({ replica, hotStandbyFeedback }: Row) =>
      hotStandbyFeedback === null ? replica : `${replica}, feedback ${hotStandbyFeedback ? 'on' : 'off'}`,
    ),
    column('Read', ({ cancelled, sqlState, why }: Row) =>
      cancelled === null
        ? number(null, count, why)
        : markCell(!cancelled, ['came to its end', `cancelled, ${sqlState}`, '']),
    ),
    figures<Row>('After', ({ readMs, why }) => number(readMs, duration, why)),
    figures<Row>('Replay waited', ({ replayHeldMs, why }) => number(replayHeldMs, duration, why)),
    figures<Row>('Dead rows kept', ({ deadRowsKept, deadRowsMade, why }) =>
      number(deadRowsKept, (kept) => `${count(kept)} of ${count(deadRowsMade ?? 0)}`, why),
    ),
    figures<Row>('Table grew', ({ tableBytesBefore, tableBytesAfter, why }) =>
      number(tableBytesAfter, (after) => `${size(tableBytesBefore ?? 0)} → ${size(after)}`, why),
    ),
  ],
  all,
)}
<p class="muted">The trade: without hot_standby_feedback, replay waits max_standby_streaming_delay for a read, everybody else’s reads there growing stale meanwhile, and then cancels it with 40001; the primary keeps nothing. With it the read comes to its end, and the primary keeps every row version that died since the read began, in all tables and as long as it lasts. Short reads belong on the one, reports on the other. ${all.map(told).filter(Boolean).join(' ')}</p>`;

/** What the table has no room for. */
function told(row: ReplicaConflict): string {
  const { replica, conflicts: counted, maxDelayMs, usualDelayMs, deadRowsAfter, vacuumedMs, why } = row;
  if (counted === null) return '';
  const lowered =
    usualDelayMs === undefined || maxDelayMs === null
      ? ''
      : ` after max_standby_streaming_delay was lowered from ${usualDelayMs < 0 ? 'no limit' : brief(duration(usualDelayMs))} to ${brief(duration(maxDelayMs))} for this alone`;
  const left = deadRowsAfter
    ? `, and ${count(deadRowsAfter)} dead rows were left when the read was over`
    : '';
  const vacuumed = vacuumedMs === null ? '' : `the vacuum ended after ${duration(vacuumedMs)}, and `;
  return `On ${replica} ${vacuumed}pg_stat_database_conflicts counted ${count(counted)} ${counted === 1 ? 'conflict' : 'conflicts'}${lowered}${left}.${why === undefined ? '' : ` There, ${sentence(why)}`}`;
}
