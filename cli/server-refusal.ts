import { type Fault, usage } from '../config/fault.ts';

/**
 * What PostgreSQL refused for want of a right or of time, as something to act on, wherever in the chain of causes it stands: it is
 * the login's, and no defect of the harness.
 */
export function serverRefusal(error: unknown): Fault | undefined {
  for (let at = error, deep = 0; at instanceof Error && deep < 10; at = at.cause, deep++) {
    const { code } = at as { code?: string };
    if (code === '42501')
      return usage(
        `The login has no right to what this command needs: ${at.message}.`,
        grantFor(at.message),
        error,
      );
    if (code === '57014')
      return usage(
        `The server ended a statement of this command: ${at.message}.`,
        'Where it is the login’s statement_timeout: ALTER ROLE its_login RESET statement_timeout; or take a longer one.',
        error,
      );
  }
  return undefined;
}

const kinds: Readonly<Record<string, string>> = {
  schema: 'USAGE ON SCHEMA',
  table: 'SELECT ON',
  view: 'SELECT ON',
  'materialized view': 'SELECT ON',
  sequence: 'USAGE ON SEQUENCE',
  database: 'CONNECT ON DATABASE',
};

/** "permission denied for schema ops" to the command that gives it. */
function grantFor(message: string): string {
  const [, kind = '', name] = /permission denied for ([a-z ]+?) (\S+)$/.exec(message) ?? [];
  const right = kinds[kind];
  const all =
    'All that is missing, with commands: ./olympus doctor --topology FILE (docs/topology.md, "Rights").';
  return right && name ? `GRANT ${right} ${name} TO its_login; ${all}` : all;
}
