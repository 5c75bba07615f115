import { comparePairs } from '../compare/compare.ts';

/**
 * Pairs of slots of one and the same side, taken from a comparison's own rounds: whatever they show is noise. Each
 * side's rounds are paired with their neighbours, later against earlier and the reverse in turn, so that drift cancels.
 */
export function sameSidePairs(pairs: readonly (readonly [a: number, b: number])[]): [number, number][] {
  return [0, 1].flatMap((side) =>
    Array.from({ length: Math.floor(pairs.length / 2) }, (_, i): [number, number] => {
      const [earlier, later] = [pairs[2 * i]![side]!, pairs[2 * i + 1]![side]!];
      return i % 2 === 0 ? [earlier, later] : [later, earlier];
    }),
  );
}

/** How many of these metrics the gate's own rule would call changed although nothing changed: the A/A false alarms. */
export function falseAlarms(metrics: readonly (readonly (readonly [number, number])[])[]): {
  readonly alarms: number;
  readonly of: number;
} {
  const verdicts = metrics.map(
    (pairs) => comparePairs(sameSidePairs(pairs), { higherIsBetter: false, level: undefined }).verdict,
  );
  const told = verdicts.filter((verdict) => verdict !== 'not enough samples');
  return { alarms: told.filter((v) => v === 'regression' || v === 'improvement').length, of: told.length };
}
