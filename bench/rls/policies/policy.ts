import { identifier, type Session } from '../../../infra/topology/session.ts';

/** A policy as the server's catalogue has it. */
export interface Policy {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: 'ALL' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  /** `public` stands for everybody. */
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

/** Every policy of the database's own schemas. Expressions are written for the session's search_path. */
export async function readPolicies(session: Session): Promise<Policy[]> {
  const { rows } = await session.query<Policy>(
    `SELECT schemaname AS schema, tablename AS table, policyname AS name, permissive = 'PERMISSIVE' AS permissive,
            cmd AS command, roles::text[] AS roles, qual AS using, with_check AS "check"
     FROM pg_policies ORDER BY 1, 2, 3`,
  );
  return rows;
}

export const tableOf = ({ schema, table }: Pick<Policy, 'schema' | 'table'>): string => `${schema}.${table}`;

export const quotedTable = ({ schema, table }: Pick<Policy, 'schema' | 'table'>): string =>
  `${identifier(schema)}.${identifier(table)}`;

const roleList = ({ roles }: Policy) =>
  roles.map((role) => (role === 'public' ? 'PUBLIC' : identifier(role))).join(', ');

export const dropPolicy = (policy: Policy): string =>
  `DROP POLICY ${identifier(policy.name)} ON ${quotedTable(policy)}`;

export const createPolicy = (policy: Policy): string =>
  [
    `CREATE POLICY ${identifier(policy.name)} ON ${quotedTable(policy)}`,
    `AS ${policy.permissive ? 'PERMISSIVE' : 'RESTRICTIVE'} FOR ${policy.command} TO ${roleList(policy)}`,
    policy.using === null ? '' : `USING (${policy.using})`,
    policy.check === null ? '' : `WITH CHECK (${policy.check})`,
  ]
    .filter((part) => part !== '')
    .join(' ');

export const alterPolicy = (policy: Policy, change: { using?: string; check?: string }): string =>
  [
    `ALTER POLICY ${identifier(policy.name)} ON ${quotedTable(policy)}`,
    change.using === undefined ? '' : `USING (${change.using})`,
    change.check === undefined ? '' : `WITH CHECK (${change.check})`,
  ]
    .filter((part) => part !== '')
    .join(' ');
