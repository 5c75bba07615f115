import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { pause } from '../pause.ts';
import { difference, differences } from './difference.ts';
import { type Counters, type Edge, EdgeReader, type IoCounters } from './edges.ts';
import { type PoolCounters, poolCounters } from './pool-counters.ts';
import { type Look, look, type Sample, sample } from './tick.ts';
import { type StatementEvidence, topStatements } from './top-statements.ts';

/** What the server said about itself in a window. Counters are what was counted in it; null is explained in `absent`. */
export interface Evidence {
  /** When watching began, ms since 1970. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly counters: Counters | null;
  readonly io: readonly IoCounters[] | null;
  readonly statements: readonly StatementEvidence[] | null;
  readonly pool: PoolCounters | null;
  /** Working sessions seen by wait event, over all looks. */
  readonly waits: Readonly<Record<string, number>>;
  readonly series: readonly Sample[];
  /** The server's time spent on our own looks: part of the price of observing. null without pg_stat_statements. */
  readonly observerMs: number | null;
  /** When the server could not be asked. */
  readonly gaps: readonly { readonly s: number; readonly why: string }[];
  readonly absent: readonly { readonly what: string; readonly why: string }[];
}

export interface EvidenceOptions {
  readonly primary: Endpoint;
  readonly pooler?: Endpoint | undefined;
  readonly database: string;
  /** Statements of these texts are told by their names. */
  readonly catalogue: readonly Statement[];
  /** Milliseconds between looks; default 1,000. */
  readonly every?: number;
  /** Statements kept, by time; default 40. */
  readonly statements?: number;
  readonly now?: () => number;
}

/** A window that is being watched; disposing it without `finish` only ends the watching. */
export interface EvidenceWindow extends AsyncDisposable {
  /** Ends the window. Never throws because of the server: what could not be asked is null, and why. */
  finish(): Promise<Evidence>;
}

/** At the end of an hour of seconds every second look is dropped, and so on: memory does not grow with the run. */
const maxSamples = 3600;
const maxGaps = 100;

/**
 * Opens a window: counters at its edges and a look each second, on connections of its own. A server that goes away
 * leaves a gap and is asked again when it is back.
 * @throws Fault (component) when the primary cannot be reached at the start.
 */
export async function openEvidence(options: EvidenceOptions): Promise<EvidenceWindow> {
  const watched = new Watched(options);
  await watched.begin();
  return watched;
}

class Watched implements EvidenceWindow {
  readonly #options: EvidenceOptions;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  #primary: Connection | undefined;
  #pooler: Connection | undefined;
  #edges: EdgeReader | undefined;
  #first: { edge: Edge; pool: PoolCounters | null } | undefined;
  #started = 0;
  #startedAt = 0;
  #last: Look | undefined;
  #watching: Promise<void> | undefined;
  #keepEvery = 1;
  #looks = 0;
  #series: Sample[] = [];
  readonly #waits: Record<string, number> = {};
  readonly #gaps: { s: number; why: string }[] = [];
  readonly #absent: { what: string; why: string }[] = [];

  constructor(options: EvidenceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  async begin(): Promise<void> {
    try {
      await this.#connect();
      this.#absent.push(...this.#edges!.absent);
      this.#first = {
        edge: await this.#edges!.read(),
        pool: this.#pooler ? await poolCounters(this.#pooler, this.#options.database) : null,
      };
      this.#last = await this.#look();
    } catch (error) {
      await this.#disconnect();
      throw error;
    }
    this.#started = this.#last.at;
    this.#startedAt = Date.now() - (this.#now() - this.#started);
    this.#watching = this.#watch();
  }

  async finish(): Promise<Evidence> {
    await this.#end();
    const seconds = (this.#now() - this.#started) / 1000;
    try {
      await this.#tick();
      return { ...(await this.#atTheEnd()), ...this.#shared(seconds) };
    } catch (error) {
      const why = (error as Error).message;
      this.#absent.push({ what: 'counters', why: `the server could not be asked at the end: ${why}` });
      return {
        counters: null,
        io: null,
        statements: null,
        pool: null,
        observerMs: null,
        ...this.#shared(seconds),
      };
    } finally {
      await this.#disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.#disconnect();
  }

  #shared(seconds: number): Pick<Evidence, 'startedAt' | 'seconds' | 'waits' | 'series' | 'gaps' | 'absent'> {
    return {
      startedAt: this.#startedAt,
      ...{ seconds, waits: this.#waits, series: this.#series, gaps: this.#gaps, absent: this.#absent },
    };
  }

  async #atTheEnd(): Promise<Pick<Evidence, 'counters' | 'io' | 'statements' | 'pool' | 'observerMs'>> {
    await this.#connect();
    const { edge, pool } = this.#first!;
    const after = await this.#edges!.read();
    const poolAfter = this.#pooler ? await poolCounters(this.#pooler, this.#options.database) : null;
    const counted =
      edge.statements && after.statements ? differences(edge.statements, after.statements) : null;
    const { statements = null, observerMs = null } = counted
      ? await topStatements(counted, this.#edges!, this.#options.catalogue, this.#options.statements ?? 40)
      : {};
    return {
      counters: difference(edge.counters, after.counters),
      io: edge.io && after.io ? differences(edge.io, after.io) : null,
      statements,
      observerMs,
      pool: pool && poolAfter ? difference(pool, poolAfter) : null,
    };
  }

  async #watch(): Promise<void> {
    const every = this.#options.every ?? 1000;
    for (let due = this.#started + every; ; due = Math.max(due + every, this.#now())) {
      try {
        await pause(due - this.#now(), this.#stop.signal);
      } catch {
        return;
      }
      try {
        await this.#tick();
      } catch (error) {
        if (this.#gaps.length < maxGaps)
          this.#gaps.push({ s: (this.#now() - this.#started) / 1000, why: (error as Error).message });
        await this.#disconnect();
      }
    }
  }

  async #tick(): Promise<void> {
    await this.#connect();
    const seen = await this.#look();
    for (const [event, sessions] of Object.entries(seen.waits))
      this.#waits[event] = (this.#waits[event] ?? 0) + sessions;
    if (++this.#looks % this.#keepEvery !== 0) return;
    this.#series.push(sample(this.#last!, seen, this.#started));
    this.#last = seen;
    if (this.#series.length >= maxSamples) {
      this.#series = this.#series.filter((_, at) => at % 2 === 1);
      this.#keepEvery *= 2;
    }
  }

  #look(): Promise<Look> {
    return look(this.#primary!, this.#pooler, this.#options.database, this.#now);
  }

  async #connect(): Promise<void> {
    if (this.#primary) return;
    const { primary, pooler, database } = this.#options;
    const connection = await connect(primary.url('admin', database), 'olympus-evidence');
    const { rows } = await connection.query<{ number: number }>(
      `SELECT set_config('statement_timeout', '5s', false), current_setting('server_version_num')::int AS number`,
    );
    this.#primary = connection;
    this.#edges = await EdgeReader.open(connection, Math.floor(rows[0]!.number / 10_000));
    if (pooler && !this.#absent.some(({ what }) => what === 'pooler'))
      this.#pooler = await connect(pooler.url('admin', 'pgbouncer'), 'olympus-evidence').catch(
        (error: Error) => {
          this.#absent.push({ what: 'pooler', why: error.message });
          return undefined;
        },
      );
  }

  async #disconnect(): Promise<void> {
    const open = [this.#primary, this.#pooler];
    this.#primary = this.#pooler = this.#edges = undefined;
    await Promise.allSettled(open.map((connection) => connection?.[Symbol.asyncDispose]()));
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }
}
