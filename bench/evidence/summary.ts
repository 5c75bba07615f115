import type { LoadEvidence } from '../../result/result.ts';
import type { Evidence } from './evidence.ts';
import type { Sample } from './tick.ts';

const statementsShown = 10;
const waitsShown = 10;
const queryShown = 300;
/** Points of the series; of a longer one every n-th second. */
const seriesPoints = 300;

/** Pure: what a report shows of the evidence. `file`: where all of it is. */
export function summarise(evidence: Evidence, file: string): LoadEvidence {
  const { seconds, counters, series, statements, waits, observerMs, gaps, absent } = evidence;
  const pools = series.flatMap(({ pool }) => pool ?? []);
  return {
    seconds,
    file,
    walBytesPerSecond: counters && seconds > 0 ? counters.wal_bytes / seconds : null,
    bufferHitPct: hitPct(series),
    checkpoints: counters && counters.checkpoints_timed + counters.checkpoints_requested,
    locksWaitingMax: most(series.map(({ locksWaiting }) => locksWaiting)),
    poolerWaitingMax: most(pools.map(({ clientsWaiting }) => clientsWaiting)),
    poolerWaitMaxMs: most(pools.map(({ longestWaitMs }) => longestWaitMs)),
    observerMs,
    statements:
      statements?.slice(0, statementsShown).map((each) => ({
        name: each.name,
        query: each.query.replaceAll(/\s+/g, ' ').trim().slice(0, queryShown),
        calls: each.calls,
        executionMs: each.execution_ms,
        timePct: each.timePct,
        rows: each.rows,
        blocksHit: each.blocks_hit,
        blocksRead: each.blocks_read,
        walBytes: each.wal_bytes,
      })) ?? null,
    waits: shares(waits).slice(0, waitsShown),
    series: thinned(series).map((each) => ({
      s: each.s,
      walBytesPerSecond: each.walBytesPerSecond,
      activeSessions: each.active,
      connections: each.connections,
      waiting: waitingOf(each.waits),
      locksWaiting: each.locksWaiting,
      blocksReadPerSecond: each.blocksReadPerSecond,
      poolerWaiting: each.pool?.clientsWaiting ?? null,
      checkpointed: each.checkpointed,
      vacuums: each.vacuums,
    })),
    gaps: gaps.length,
    absent: [...absent],
  };
}

const most = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));

/** Each sample is the rate since the one before it, so rates times their lengths are all the blocks. */
function hitPct(series: readonly Sample[]): number | null {
  let [hit, read, before] = [0, 0, 0];
  for (const { s, blocksHitPerSecond, blocksReadPerSecond } of series) {
    hit += blocksHitPerSecond * (s - before);
    read += blocksReadPerSecond * (s - before);
    before = s;
  }
  return hit + read > 0 ? (100 * hit) / (hit + read) : null;
}

function shares(waits: Readonly<Record<string, number>>): LoadEvidence['waits'] {
  const total = Object.values(waits).reduce((sum, sessions) => sum + sessions, 0);
  return Object.entries(waits)
    .map(([event, sessions]) => ({ event, pct: (100 * sessions) / total }))
    .sort((a, b) => b.pct - a.pct || (a.event < b.event ? -1 : 1));
}

/** Sessions at work that waited: "CPU" waits for nothing that the server knows of. */
const waitingOf = (waits: Sample['waits']): number =>
  Object.entries(waits).reduce((sum, [event, sessions]) => (event === 'CPU' ? sum : sum + sessions), 0);

/** An event of a sample that is left out is one of the next that stays. */
function thinned(series: readonly Sample[]): readonly Sample[] {
  const step = Math.ceil(series.length / seriesPoints);
  if (step <= 1) return series;
  return series.flatMap((each, at) => {
    if (at % step !== step - 1) return [];
    const since = series.slice(at - step + 1, at + 1);
    return [
      {
        ...each,
        checkpointed: since.some(({ checkpointed }) => checkpointed),
        vacuums: Math.max(...since.map(({ vacuums }) => vacuums)),
      },
    ];
  });
}
