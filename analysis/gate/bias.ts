type Pair = readonly [a: number, b: number];

export interface Bias {
  /** Of log(B/A) over all rounds and statements, in percent. */
  readonly meanPct: number;
  /** Rounds in which B was cheaper on the mean of the statements. */
  readonly below: number;
  readonly of: number;
  /** Two-sided, of the sign test: how probable as uneven a split is when neither side is preferred. */
  readonly p: number;
}

/** Whether equal sides differ on the mean. The round is the sample: its statements share the machine's moment. */
export function biasOfRounds(cells: readonly (readonly Pair[])[]): Bias {
  const count = Math.min(...cells.map(({ length }) => length));
  const rounds = Array.from({ length: Number.isFinite(count) ? count : 0 }, (_, round) =>
    mean(cells.map((pairs) => Math.log(pairs[round]![1] / pairs[round]![0]))),
  );
  const below = rounds.filter((value) => value < 0).length;
  return { meanPct: 100 * mean(rounds), below, of: rounds.length, p: signTest(below, rounds.length) };
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function signTest(below: number, of: number): number {
  const fewer = Math.min(below, of - below);
  let [chance, tail] = [0.5 ** of, 0];
  for (let k = 0; k <= fewer; k++) {
    tail += chance;
    chance *= (of - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}
