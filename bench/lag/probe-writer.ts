import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Connection } from '../../infra/topology/session.ts';

const commitProbe = await readFile(join(import.meta.dirname, 'commit-probe.sql'), 'utf8');

/** One committed probe row. */
export interface Commit {
  readonly id: number;
  /** Bytes from the start of the WAL to where the commit record had certainly ended. */
  readonly lsn: number;
  /** When the acknowledgement arrived here, on the measuring process's monotonic clock, in milliseconds. */
  readonly at: number;
  /** The server's time between just before COMMIT, where the record's time stamp is taken, and its acknowledgement. */
  readonly commitMs: number;
}

/**
 * Commits probes on a connection of its own. synchronous_commit stays as the server has it, except off: then an
 * acknowledged commit is not flushed, and no LSN would bound it.
 */
export class ProbeWriter {
  readonly #connection: Connection;
  readonly #now: () => number;
  commits = 0;
  /** Id of the newest row whose commit was acknowledged; 0 before the first. */
  newest = 0;

  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  static async open(connection: Connection, now: () => number): Promise<ProbeWriter> {
    await connection.query(
      `SELECT set_config('synchronous_commit', 'local', false) WHERE current_setting('synchronous_commit') = 'off'`,
    );
    return new ProbeWriter(connection, now);
  }

  async commit(): Promise<Commit> {
    // The simple protocol answers a message of several statements with one result for each.
    const results = (await this.#connection.client.query(commitProbe)) as unknown as pg.QueryResult[];
    const at = this.#now();
    const [inserted, acknowledged] = [results[1]!.rows[0], results[3]!.rows[0]];
    this.commits++;
    this.newest = Number(inserted.id);
    return {
      id: this.newest,
      lsn: Number(acknowledged.lsn),
      at,
      commitMs: acknowledged.after_commit - inserted.before_commit,
    };
  }
}
