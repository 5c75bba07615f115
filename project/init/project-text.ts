import { identifier } from '../../infra/topology/session.ts';
import type { InitTable, TenantGuess } from './guess-tenants.ts';
import type { InitOptions } from './init-project.ts';

/** The olympus.yaml of a new project. */
export function projectText(
  { variable, tls, tenantColumn, log }: InitOptions,
  tables: readonly InitTable[],
  guess: TenantGuess | null,
): string {
  const main =
    tenantColumn === undefined ? undefined : tables.find(({ columns }) => columns.includes(tenantColumn));
  const column = guess && identifier(guess.column);
  const largest = guess && tables.find(({ columns }) => columns.includes(guess.column));
  const query =
    largest &&
    `SELECT ${column} AS id, count(*) AS size FROM ${identifier(largest.schema)}.${identifier(largest.name)} WHERE ${column} IS NOT NULL GROUP BY 1`;
  return `# Written by ./olympus init from a ${log ? 'log: sources/seen_*.sql hold REAL VALUES of it, and .gitignore keeps them out of Git' : 'living database; nothing of its rows is in here'}. All of it is yours to change.
name: mine

# The URL stays outside: export ${variable}=postgres://...
endpoints:
  primary: { provider: external, url: env:${variable}, tls: ${tls} }
#  replica1: { provider: external, url: env:${variable}_REPLICA, tls: ${tls} }

# Roles as which statements run, where they are not the login itself (row-level security applies to app):
# roles: { app: my_app, owner: my_owner }

${
  query
    ? main
      ? `# Who the tenants are: the largest, the middle and the smallest are measured.\ntenants: ${query}\n# What a transaction says to act for one (a setting, and the column with its value):\n# identity: { app.tenant_id: id }\n# Says whose a row is: with it and "identity" the rls part looks for rows of other tenants.\ntenantColumn: ${JSON.stringify(tenantColumn)}`
      : `# A guess, because ${guess!.why}: tenants are told apart by ${guess!.column}. Remove the # where that is right.\n# tenants: ${query}\n# identity: { app.tenant_id: id }\n# tenantColumn: ${JSON.stringify(guess!.column)}`
    : '# Who the tenants are, one row each (without it statements are measured once):\n# tenants: SELECT tenant_id AS id, count(*) AS size FROM orders GROUP BY 1'
}

# What you promise; see docs/ci.md:
# promises: slo.yaml
`;
}
