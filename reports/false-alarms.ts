import type { FalseAlarms } from '../result/result.ts';
import { count } from './format.ts';

/** How far verdicts on times can be trusted on the machine that they were made on. */
export function falseAlarmSentence(rate: FalseAlarms | null): string {
  if (rate === null)
    return 'How often this machine raises a false alarm was never measured here: run ./olympus ab --aa.';
  const { alarms, of, measurements, lastAt, clock } = rate;
  const times = measurements > 1 ? `, ${measurements} measurements, the last` : ', measured';
  return `On this machine ${count(alarms)} of ${count(of)} comparisons of equal sides by ${clock === 'cpu' ? 'CPU time' : 'wall time'} raised an alarm${times} ${lastAt.slice(0, 10)}.`;
}
