import type { TrustCheck } from '../../result/run.ts';
import { healedObjective } from './drills.ts';

/** A case of `vacuum` or `checkpoint`; why null: it showed what it is for. */
export interface UpkeepFacts {
  readonly case: string;
  readonly healed: boolean | null;
  readonly healedHow: string;
  readonly why: string | null;
}

const notShown = 'not shown';

export const isUpkeepObjective = (name: string): boolean => name.endsWith(`: ${notShown}`);

/** The goals of each case, over its repetitions: it showed what it is for, and everything is as it was. */
export function upkeepObjectives(drill: string, all: readonly UpkeepFacts[]): TrustCheck[] {
  const cases = Map.groupBy(all, (one) => `${drill} (${one.case})`);
  return [...cases].flatMap(([name, rows]) => [shown(name, rows), healedObjective(name, rows)]);
}

function shown(name: string, rows: readonly UpkeepFacts[]): TrustCheck {
  const base = { name: `${name}: ${notShown}`, limit: 0, unit: 'repetitions' };
  const open = rows.find(({ why }) => why !== null);
  if (open) return { ...base, ok: null, value: null, why: `${open.why}.` };
  return { ...base, ok: true, value: 0, why: `Of ${rows.length}: each was seen as it is meant to be.` };
}
