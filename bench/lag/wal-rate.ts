/** The write-ahead log's position at one moment. */
interface Position {
  /** Milliseconds. */
  readonly at: number;
  /** Bytes from the WAL's start. */
  readonly lsn: number;
}

const maxPoints = 120;
const finest = 500; // ms

/** Pure: WAL written a second, in stretches of half a second or more, from positions in the order of time. */
export function walRate(positions: readonly Position[]): { s: number; walBytesPerSecond: number }[] {
  const end = positions.at(-1)?.at ?? 0;
  const stretch = Math.max(finest, end / maxPoints);
  const rates: { s: number; walBytesPerSecond: number }[] = [];
  let from = positions[0];
  for (const position of positions) {
    const seconds = (position.at - from!.at) / 1000;
    if (seconds * 1000 < stretch) continue;
    rates.push({ s: position.at / 1000, walBytesPerSecond: (position.lsn - from!.lsn) / seconds });
    from = position;
  }
  return rates;
}
