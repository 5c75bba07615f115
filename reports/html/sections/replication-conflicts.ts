import type { ReplicaConflict } from '../../../result/result.ts';
import { count, duration, size } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { column, figures, number, table } from '../table.ts';

type Row = ReplicaConflict;

/** A long read on each replica while the primary removes what it reads: which of the two pays. */
export const conflicts = (all: readonly ReplicaConflict[]) => html`<h3>Long reads on a replica</h3>
${table(
  'replication-conflicts',
  'A long read on each replica while the primary changed and vacuumed the rows that it read',
  [
    column('Replica', ({ replica }: Row) => replica),
    column('hot_standby_feedback', ({ hotStandbyFeedback }: Row) =>
      hotStandbyFeedback === null ? '–' : hotStandbyFeedback ? 'on' : 'off',
    ),
    column('Read', ({ cancelled, why }: Row) =>
      cancelled === null
        ? number(null, count, why)
        : markCell(!cancelled, ['came to its end', 'cancelled', '']),
    ),
    figures<Row>('After', ({ readMs, why }) => number(readMs, duration, why)),
    column('SQLSTATE', ({ sqlState }: Row) => sqlState ?? 'none'),
    figures<Row>('Conflicts counted', ({ conflicts: counted, why }) => number(counted, count, why)),
    figures<Row>('Replay waited for it', ({ maxDelayMs, usualDelayMs, replayHeldMs, why }) =>
      number(replayHeldMs, (ms) => `${duration(ms)} (limit ${limit(maxDelayMs, usualDelayMs)})`, why),
    ),
    figures<Row>('Dead rows kept', ({ deadRowsKept, deadRowsMade, vacuumedMs, why }) =>
      number(
        deadRowsKept,
        (kept) =>
          `${count(kept)} of ${count(deadRowsMade ?? 0)}${vacuumedMs === null ? '' : `, vacuum at ${duration(vacuumedMs)}`}`,
        why,
      ),
    ),
    figures<Row>('After the read', ({ deadRowsAfter, why }) => number(deadRowsAfter, count, why)),
    figures<Row>('Table on the primary', ({ tableBytesBefore, tableBytesAfter, why }) =>
      number(tableBytesAfter, (after) => `${size(tableBytesBefore ?? 0)} → ${size(after)}`, why),
    ),
  ],
  all,
)}
<p class="muted">The trade: without hot_standby_feedback, replay waits max_standby_streaming_delay for a read, everybody else’s reads there growing stale meanwhile, and then cancels it with 40001; the primary keeps nothing. With it the read comes to its end, and the primary keeps every row version that died since the read began, for all tables and as long as it lasts. Short reads belong on the one, reports on the other.${all.some(({ usualDelayMs }) => usualDelayMs !== undefined) && ' Where a limit was lowered for this measurement, the usual one stands in brackets.'}</p>`;

const limit = (ms: number | null, usual: number | undefined): string =>
  `${ms === null ? 'none' : duration(ms)}${usual === undefined ? '' : `, usually ${duration(usual)}`}`;
