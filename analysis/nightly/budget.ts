import { steps } from '../gate/gate.ts';

/** One statement of one tenant, in order of risk, and how long a round of it lasts. */
export interface Costed {
  readonly seconds: number;
}

export type Plan<Each> =
  | {
      readonly kind: 'planned';
      readonly rounds: number;
      readonly chosen: readonly Each[];
      readonly left: readonly Each[];
    }
  | { readonly kind: 'too-little' /** At least this for one statement. */; readonly needed: number };

const [least, most] = [steps[0].pairs, steps[1].pairs];
/** Part of the time that is kept for confirming what is suspect, and for looking at its plans. */
const reserve = 0.2;

/**
 * As many rounds of as many statements as the seconds allow: first all of them ten times; with time to spare up to
 * twenty; with too little those of least risk are left out.
 */
export function planRounds<Each extends Costed>(byRisk: readonly Each[], seconds: number): Plan<Each> {
  const usable = seconds * (1 - reserve);
  const all = byRisk.reduce((sum, one) => sum + one.seconds, 0);
  if (all * least <= usable) {
    const rounds = all > 0 ? Math.min(most, Math.floor(usable / all)) : least;
    return { kind: 'planned', rounds, chosen: byRisk, left: [] };
  }
  const chosen: Each[] = [];
  let spent = 0;
  for (const one of byRisk) {
    if ((spent + one.seconds) * least > usable) break; // what comes after it has less risk, however short it is
    spent += one.seconds;
    chosen.push(one);
  }
  if (chosen.length === 0)
    return { kind: 'too-little', needed: ((byRisk[0]?.seconds ?? 0) * least) / (1 - reserve) };
  return { kind: 'planned', rounds: least, chosen, left: byRisk.slice(chosen.length) };
}
