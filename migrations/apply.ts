import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, missing, usage } from '../config/fault.ts';
import type { Progress } from '../config/progress.ts';
import { type Connection, transaction } from '../infra/topology/session.ts';
import { type Blocker, watchBlockers } from './blockers.ts';
import type { Script } from './directory.ts';
import { place, type SqlStatement, splitStatements, Unterminated } from './statements.ts';

/** What node-postgres adds to an error of the server. */
interface ServerError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
  /** Characters from 1 into the statement's text. */
  readonly position?: string;
}

const lockNotAvailable = '55P03';
const inTransactionBlock = '25001';
const firstPauseMs = 250;

// Whoever runs it, a migration sees the same settings; names without a schema are found in no application's schema.
const settings = [
  'SET LOCAL search_path = pg_catalog, public',
  "SET LOCAL timezone = 'UTC'",
  'SET LOCAL client_min_messages = warning',
];
const sessionSettings = [
  'role',
  'lock_timeout',
  'statement_timeout',
  'search_path',
  'timezone',
  'client_min_messages',
];

/**
 * Runs one script and `record` after it: in one transaction, or (`-- transaction: off`) statement by statement.
 * A lock that is not had within the header's lock_timeout is tried again, with growing pauses.
 * @throws Fault (usage) with file, line and column of what the server refused.
 * @throws Fault (component) with the blocker's process and query when a lock is never had.
 */
export async function apply(
  session: Connection,
  script: Script,
  progress: Progress,
  record: () => Promise<unknown>,
): Promise<void> {
  const statements = understood(script);
  const inTransaction = script.header.transaction === 'on';
  if (inTransaction)
    await withLockRetries(session, script, progress, () =>
      transaction(session, async () => {
        await prepare(session, script, settings);
        for (const statement of statements) await run(session, script, statement);
        await session.query('RESET ROLE');
        await record();
      }),
    );
  else await runOneByOne(session, script, statements, progress, record);
}

async function runOneByOne(
  session: Connection,
  script: Script,
  statements: readonly SqlStatement[],
  progress: Progress,
  record: () => Promise<unknown>,
): Promise<void> {
  try {
    await prepare(
      session,
      script,
      settings.map((setting) => setting.replace('SET LOCAL', 'SET')),
    );
    for (const statement of statements)
      await withLockRetries(session, script, progress, () => run(session, script, statement));
  } finally {
    for (const name of sessionSettings) await session.query(`RESET ${name}`).catch(() => {}); // connection may be gone
  }
  await record();
}

async function prepare(
  session: Connection,
  { header }: Script,
  statements: readonly string[],
): Promise<void> {
  for (const statement of statements) await session.query(statement);
  const local = String(header.transaction === 'on');
  for (const name of ['lock_timeout', 'statement_timeout'] as const)
    await session.query('SELECT set_config($1, $2, $3::boolean)', [name, header[name], local]);
}

function understood(script: Script): SqlStatement[] {
  let statements: SqlStatement[];
  try {
    statements = splitStatements(script.text);
  } catch (error) {
    if (!(error instanceof Unterminated)) throw error;
    throw refused(script, error.offset, error.message, '', error);
  }
  const control = statements.find(({ text }) =>
    /^(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT)\b/i.test(text),
  );
  if (control)
    throw refused(
      script,
      control.offset,
      'a migration does not begin or end transactions',
      'Remove the statement: the runner wraps the file in one transaction, unless its header says `-- transaction: off`.',
    );
  return statements;
}

async function run(session: Connection, script: Script, { text, offset }: SqlStatement): Promise<void> {
  try {
    await session.query(text);
  } catch (error) {
    const { message, code, detail, hint, where, position } = error as ServerError;
    if (code === lockNotAvailable || code === undefined) throw error;
    const at = position === undefined ? 0 : [...text].slice(0, Number(position) - 1).join('').length;
    const facts = [message, detail, where?.split('\n')[0]].filter(Boolean).join('; ');
    const advice =
      code === inTransactionBlock ? "Add `-- transaction: off` to the file's header." : (hint ?? '');
    throw refused(script, offset + at, `${facts} (SQLSTATE ${code})`, advice, error);
  }
}

function refused(script: Script, offset: number, what: string, advice: string, cause?: unknown): Fault {
  const { line, column } = place(script.text, offset);
  const outcome =
    script.header.transaction === 'on'
      ? 'Nothing of this file was applied.'
      : 'The statements before it are applied; the file will be run again from its beginning.';
  return usage(
    `${script.file}:${line}:${column}: ${what}. ${outcome}`,
    advice || 'Correct the file and run migrate again.',
    cause,
  );
}

/** Tries `work` as often as the header says; from the second time on watches who is in the way. */
async function withLockRetries(
  session: Connection,
  { file, header }: Script,
  progress: Progress,
  work: () => Promise<void>,
): Promise<void> {
  let blockers: Blocker[] = [];
  for (let attempt = 1; ; attempt++) {
    try {
      if (attempt === 1 && header.lock_attempts > 1) return await work();
      return await watchBlockers(session, (seen) => (blockers = seen), work);
    } catch (error) {
      if ((error as ServerError).code !== lockNotAvailable) throw error;
      if (attempt >= header.lock_attempts) throw locked(file, header.lock_timeout, attempt, blockers, error);
      progress.warn(
        `${file} got no lock within ${header.lock_timeout} (attempt ${attempt} of ${header.lock_attempts}).`,
      );
      await sleep(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

function locked(
  file: string,
  timeout: string,
  attempts: number,
  blockers: readonly Blocker[],
  cause: unknown,
): Fault {
  const who =
    blockers.map(({ pid, state, query }) => `process ${pid} (${state}): ${query}`).join('; ') ||
    'nobody that could be seen';
  return missing(
    `${file} got no lock within ${timeout} in ${attempts} attempts. In the way: ${who}.`,
    'Let that transaction end, or end it with pg_terminate_backend(pid); then run migrate again.',
    cause,
  );
}
