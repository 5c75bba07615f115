import type { Work } from './work.ts';

/** What COPY of one table took in one unit, or in several. */
export interface Copied {
  readonly rows: number;
  readonly bytes: number;
  /** Of the stream that copied, or summed over the streams. */
  readonly ms: number;
}

interface Pass {
  readonly units: number;
  done: number;
  /** Of all units that are done, summed over the streams. */
  ms: number;
  readonly tables: Map<string, { rows: number; bytes: number; ms: number }>;
}

/** How fast each table fills, and when it will be full, from the units that are loaded already. */
export class Pace {
  private readonly streams: number;
  private readonly passes = new Map<Work, Pass>();

  /** `streams` units are loaded at once. */
  constructor(tasks: readonly { readonly work: Work }[], streams: number) {
    this.streams = streams;
    for (const [work, of] of Map.groupBy(tasks, ({ work }) => work))
      this.passes.set(work, { units: of.length, done: 0, ms: 0, tables: new Map() });
  }

  /** A unit of `work` is loaded; it took `ms`. */
  loaded(work: Work, ms: number, copied: Readonly<Record<string, Copied>>): void {
    const pass = this.passes.get(work)!;
    pass.done++;
    pass.ms += ms;
    for (const [table, part] of Object.entries(copied)) {
      const sum = pass.tables.get(table) ?? { rows: 0, bytes: 0, ms: 0 };
      sum.rows += part.rows;
      sum.bytes += part.bytes;
      sum.ms += part.ms;
      pass.tables.set(table, sum);
    }
  }

  /** A line for each table that has begun and is not full: share, rows and megabytes a second, seconds left. */
  lines(): string[] {
    return [...this.passes.values()]
      .filter(({ units, done }) => done > 0 && done < units)
      .flatMap((pass) => {
        const { units, done, ms, tables } = pass;
        // The tables of a unit are copied one after another, so all of them are full when its units are done.
        const left = Math.round(((units - done) * (ms / done)) / this.streams / 1000);
        return [...tables].map(
          ([table, copied]) =>
            `${table}: ${Math.round((done / units) * 100)} %, ${rateText(copied, this.streams)}, ${left} s left`,
        );
      });
  }
}

/** "38,112 rows/s, 27.1 MB/s": while it is copied, by as many streams. */
export function rateText({ rows, bytes, ms }: Copied, streams: number): string {
  const seconds = ms / 1000 / streams;
  if (!seconds) return `${rows.toLocaleString('en')} rows`;
  const rate = Math.round(rows / seconds).toLocaleString('en');
  return `${rate} rows/s, ${(bytes / seconds / 1e6).toFixed(1)} MB/s`;
}
