import { connect } from './session.ts';

/**
 * Takes an advisory lock of the server on (`space`, `name`), in a session of its own that holds it until it is disposed
 * or this process ends, however that ends: the server sees the socket close. Undefined when another session has it.
 *
 * It is the lock of an open transaction, so that a pooler in between cannot hand the session, lock and all, to somebody
 * else. The transaction has no snapshot while it waits: it holds back neither VACUUM nor CREATE INDEX CONCURRENTLY.
 * @param who its application_name, by which others see whose it is
 */
export async function holdLock(
  url: string,
  who: string,
  space: number,
  name: string,
): Promise<AsyncDisposable | undefined> {
  const session = await connect(url, who);
  try {
    await session.query('BEGIN');
    await session.query(unhurried);
    const { rows } = await session.query<{ got: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS got',
      [space, name],
    );
    if (rows[0]!.got) return { [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  await session[Symbol.asyncDispose]();
  return undefined;
}

/** No limit of the server's ends a transaction that waits; and a machine that vanished is noticed within a minute. */
const unhurried = `
  SELECT set_config(name, CASE WHEN name LIKE 'tcp%' THEN '20' ELSE '0' END, true) FROM pg_settings
   WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout', 'tcp_keepalives_idle',
                  'tcp_keepalives_interval')`;
