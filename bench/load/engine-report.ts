/** What k6 with our module reports (infra/k6/engine/report.go). Histograms: nanoseconds, V2 base64, "" when empty. */
export interface EngineReport {
  readonly scenario: string;
  readonly model: 'open' | 'closed';
  readonly protocol: string;
  readonly connections: number;
  readonly workers: number;
  readonly durationSeconds: number;
  /** Which share of the schedule this process served: lane, lane + lanes, lane + 2 lanes ... */
  readonly lane: number;
  readonly lanes: number;
  /** ISO 8601, to the nanosecond: when the measured window began. */
  readonly startedAt: string;
  /** From the start of the measured window to its end, or to the last answer if that was later. */
  readonly seconds: number;
  readonly connectSeconds: number;
  readonly complete: boolean;
  readonly rate: number;
  readonly offered: number;
  readonly dropped: number;
  /** Of the open model: requests by the second in which they were due. */
  readonly due?: readonly number[];
  readonly requests: number;
  readonly errors: Record<string, number>;
  readonly retries: number;
  readonly rows: number;
  readonly bytes: number;
  readonly usage: {
    readonly cpuSeconds: number;
    readonly wallSeconds: number;
    readonly gcs: number;
    readonly gcPauseSeconds: number;
    readonly gcPauseMaxSeconds: number;
  };
  readonly cores: number;
  /** The class in which the kernel let the generator run. */
  readonly scheduling: 'realtime' | 'raised' | 'normal';
  /** Times of at least 0.2 s without an answer, in seconds since the start of the window. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Times without a connection to a server, to its answer that came after; `to` is negative when none came. */
  readonly outages: readonly {
    /** host:port */
    readonly endpoint: string;
    readonly from: number;
    readonly to: number;
    readonly failures: number;
  }[];
  /** Where arrivals are sessions. */
  readonly sessions?: {
    readonly arrived: number;
    readonly completed: number;
    readonly failed: number;
    readonly unfinished: number;
    readonly dropped: number;
  };
  /** Where reads go to replicas; `wait` is a histogram. */
  readonly routed?: {
    readonly writes: number;
    readonly onReplica: number;
    readonly fellBack: number;
    readonly waits: number;
    readonly wait: string;
  };
  readonly response: string;
  readonly service: string;
  readonly startLag: string;
  readonly wait: string;
  readonly statements: readonly (EngineCounts & { readonly name: string; readonly tenantClass: string })[];
  readonly series: readonly (EngineCounts & { readonly s: number })[];
}

export interface EngineCounts {
  readonly requests: number;
  readonly errors: number;
  readonly rows: number;
  readonly bytes: number;
  readonly response: string;
  readonly service: string;
}

/** @throws Error when the text is not what the module writes. */
export function readReports(text: string): EngineReport[] {
  const document = JSON.parse(text) as { version: number; runs: EngineReport[] | null };
  if (document.version !== 1) throw new Error(`k6 wrote reports of version ${document.version}, not 1`);
  return document.runs ?? [];
}
