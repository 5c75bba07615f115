import { comparePairs } from '../compare/compare.ts';
import { slotPair } from './slot-pair.ts';

type Pair = readonly [a: number, b: number];

/**
 * One slot's pairs of one and the same side, of A and of B: whatever they show is noise. A side's batches are paired
 * with their neighbours, later against earlier and the reverse in turn, so that drift cancels; a slot of one batch has
 * none.
 */
export function sameSidePairs(batches: readonly Pair[]): Pair[] {
  if (batches.length < 2) return [];
  return [0, 1].map((side) =>
    slotPair(
      Array.from({ length: Math.floor(batches.length / 2) }, (_, i): Pair => {
        const [earlier, later] = [batches[2 * i]![side]!, batches[2 * i + 1]![side]!];
        return i % 2 === 0 ? [earlier, later] : [later, earlier];
      }),
    ),
  );
}

/** How many of these metrics, of pairs of one side, the gate's own rule calls changed although nothing changed. */
export function falseAlarms(metrics: readonly (readonly Pair[])[]): {
  readonly alarms: number;
  readonly of: number;
} {
  const verdicts = metrics.map(
    (pairs) => comparePairs(pairs, { higherIsBetter: false, level: undefined }).verdict,
  );
  const told = verdicts.filter((verdict) => verdict !== 'not enough samples');
  return { alarms: told.filter((v) => v === 'regression' || v === 'improvement').length, of: told.length };
}

/** Of comparisons of one side with itself at 98 % and more, so many are called changed. */
const expected = 0.02;
/** Rarer than this, an excess is no chance. */
const rare = 0.01;

/** Whether more of them are alarms than the gate's own confidence allows: then its intervals do not hold here, now. */
export function isTooNoisy(alarms: number, of: number): boolean {
  let fewer = 0;
  for (let k = 0, chance = (1 - expected) ** of; k < alarms; k++) {
    fewer += chance;
    chance *= ((of - k) / (k + 1)) * (expected / (1 - expected));
  }
  return 1 - fewer < rare;
}
