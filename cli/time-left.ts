import type { RunPlan } from '../config/progress.ts';

/** Time as a person waits for it: "45 s", "2 min 50 s". */
export function waiting(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const rest = whole % 60;
  return `${Math.floor(whole / 60)} min${rest > 0 ? ` ${rest} s` : ''}`;
}

/** How far a piece of work is that counts itself; begins anew where another one begins to count. */
export class Pace {
  #of = '';
  #began = 0;
  #first = 0;

  /**
   * Seconds until `total`, at the pace since this work began to count; of seconds, those that are left. Null while too
   * little is done to say.
   */
  left(done: number, total: number, unit: string, now: number): number | null {
    const of = `${total} ${unit}`;
    if (of !== this.#of || done < this.#first) [this.#of, this.#began, this.#first] = [of, now, done];
    if (total <= 0) return null;
    if (unit === 's') return total - done;
    if (unit === 'ms') return (total - done) / 1000;
    const counted = done - this.#first;
    if (counted <= 0 || done < 0.02 * total) return null;
    return (((now - this.#began) / counted) * (total - done)) / 1000;
  }
}

/**
 * Seconds until the whole run ends, by what its stages took before: what is left of this one, at least nothing, and all
 * after it. Null where a stage that is still to come is not known.
 */
export function runLeft(
  { stages }: RunPlan,
  current: string,
  inStage: number,
  left: number | null,
): number | null {
  const at = stages.findIndex(({ name }) => name === current);
  if (at < 0) return null;
  const took = stages[at]!.seconds;
  let sum = left ?? (took === null ? null : Math.max(0, took - inStage));
  for (const { seconds } of stages.slice(at + 1))
    sum = sum === null || seconds === null ? null : sum + seconds;
  return sum;
}

/** The plan in a sentence, before anything starts. */
export function planText({ stages, runs }: RunPlan): string {
  const names = stages.map(({ name }) => name).join(', ');
  const known = stages.flatMap(({ seconds }) => seconds ?? []);
  const unknown = stages.filter(({ seconds }) => seconds === null).map(({ name }) => name);
  if (known.length === 0) return `plan: ${names}; no former run of this kind says how long that takes`;
  const sum = waiting(known.reduce((all, each) => all + each, 0));
  const basis = `${runs} former run${runs === 1 ? '' : 's'} here`;
  return unknown.length === 0
    ? `plan: ${names}; about ${sum}, by ${basis}`
    : `plan: ${names}; about ${sum} by ${basis}, without ${unknown.join(', ')}, which none of them had`;
}
