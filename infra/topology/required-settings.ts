import { usage } from '../../config/fault.ts';
import type { Session } from './session.ts';

/**
 * The settings of the startup parameter `options`: `-c name=value`, `-cname=value` and `--name=value`; a backslash keeps
 * the character after it. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS
 */
export function optionsOf(text: string): ReadonlyMap<string, string> {
  const words = text.match(/(?:[^\s\\]|\\.)+/g)?.map((word) => word.replace(/\\(.)/g, '$1')) ?? [];
  const settings = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const pair = word === '-c' ? words[++i] : /^(?:-c|--)(.+)$/.exec(word)?.[1];
    const [name, ...value] = pair?.split('=') ?? [];
    if (name) settings.set(name.replaceAll('-', '_'), value.join('='));
  }
  return settings;
}

/**
 * Reads back what a session was to begin with: a pooler may drop the startup parameter `options` without a word, and
 * then a session that is called read-only writes, and one that is to act as a role acts as its login.
 * @throws Fault (usage) naming the setting that did not arrive
 */
export async function requireSettings(session: Session, url: string): Promise<void> {
  const options = URL.canParse(url) ? new URL(url).searchParams.get('options') : null;
  const asked = optionsOf(options ?? '');
  const [readOnly, role] = [asked.get('default_transaction_read_only'), asked.get('role')];
  if (readOnly === undefined && role === undefined) return;
  // SHOW and current_user are the server's words: a function current_setting() of the database's could say anything
  const [shown, acting] = (await session.query(
    'SHOW default_transaction_read_only; SELECT current_user AS role',
  )) as unknown as { rows: Record<string, string>[] }[];
  if (readOnly === 'on' && shown!.rows[0]!.default_transaction_read_only !== 'on')
    throw dropped('default_transaction_read_only is off in it, so that it could write');
  const { role: found } = acting!.rows[0]!;
  if (role !== undefined && found !== role) throw dropped(`it acts as ${found} and not as ${role}`);
}

const dropped = (what: string) =>
  usage(
    `The session did not begin as it was asked to: ${what}. Something between here and the server drops the startup parameter "options" (PgBouncer does where ignore_startup_parameters has it), or an event trigger at login sets it otherwise. Nothing was done.`,
    'Name the server itself instead of the pooler, or take "options" out of ignore_startup_parameters; a role can also have a login of its own (app: and owner: in the topology file).',
  );
