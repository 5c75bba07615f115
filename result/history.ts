/** What `history show --json` prints: the series of one suite and data set. */

/** A change that somebody gave a reason for. */
export interface AcceptedChange {
  readonly metric: string;
  readonly reason: string;
  readonly at: string;
  /** The newest night when it was accepted, and the one with which the change began. */
  readonly run: string;
  readonly from: string;
  /** log(head / control) at that time; of a flag 0 or 1. */
  readonly level: number;
  /** Digest of the pinned control: against another one it means nothing. */
  readonly control: string;
}

export interface HistoryRun {
  readonly id: string;
  readonly startedAt: string;
  readonly verdict: string;
  readonly complete: boolean;
  readonly commit: string | null;
}

/** From this run on, other conditions: what is before and after is not compared. */
export interface HistoryBreak {
  readonly run: string;
  readonly why: readonly string[];
}

export interface HistorySeries {
  readonly metric: string;
  readonly unit: string;
  /** ratio: head / control; figure: the figure itself; flag: 0 or 1. */
  readonly kind: 'figure' | 'ratio' | 'flag';
  /** One for each run of the document; null: not measured there, or void. */
  readonly values: readonly (number | null)[];
  /** Of a ratio: the control's own figure. */
  readonly control: readonly (number | null)[] | null;
  readonly state: string | null;
  readonly missing: number | null;
  /** Runs since it was measured last; 0: in the newest. */
  readonly lastSeen: number;
  readonly changes: readonly {
    readonly run: string;
    readonly before: number;
    readonly after: number;
    readonly ratio: number | null;
    readonly p: number;
  }[];
  readonly accepted: readonly AcceptedChange[];
}

export interface HistoryDocument {
  readonly suite: string;
  readonly data: string;
  /** Of all that are known; the document may show the newest only. */
  readonly total: number;
  readonly runs: readonly HistoryRun[];
  readonly breaks: readonly HistoryBreak[];
  readonly damaged: readonly { readonly run: string; readonly why: string }[];
  readonly notes: readonly string[];
  readonly series: readonly HistorySeries[];
  /** Other suites and data sets that have runs. */
  readonly others: readonly { readonly suite: string; readonly data: string; readonly runs: number }[];
}
