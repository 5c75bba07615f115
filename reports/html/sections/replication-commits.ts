import type { CommitMode, ReplicationStudy } from '../../../result/result.ts';
import { count, duration, figure, ratio } from '../../format.ts';
import { html } from '../html.ts';
import { column, figures, number, table } from '../table.ts';

/** What a commit waits for, and what a reader of the replica gets for it. */
export const commitModes = ({
  replica,
  standbys,
  modes,
}: NonNullable<ReplicationStudy['commitModes']>) => html`<h3>synchronous_commit</h3>
${table(
  'replication-commits',
  `A commit of one row under each mode, and when ${replica} shows it; ${count(modes[0]?.commitMs.samples ?? 0)} commits each`,
  [
    column('Mode', ({ mode }: CommitMode) => mode),
    figures<CommitMode>('Commit p50', ({ commitMs }) => number(commitMs.p50, duration, commitMs.why)),
    figures<CommitMode>('Commit p99', ({ commitMs }) => number(commitMs.p99, duration, commitMs.why)),
    figures<CommitMode>('Beside on', (each) =>
      number(each.ratio, ratio, 'there are too few slots for a ratio'),
    ),
    figures<CommitMode>('Interval', ({ mode, low, high, slots }) =>
      low === null || high === null
        ? number(
            null,
            ratio,
            mode === 'on' ? 'the others are compared with it' : `${slots} slots are too few`,
          )
        : { show: `${ratio(low)} to ${ratio(high)}`, sort: low },
    ),
    figures<CommitMode>('Visible p50', ({ visibleMs }) => number(visibleMs.p50, duration, visibleMs.why)),
    figures<CommitMode>('Stale reads', ({ staleReadsPct }) =>
      number(staleReadsPct, (value) => `${figure(value)} %`, 'the replica could not be read'),
    ),
  ],
  modes,
)}
<p class="muted">What was acknowledged survives: under off no crash (the latest commits are lost), under local a crash of the primary, under remote_write also its loss, under on also a crash of the replica; remote_apply survives the same, and a read on the replica shows it. One commit at a time, without other load, in slots of each mode in an order drawn anew each round; <em>visible</em> counts from the acknowledgement until a read on ${replica} shows the row, and a read is <em>stale</em> when the first one after it does not. The ratio’s interval is of ${count(modes[0]?.slots ?? 0)} slots${levelOf(modes)}. synchronous_standby_names was <code>${standbys}</code> for this alone.</p>`;

const levelOf = (modes: readonly CommitMode[]): string => {
  const level = modes.find((each) => each.level !== null)?.level;
  return level == null ? '' : ` at ${figure(100 * level)} %`;
};
