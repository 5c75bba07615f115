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
  const { rows } = await session.query<{ read_only: string; role: string }>(
    "SELECT current_setting('default_transaction_read_only') AS read_only, current_user::text AS role",
  );
  const found = rows[0]!;
  if (readOnly === 'on' && found.read_only !== 'on')
    throw dropped('default_transaction_read_only is off in it, so that it could write');
  if (role !== undefined && found.role !== role) throw dropped(`it acts as ${found.role} and not as ${role}`);
}

const dropped = (what: string) =>
  usage(
    `The session did not begin as it was asked to: ${what}. Something between here and the server drops the startup parameter "options"; PgBouncer does where ignore_startup_parameters has it. Nothing was done.`,
    'Name the server itself instead of the pooler, or take "options" out of ignore_startup_parameters; a role can also have a login of its own (app: and owner: in the topology file).',
  );
