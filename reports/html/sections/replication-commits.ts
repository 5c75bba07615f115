import type { CommitMode, ReplicationStudy } from '../../../result/result.ts';
import { count, duration, figure, ratio } from '../../format.ts';
import { html } from '../html.ts';
import { column, figures, number, table } from '../table.ts';

/** What an acknowledged commit survives, from PostgreSQL's documentation of synchronous_commit. */
const survives: Readonly<Record<string, string>> = {
  off: 'nothing for about three wal_writer_delay: the latest are lost with the primary’s process',
  local: 'a crash of the primary; its loss only where the replica has it by chance',
  remote_write: 'the loss of the primary, unless the replica’s system crashes too',
  on: 'the loss of the primary, and a crash of the replica',
  remote_apply: 'the same, and reads there show it',
};

/** What a commit waits for, and what a reader of the replica gets for it. */
export const commitModes = ({
  replica,
  standbys,
  modes,
}: NonNullable<ReplicationStudy['commitModes']>) => html`<h3>synchronous_commit</h3>
${table(
  'replication-commits',
  `A commit of one row under each mode, and when ${replica} shows it`,
  [
    column('Mode', ({ mode }: CommitMode) => mode),
    figures<CommitMode>('Commit p50', ({ commitMs }) => number(commitMs.p50, duration, commitMs.why)),
    figures<CommitMode>('Commit p99', ({ commitMs }) => number(commitMs.p99, duration, commitMs.why)),
    figures<CommitMode>('Beside on', (each) =>
      number(each.ratio, ratio, 'there are too few slots for a ratio'),
    ),
    figures<CommitMode>('Interval', ({ mode, low, high, level, slots }) =>
      low === null || high === null
        ? number(
            null,
            ratio,
            mode === 'on' ? 'the others are compared with it' : `${slots} slots are too few`,
          )
        : {
            show: `${ratio(low)} to ${ratio(high)}${level === null ? '' : ` (${figure(100 * level)} %)`}`,
            sort: low,
          },
    ),
    figures<CommitMode>('Visible p50', ({ visibleMs }) => number(visibleMs.p50, duration, visibleMs.why)),
    figures<CommitMode>('Visible p99', ({ visibleMs }) => number(visibleMs.p99, duration, visibleMs.why)),
    figures<CommitMode>('Stale first reads', ({ staleReadsPct }) =>
      number(staleReadsPct, (value) => `${figure(value)} %`, 'the replica could not be read'),
    ),
    figures<CommitMode>('Commits', ({ commitMs }) => number(commitMs.samples, count)),
    column('Survives', ({ mode }: CommitMode) => survives[mode] ?? ''),
  ],
  modes,
)}
<p class="muted">One commit at a time, without other load, in slots of each mode in an order drawn anew each round; <em>visible</em> counts from the acknowledgement until a read on ${replica} shows the row. synchronous_standby_names was <code>${standbys}</code> for this alone. A ratio above 1× waits longer than on.</p>`;
