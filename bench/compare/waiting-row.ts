import { excludedByWall, waitingByWall } from '../../analysis/gate/waits.ts';
import type { ComparisonResult } from '../../result/result.ts';
import type { Timing } from './rounds.ts';
import type { ReadySide } from './side.ts';
import { timeRows } from './time-rows.ts';
import { type Watched, watchWaits } from './watch-waits.ts';

/**
 * Whether B waits for longer than A where CPU time says nothing of it: by the wall, and by what the server processes are
 * seen to wait for. No row: it does not. What could not be seen is inconclusive, for CPU time alone would pass it.
 */
export async function waitingRow(
  timing: Timing,
  sides: readonly [ReadySide, ReadySide],
  signal: AbortSignal,
): Promise<ComparisonResult[]> {
  const { gate, timed, clock } = timing;
  const passes =
    gate.metrics.some(({ role }) => role === 'primary') &&
    (gate.status === 'pass' || gate.status === 'improvement');
  const byWall = waitingByWall(gate.metrics);
  if (clock === 'wall' || (byWall === null && (!passes || excludedByWall(gate.metrics)))) return [];
  const cells = timed.filter(({ role }) => role === 'measured').map(({ cell }) => cell);
  const watched = await watchWaits(sides, cells, signal);
  const base = { unit: 'ms', pairs: timed[0]?.slots.length ?? 0, role: 'primary' as const };
  if (byWall !== null) {
    const { name, ...ratio } = byWall;
    const { a = null, b = null } = timeRows(timing).find(({ metric }) => metric === name) ?? {};
    return [
      {
        ...{
          metric:
            'waiting: every workload by the wall, while its CPU time did not move (here the least clear)',
        },
        ...{ ...base, a, b, ...ratio, verdict: 'waits' },
        why: `B takes at least ${percent(ratio.low)} longer by the wall in every class, and its server process is not busier. ${seen(watched)}`,
      },
    ];
  }
  const { waiting } = watched;
  if (waiting.kind === 'not') return [];
  const metric = 'waiting: looks at the server processes, while CPU time did not move';
  const none = { a: null, b: null };
  if (waiting.kind === 'unknown')
    return [
      {
        ...{ ...base, metric, ...none, ratio: null, low: null, high: null, verdict: 'inconclusive' },
        why: `Whether B waits for longer than A cannot be said: by the wall the intervals are too wide, and ${watched.looks[0]} and ${watched.looks[1]} looks at the server processes do not decide it${watched.looks.includes(0) ? ' (to see what others wait for takes pg_read_all_stats)' : ''}. ${seen(watched)}`,
      },
    ];
  const { kind: _, ...ratio } = waiting;
  return [
    {
      ...{ ...base, metric, ...none, ...ratio, verdict: 'waits' },
      why: `B takes at least ${percent(ratio.low)} longer by what it waits for, and its server process is not busier. ${seen(watched)}`,
    },
  ];
}

const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(0)} %`;

const seen = ({ events: [a, b] }: Watched): string => {
  const told = (events: readonly string[]) => events.join(', ') || 'nothing that was seen';
  return `Of the looks at it while it executed, B waited for: ${told(b)}; A: ${told(a)}.`;
};
