import type { LoadEvidence } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { type EvidenceWindow, openEvidence } from './evidence.ts';
import { summarise } from './summary.ts';

export interface WithEvidence<T> {
  readonly outcome: T;
  /** Absent when the server could not be asked at all: the measure does not fail for that, a warning says why. */
  readonly evidence?: LoadEvidence;
  /** When watching began, ms since 1970. */
  readonly watchedFrom?: number;
}

/**
 * Watches the server while `work` runs, keeps everything it said as `file`, and returns the summary beside the outcome.
 * @throws what `work` throws.
 */
export async function withEvidence<T>(
  setting: Setting,
  file: string,
  work: () => Promise<T>,
): Promise<WithEvidence<T>> {
  const { topology, database, catalogue, progress } = setting;
  let opened: EvidenceWindow;
  try {
    const pooler = topology.find('pooler');
    opened = await openEvidence({ primary: topology.get('primary'), pooler, database, catalogue });
  } catch (error) {
    progress.warn(`The server is not watched during the load: ${(error as Error).message}`);
    return { outcome: await work() };
  }
  await using window = opened;
  const outcome = await work();
  const evidence = await window.finish();
  const kept = await setting.keep(file, JSON.stringify(evidence));
  return { outcome, evidence: summarise(evidence, kept), watchedFrom: evidence.startedAt };
}
