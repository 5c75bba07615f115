import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../infra/topology/session.ts';

const definition = await readFile(join(import.meta.dirname, 'ledger-table.sql'), 'utf8');

export const insertToken = 'INSERT INTO olympus_drill.ledger (token) VALUES ($1)';
export const readToken = 'SELECT count(*) FROM olympus_drill.ledger WHERE token = $1';

/** Makes olympus_drill.ledger, empty. @param url of the primary, as admin */
export async function createLedger(url: string): Promise<void> {
  await using admin = await connect(url, 'olympus-drill');
  await admin.query(definition);
}

/** @param url of the server that is primary now, as admin */
export async function dropLedger(url: string): Promise<void> {
  await using admin = await connect(url, 'olympus-drill');
  await admin.query("SET synchronous_commit = 'local'"); // a standby that is waited for may be the one that is away
  await admin.query('DROP SCHEMA IF EXISTS olympus_drill CASCADE');
}

/** Every token that the server holds, or why it could not be asked; a standby may lack what its primary holds. */
export async function readLedger(url: string): Promise<ReadonlySet<string> | { readonly unread: string }> {
  try {
    await using admin = await connect(url, 'olympus-drill');
    const { rows: asked } = await admin.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    if (asked[0]!.standby) return { unread: 'the server that was to be asked is a standby' };
    const { rows } = await admin.query<{ token: string }>('SELECT token FROM olympus_drill.ledger');
    return new Set(rows.map(({ token }) => token));
  } catch (error) {
    return { unread: `the ledger could not be read: ${(error as Error).message}` };
  }
}
