import type { Observation, ReplicaSamples } from './summary.ts';
import type { Sighting } from './watch.ts';

/** The content of raw/lag/<replica>.json: every probe, by columns, so that every figure can be computed again. */
export function rawSamples({ observations, ...rest }: ReplicaSamples): string {
  const column = (value: (observation: Observation) => number | null) => observations.map(value);
  return `${JSON.stringify({
    ...rest,
    columns: {
      atMs: column(({ at }) => at),
      id: column(({ id }) => id),
      lsn: column(({ lsn }) => lsn),
      firstReplayedLsn: column(({ replayed }) => replayed.first),
      replayedAfterMs: column(({ replayed }) => after(replayed)),
      replayedBeforeMs: column(({ replayed }) => before(replayed)),
      firstVisibleId: column(({ visible }) => visible.first),
      visibleAfterMs: column(({ visible }) => after(visible)),
      visibleBeforeMs: column(({ visible }) => before(visible)),
    },
  })}\n`;
}

const after = (sighting: Sighting): number =>
  sighting.kind === 'seen' ? sighting.afterMs : sighting.atLeastMs;
/** null: it was not seen. */
const before = (sighting: Sighting): number | null => (sighting.kind === 'seen' ? sighting.beforeMs : null);
