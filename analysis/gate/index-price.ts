import { type Reading, workOf } from './index-reading.ts';

/** What writing a row costs; null where it could not be had. */
export interface Price {
  readonly walBytesPerInsert: number | null;
  readonly walBytesPerUpdate: number | null;
  readonly hotPct: number | null;
  /** Of an update of a column that the index contains. */
  readonly walBytesPerIndexedUpdate?: number | null;
  readonly hotPctIndexed?: number | null;
  /** Buffers that writing one row touches. */
  readonly pagesPerInsert?: number | null;
  readonly pagesPerUpdate?: number | null;
  readonly pagesPerIndexedUpdate?: number | null;
}

export interface Prices {
  readonly before: Price;
  readonly after: Price;
}

/** Rows of the table that one execution of the catalogue's mix writes, by the statements' weights, triggers included. */
export interface WritesOfMix {
  readonly inserted: number;
  readonly updated: number;
  /** Of those updates, those that change the column whose update was measured. */
  readonly updatedIndexed: number;
  /** Rows that the server's own counters saw updated; they count where the catalogue has no update. */
  readonly counted: number;
}

/** From these on a write has a vote: a quarter more WAL, or a tenth of the updates that are HOT no longer. */
const voteLimits = { wal: 1.25, hotPoints: 10 } as const;

interface Kind {
  readonly what: string;
  readonly happens: boolean;
  readonly rows: number;
  readonly wal: readonly [number | null, number | null];
  readonly hot: readonly [number | null, number | null];
  readonly pages: readonly [number | null, number | null];
}

function kindsOf({ before, after }: Prices, mix: WritesOfMix): Kind[] {
  const both = (key: keyof Price) => [before[key] ?? null, after[key] ?? null] as const;
  return [
    {
      ...{ what: 'an insert', happens: mix.inserted > 0, rows: mix.inserted, hot: [null, null] },
      ...{ wal: both('walBytesPerInsert'), pages: both('pagesPerInsert') },
    },
    {
      ...{ what: 'an update', happens: mix.updated > 0 || mix.counted > 0, rows: mix.updated },
      ...{ wal: both('walBytesPerUpdate'), hot: both('hotPct'), pages: both('pagesPerUpdate') },
    },
    {
      ...{
        what: 'an update of an indexed column',
        happens: mix.updatedIndexed > 0,
        rows: mix.updatedIndexed,
      },
      ...{ wal: both('walBytesPerIndexedUpdate'), hot: both('hotPctIndexed') },
      pages: both('pagesPerIndexedUpdate'),
    },
  ];
}

/**
 * Why the writes speak against a change that reads gain by, with the number of reads that pay for a write; null when
 * no write that happens becomes clearly dearer.
 */
export function writeVote(prices: Prices, mix: WritesOfMix, readings: readonly Reading[]): string | null {
  const dearer = kindsOf(prices, mix).filter(
    ({ happens, wal, hot }) =>
      happens &&
      ((wal[0] !== null && wal[1] !== null && wal[1] > wal[0] * voteLimits.wal) ||
        (hot[0] !== null && hot[1] !== null && hot[0] - hot[1] >= voteLimits.hotPoints)),
  );
  if (dearer.length === 0) return null;
  const told = dearer.map((kind) => [change(kind), hotText(kind)].filter((text) => text !== null).join(', '));
  const worst = dearer.toSorted((x, y) => extraPages(y) - extraPages(x))[0]!;
  return `${told.join('; ')}${breakEven(worst, readings)}`;
}

const extraPages = ({ pages: [before, after] }: Kind) =>
  before === null || after === null ? 0 : Math.max(0, after - before);

/** How many reads that gain pay for one write that loses, in pages of both, and how many the catalogue has. */
function breakEven(kind: Kind, readings: readonly Reading[]): string {
  const gained = readings.filter((reading) => workOf(reading) === 'less' && reading.before > reading.after);
  const weight = gained.reduce((sum, one) => sum + one.weight, 0);
  if (gained.length === 0 || kind.pages.includes(null)) return '';
  const of = (one: Reading) => (weight > 0 ? one.weight : 1);
  const saved =
    gained.reduce((sum, one) => sum + of(one) * (one.before - one.after), 0) /
    gained.reduce((sum, one) => sum + of(one), 0);
  const extra = extraPages(kind);
  const needed = extra / saved;
  const all = totalWeight(readings);
  const has = kind.rows > 0 && all > 0 ? gainedShare(readings) / kind.rows : null;
  const pays = `one such write touches ${figure(extra)} pages more and a read that gains saves ${figure(saved)}, so it pays from ${figure(needed)} such reads a write on`;
  return `; ${pays}${has === null ? '' : ` (the catalogue's weights have ${figure(has)})`}`;
}

/** Weights of statements, each once, however many tenants it was read for. */
function weightsOf(readings: readonly Reading[]): Map<string, number> {
  return new Map(readings.map(({ statement, weight }) => [statement, weight]));
}
const totalWeight = (readings: readonly Reading[]) =>
  [...weightsOf(readings).values()].reduce((sum, weight) => sum + weight, 0);
/** Executions of statements that gain, each by the share of its tenants for which it does. */
function gainedShare(readings: readonly Reading[]): number {
  return [...weightsOf(readings)].reduce((sum, [name, weight]) => {
    const own = readings.filter(({ statement }) => statement === name);
    return sum + (weight * own.filter((one) => workOf(one) === 'less').length) / own.length;
  }, 0);
}

/** The prices that change, for the end of a sentence; empty where none was measured. */
export function priceText(prices: Prices, mix: WritesOfMix): string {
  const parts = kindsOf(prices, mix).flatMap((kind) => {
    const own = [change(kind), hotText(kind)].filter((text) => text !== null);
    return own.length === 0
      ? []
      : [`${own.join(', ')}${kind.happens ? '' : ' (none happens in the catalogue)'}`];
  });
  return parts.length > 0 ? `; ${parts.join('; ')}` : '';
}

function change({ what, wal: [before, after] }: Kind): string | null {
  if (before === null || after === null || before === 0) return null;
  return `${what} writes ${signed((100 * (after - before)) / before)} % WAL`;
}

function hotText({ what, hot: [before, after] }: Kind): string | null {
  if (before === null || after === null || Math.abs(after - before) < 1) return null;
  const of = what === 'an update' ? '' : ' of it';
  return `HOT updates${of} go from ${Math.round(before)} to ${Math.round(after)} %`;
}

const figure = (value: number) => String(Number(value.toPrecision(2)));
export const signed = (value: number) =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)}`;
