import type { Result } from '../../../result/result.ts';
import { count, duration, ratio, size } from '../../format.ts';
import { given, interval, percent, percentile } from '../cells.ts';
import { table } from '../table.ts';

export const replication = ({ replication: all }: Result) =>
  table(
    'Replication',
    ['Replica', 'Lag p50', 'p99', 'max', 'Lag max', 'Stale reads', 'Read your writes', 'Probe error'],
    all.map((each) => [
      each.replica,
      ...(['p50', 'p99', 'max'] as const).map((level) => percentile(each.lagMs, level)),
      given(each.lagBytes.max, size),
      given(each.staleReadsPct, percent),
      given(each.readYourWritesMs, duration),
      given(each.probeErrorMs, duration),
    ]),
  );

export const longReads = ({ replicationStudy: study }: Result) =>
  table(
    'Long reads on a replica',
    ['Replica', 'hot_standby_feedback', 'Read', 'After', 'Replay waited', 'Dead rows kept on the primary'],
    (study?.conflicts ?? []).map((each) => [
      each.replica,
      given(each.hotStandbyFeedback, (on) => (on ? 'on' : 'off')),
      given(each.cancelled, (cancelled) => (cancelled ? `cancelled, ${each.sqlState}` : 'came to its end')),
      given(each.readMs, duration),
      given(each.replayHeldMs, duration),
      given(each.deadRowsKept, (kept) => `${count(kept)} of ${count(each.deadRowsMade ?? 0)}`),
    ]),
  );

export const commits = ({ replicationStudy: study }: Result) =>
  table(
    'synchronous_commit',
    ['Mode', 'Commit p50', 'Beside on', 'Interval', 'Visible p50', 'Stale first reads'],
    (study?.commitModes?.modes ?? []).map((each) => [
      each.mode,
      given(each.commitMs.p50, duration),
      given(each.ratio, ratio),
      interval(each),
      given(each.visibleMs.p50, duration),
      given(each.staleReadsPct, percent),
    ]),
  );
