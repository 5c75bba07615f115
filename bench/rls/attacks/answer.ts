import type pg from 'pg';
import type { Connection } from '../../../infra/topology/session.ts';

/** What a client was told: an error, or rows and how many rows a command changed; and what came beside it. */
export interface Answer {
  readonly code: string | null;
  readonly message: string;
  /** Of the last statement. */
  readonly rows: readonly (readonly unknown[])[];
  readonly changed: number;
  /** Rows of all statements, error, notices and notifications, as one text. */
  readonly text: string;
}

type Result = { rows: Record<string, unknown>[]; rowCount: number | null; command: string };

/**
 * Types statements and collects everything that comes back, also while others work `before` they are typed: an idle
 * client is notified at once. A lost connection is thrown: it answers nothing.
 */
export async function answerTo(
  { client }: Connection,
  sql: string,
  before: () => Promise<unknown> = async () => {},
): Promise<Answer> {
  const heard: string[] = [];
  const raw = (client as unknown as { connection: NodeJS.EventEmitter }).connection;
  const onText = (part: { message?: string | undefined; payload?: string | undefined; channel?: string }) =>
    heard.push(`${part.channel ?? ''} ${part.message ?? ''} ${part.payload ?? ''}`);
  const onCopy = ({ chunk }: { chunk: Buffer }) => heard.push(chunk.toString());
  client.on('notice', onText).on('notification', onText);
  raw.on('copyData', onCopy);
  try {
    await before().catch((cause) => {
      throw new Error('what others did meanwhile failed', { cause }); // it is no answer to what is typed
    });
    const answered = (await client.query(sql)) as unknown as Result | Result[];
    const results = Array.isArray(answered) ? answered : [answered];
    const last = results.at(-1)!;
    return {
      ...{ code: null, message: '', changed: last.command === 'SELECT' ? 0 : (last.rowCount ?? 0) },
      rows: last.rows.map((row) => Object.values(row)),
      text: [...results.map(({ rows }) => JSON.stringify(rows)), ...heard].join('\n'),
    };
  } catch (error) {
    const { code, message, detail, hint, where } = error as pg.DatabaseError;
    if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    const text = [message, detail, hint, where, ...heard].filter(Boolean).join('\n');
    return { code, message, rows: [], changed: 0, text };
  } finally {
    client.off('notice', onText).off('notification', onText);
    raw.off('copyData', onCopy);
  }
}
