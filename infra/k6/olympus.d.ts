/** k6/x/olympus: PostgreSQL load with a schedule of its own, for scripts that k6 runs. */
declare module 'k6/x/olympus' {
  /** How statements travel: `extended` (one round trip, safe through any pooler), `prepared` (direct), `simple`. */
  export type Protocol = 'simple' | 'extended' | 'prepared';

  /** Seconds, or text like "1m30s". */
  export type Duration = number | string;

  export interface Endpoint {
    readonly _endpoint: unique symbol;
  }

  /**
   * A place to send requests to. Nothing is opened before `run`.
   * @param url A connection string; `null:` is a target without a server, to measure the generator's own ceiling.
   */
  export function endpoint(url: string, options?: { connections?: number; protocol?: Protocol }): Endpoint;

  export interface LoadPlan {
    /** Names of the plan's statements. */
    statements(): string[];
  }

  /** @param text The load plan's JSON: `loadPlan(open('plan.json'))`. */
  export function loadPlan(text: string): LoadPlan;

  /** realtime: before all that is ready to run. raised: a better nice value than the server. normal: behind its processes. */
  export type Scheduling = 'realtime' | 'raised' | 'normal';

  export interface RunOptions {
    /** Name in the report. */
    scenario: string;
    endpoint: Endpoint;
    plan: LoadPlan;
    /** Weights by name; only these statements run. Default: the plan's own weights. */
    statements?: Record<string, number>;
    /**
     * Makes every arrival a session: these statements in this order under one identity, each after the answer to the
     * one before and a pause of mean `thinkTime`. All of a session's parameters from one source are of one row. `goOn`
     * is the share of the sessions that come to a statement from the one before (default 1). Response time counts from
     * the arrival for the first statement, from the end of the pause for the later ones. In place of `statements`.
     */
    session?: readonly (string | { statement: string; goOn?: number })[];
    /**
     * Reads go to these in turn, writes to `endpoint`. A tenant reads what it wrote: its read waits until the replica
     * has replayed the tenant's last write, at most `replicaWait` (default 50 ms), and then goes to `endpoint`.
     */
    replicas?: readonly Endpoint[];
    replicaWait?: Duration;
    /** In whose name: all (default) by their weights, the largest alone, or the others. */
    tenants?: 'all' | 'largest' | 'others';
    /** Run every request in a transaction that sets its tenant's identity locally (default true). */
    identity?: boolean;
    /**
     * open: requests arrive on a schedule, whatever the answers take, and response time counts from the due time.
     * closed: each client sends its next request after the last answer. Rate 0 means closed.
     */
    model?: 'open' | 'closed';
    /** Arrivals per second over all lanes. */
    rate?: number;
    /** constant (default), poisson, ramp (from `rate` to `rateTo`), replay (of `offsets`, `speed` times as fast). */
    arrivals?: 'constant' | 'poisson' | 'ramp' | 'replay';
    rateTo?: number;
    /** Recorded arrivals in seconds, ascending; those due at `duration` or later are left out. */
    offsets?: number[];
    speed?: number;
    duration?: Duration;
    /** Runs first, is drained and discarded. */
    warmup?: Duration;
    /** How long after the end late arrivals may still start (default 10 s); what has not started then is dropped. */
    drain?: Duration;
    /** Closed model and sessions: mean of a seeded exponential pause before the next request. */
    thinkTime?: Duration;
    /** Clients that wait for answers (default: as many as connections). More than connections wait for each other. */
    clients?: number;
    /** How long an answer may take (default 30 s). A timeout is no cancel; it is counted and charged as latency. */
    deadline?: Duration;
    /** Repeats after a serialization failure or deadlock; counted, and part of the service time. Default 0. */
    retries?: number;
    /** Open a new connection for every request (a storm of logins); opening it counts as waiting for a connection. */
    reconnect?: boolean;
    /** Decides arrivals, statements, tenants and parameters. Default 1. */
    seed?: number;
    /** This process serves arrivals lane, lane + lanes, lane + 2 lanes ... */
    lane?: number;
    lanes?: number;
    /** Wall-clock start in milliseconds since 1970, for lanes in several processes. */
    startAt?: number;
    /** File for the histograms per second, statement, tenant class and time, in the HdrHistogram log format. */
    histograms?: string;
    /** Every n-th request becomes a sample of k6's Trends (default: about 200 a second; closed: every 64th). */
    sampleEvery?: number;
    /**
     * The best class that the generator may run in while an open load goes to a server (default realtime); it takes
     * what the system allows, and leaves the real-time class by itself when it takes more than half of the cores.
     */
    scheduling?: Scheduling;
    /** Cores that the generator may use during the run (default: all in the open model, half in the closed one). */
    cores?: number;
  }

  export interface RunSummary {
    readonly requests: number;
    /** By SQLSTATE; "deadline" for answers that did not come in time. */
    readonly errors: Record<string, number>;
    /** Arrivals that were never started. */
    readonly dropped: number;
    readonly seconds: number;
  }

  /**
   * Runs a load inside one k6 iteration.
   *
   * Emits for thresholds, tagged with endpoint, statement and tenant_class: counters olympus_requests, olympus_dropped,
   * olympus_rows, olympus_bytes; rate olympus_errors; trends olympus_response and olympus_service (ms, sampled).
   * A latency threshold needs a count threshold beside it: k6 lets it pass when there are no samples.
   */
  export function run(options: RunOptions): RunSummary;

  /** A connection of one VU, for scripts in which k6's iterations are the schedule. */
  export interface Client {
    /** Sends one statement. Returns the number of rows; throws an Error with the SQLSTATE in its message. */
    query(sql: string, ...parameters: (string | number | null)[]): number;
    /** The same as one transaction under an identity, still in one round trip. */
    tx(
      identity: { organization: string; user: string },
      sql: string,
      ...parameters: (string | number | null)[]
    ): number;
    close(): void;
  }

  export interface ClientOptions {
    /** From the first connection on: not recorded. */
    warmup?: Duration;
    /** What is answered later than this after the warm-up is not recorded; default: everything is. */
    duration?: Duration;
  }

  /**
   * A client that connects at its first use. The first client's options decide what is recorded of all. k6 never queues and its arrival rates drop late starts, so what it shows
   * is service time: use `run` for latencies under a rate.
   */
  export function client(endpoint: Endpoint, options?: ClientOptions): Client;

  /** JSON text of all runs' reports, with histograms: for handleSummary. */
  export function reports(): string;

  /** Writes it to a file: for teardown, where k6 makes no summary (`--summary-mode disabled`) and asks no handleSummary. */
  export function saveReports(path: string): void;
}
