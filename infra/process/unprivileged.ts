import { spawnSync } from 'node:child_process';
import { missing } from '../../config/fault.ts';

/** An operating-system account that servers run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL and PgBouncer refuse root. The package's own account comes first; nobody exists everywhere. */
const candidates = ['postgres', 'nobody'] as const;

/**
 * The account to run servers as, or undefined when we are not root and need none.
 * @throws Fault (component) when we are root and the machine has no such account.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of candidates) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw missing(
    `PostgreSQL refuses to run as root, and this machine has no account ${candidates.join(' or ')}.`,
    'Create one (useradd --system postgres), or run this as a user other than root.',
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
