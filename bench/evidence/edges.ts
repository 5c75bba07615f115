import type { Session } from '../../infra/topology/session.ts';
import { sqlFile, versionQuery } from './version-query.ts';

/** pg_stat_wal, the checkpointer and the background writer; null where the version does not tell. */
export interface Counters {
  readonly wal_records: number;
  readonly wal_full_pages: number;
  readonly wal_bytes: number;
  readonly wal_buffers_full: number;
  readonly checkpoints_timed: number;
  readonly checkpoints_requested: number;
  readonly checkpoint_buffers: number;
  readonly checkpoint_write_ms: number;
  readonly checkpoint_sync_ms: number;
  readonly background_writer_buffers: number;
  readonly backend_buffers: number | null;
  readonly allocated_buffers: number;
}

/** A line of pg_stat_io; null: this kind of operation cannot happen there, or is not timed. */
export interface IoCounters {
  readonly key: string;
  readonly backend_type: string;
  readonly object: string;
  readonly context: string;
  readonly reads: number | null;
  readonly read_bytes: number | null;
  readonly read_ms: number | null;
  readonly writes: number | null;
  readonly write_bytes: number | null;
  readonly write_ms: number | null;
  readonly extends: number | null;
  readonly hits: number | null;
  readonly evictions: number | null;
  readonly fsyncs: number | null;
  readonly fsync_ms: number | null;
}

/** A line of pg_stat_statements. */
export interface StatementCounters {
  readonly key: string;
  readonly query_id: string;
  readonly toplevel: boolean;
  readonly query: string | null;
  readonly calls: number;
  readonly execution_ms: number;
  readonly rows: number;
  readonly blocks_hit: number;
  readonly blocks_read: number;
  readonly blocks_dirtied: number;
  readonly temp_blocks_written: number;
  readonly wal_bytes: number;
}

/** Cumulative figures at one edge of a window. */
export interface Edge {
  readonly counters: Counters;
  readonly io: readonly IoCounters[] | null;
  readonly statements: readonly StatementCounters[] | null;
}

/** What this server can tell at an edge, and how to ask it. */
export class EdgeReader {
  readonly #session: Session;
  readonly #counters: string;
  readonly #io: string | undefined;
  readonly #statements: string | undefined;
  readonly absent: readonly { readonly what: string; readonly why: string }[];

  private constructor(
    session: Session,
    counters: string,
    io: string | undefined,
    statements: string | undefined,
    absent: EdgeReader['absent'],
  ) {
    this.#session = session;
    this.#counters = counters;
    this.#io = io;
    this.#statements = statements;
    this.absent = absent;
  }

  static async open(session: Session, major: number): Promise<EdgeReader> {
    const absent: { what: string; why: string }[] = [];
    const io = await versionQuery('io', major);
    if (io === undefined) absent.push({ what: 'pg_stat_io', why: `PostgreSQL ${major} has none; 16 has` });
    const why = await withoutStatements(session);
    if (why !== undefined) absent.push({ what: 'pg_stat_statements', why });
    const counters = (await versionQuery('counters', major))!;
    return new EdgeReader(
      session,
      counters,
      io,
      why === undefined ? await sqlFile('statements') : undefined,
      absent,
    );
  }

  async read(): Promise<Edge> {
    const counters = (await this.#session.query<Counters>(this.#counters)).rows[0]!;
    const io = this.#io === undefined ? null : (await this.#session.query<IoCounters>(this.#io)).rows;
    const statements = this.#statements === undefined ? null : await this.#readStatements(false, null);
    return { counters, io, statements };
  }

  /** Texts of these statements by their query id. */
  async texts(queryIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (this.#statements === undefined || queryIds.length === 0) return new Map();
    const rows = await this.#readStatements(true, queryIds);
    return new Map(rows.map(({ query_id, query }) => [query_id, query ?? '']));
  }

  async #readStatements(texts: boolean, queryIds: readonly string[] | null): Promise<StatementCounters[]> {
    return (await this.#session.query<StatementCounters>(this.#statements!, [texts, queryIds])).rows;
  }
}

/** Makes pg_stat_statements reachable for this session; otherwise says why it is not. Creates nothing. */
async function withoutStatements(session: Session): Promise<string | undefined> {
  const { rows } = await session.query<{ schema: string }>(
    `SELECT quote_ident(nspname) AS schema FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
     WHERE extname = 'pg_stat_statements'`,
  );
  if (rows.length === 0) return 'the extension is not created in this database';
  await session.query(`SELECT set_config('search_path', $1, false)`, [`pg_catalog, ${rows[0]!.schema}`]);
  try {
    await session.query('SELECT FROM pg_stat_statements(false) LIMIT 1');
    return undefined;
  } catch (error) {
    return (error as Error).message; // it must be loaded via shared_preload_libraries
  }
}
