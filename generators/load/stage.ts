import type { Progress } from '../../config/progress.ts';

/** What a load did from one moment to the next. */
export interface Stage {
  readonly name: string;
  readonly seconds: number;
}

/** Does a stage's work, and tells and keeps how long it took. */
export async function inStage<T>(
  stages: Stage[],
  progress: Progress,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const outcome = await work();
  const seconds = (performance.now() - began) / 1000;
  progress.note(`${name}: ${seconds.toFixed(1)} s`);
  stages.push({ name, seconds });
  return outcome;
}
