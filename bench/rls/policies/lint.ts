import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, type Session } from '../../../infra/topology/session.ts';
import { type BareCall, bareCalls, wrapped } from './bare-calls.ts';
import { alterPolicy, dropPolicy, type Policy, quotedTable, readPolicies, tableOf } from './policy.ts';

/** What is wrong with one object. A waiver names it by rule and object. */
export interface Finding {
  readonly rule: Rule;
  readonly object: string;
  /** error: rows of others may be reached; warning: slow, or a guard is missing; note: it works, and surprises. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** SQL that repairs it; null where only its author can know. */
  readonly fix: string | null;
  /**
   * The table whose readers it slows, and whether as the planner likes (plan) or where no index finds the rows
   * (rows); null where no read is slower for it.
   */
  readonly slows: {
    readonly table: string;
    readonly schema: string;
    readonly reading: 'plan' | 'rows';
  } | null;
}

export type Rule = keyof typeof rules;

/** Every rule in a sentence. */
export const rules = {
  'no-row-security': 'a table with a tenant column that may be read, without row-level security',
  'not-forced': 'row-level security that does not bind the table’s owner',
  'open-policy': 'a permissive policy whose expression names no column: everybody’s rows',
  'several-permissive': 'several permissive policies for one command: they are joined by OR, and all are run',
  'no-check': 'a policy for writing that does not say what a row may become',
  'bare-function': 'a function that is run for every row instead of once a statement',
  'no-index': 'a column that policies compare, without an index that begins with it',
  'no-policy': 'row-level security without a policy: nobody reads a row',
  'partition-grant': 'a partition that may be used past its table’s policies',
  'view-of-its-owner': 'a view that reads with its owner’s rights, past the reader’s policies',
  'definer-search-path': 'a security definer function whose search_path is the caller’s',
  'lockable-table': 'a right on a table whole that lets one tenant lock it against all',
  'login-defaults': 'settings that every session of the login begins with, which the login may set itself',
} as const;

interface TableFacts {
  readonly schema: string;
  readonly table: string;
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly hasTenant: boolean;
  readonly columns: readonly string[];
  /** First columns of its indexes. */
  readonly leading: readonly string[];
  /** Roles that policies bind and that may use it. */
  readonly users: readonly string[];
}

const warnings: ReadonlySet<Rule> = new Set(['view-of-its-owner', 'login-defaults']);

const sql = (file: string) => readFile(join(import.meta.dirname, file), 'utf8');

/**
 * Everything that is wrong with the policies of this database and with what leads past them. Reads only.
 * @param tenantColumn says whose a row is; null: not known, and then no table is missed for having no policy
 */
export async function findingsOf(
  session: Session,
  tenantColumn: string | null = 'organization_id',
): Promise<Finding[]> {
  const policies = await readPolicies(session);
  const { rows: tables } = await session.query<TableFacts>(await sql('facts.sql'), [tenantColumn]);
  const { rows: objects } = await session.query<Pick<Finding, 'rule' | 'object'> & { fix: string }>(
    await sql('objects.sql'),
  );
  const volatile = await callsToRepeat(session, policies);
  const byTable = Map.groupBy(policies, tableOf);
  return [
    ...tables.flatMap((facts) => ofTable(facts, byTable.get(tableOf(facts)) ?? [])),
    ...policies.flatMap((policy) => ofPolicy(policy, volatile)),
    ...objects.map(
      ({ rule, object, fix }): Finding => ({
        ...{ rule, object, fix, slows: null, message: `${object}: ${rules[rule]}.` },
        severity: warnings.has(rule) ? 'warning' : 'error',
      }),
    ),
  ];
}

function ofTable(facts: TableFacts, policies: readonly Policy[]): Finding[] {
  const object = tableOf(facts);
  const table = quotedTable(facts);
  const finding = (
    rule: Rule,
    severity: Finding['severity'],
    message: string,
    fix: string | null,
  ): Finding => ({
    ...{ rule, object, severity, message, fix },
    slows: null,
  });
  if (!facts.enabled)
    return facts.hasTenant && facts.users.length > 0
      ? [
          finding(
            'no-row-security',
            'error',
            `${object} has rows of tenants, and ${facts.users.join(', ')} may use it without any policy.`,
            `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
          ),
        ]
      : [];
  return [
    ...(facts.forced
      ? []
      : [
          finding(
            'not-forced',
            'warning',
            `The policies of ${object} do not bind its owner.`,
            `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
          ),
        ]),
    ...(policies.length === 0 && facts.users.length > 0
      ? [
          finding(
            'no-policy',
            'note',
            `${object} has row-level security and no policy: ${facts.users.join(', ')} may use it and see no row.`,
            null,
          ),
        ]
      : []),
    ...severalPermissive(policies),
    ...comparedColumns(facts, policies)
      .filter((column) => !facts.leading.includes(column))
      .map(
        (column): Finding => ({
          ...finding(
            'no-index',
            'warning',
            `Policies of ${object} compare ${column}, and no index begins with it: every row is read.`,
            `CREATE INDEX ON ${table} (${identifier(column)})`,
          ),
          object: `${object}.${column}`,
          slows: { ...facts, reading: 'plan' },
        }),
      ),
  ];
}

/** Columns of the table that a policy for reading compares by = with what does not depend on the row. */
function comparedColumns({ columns }: TableFacts, policies: readonly Policy[]): string[] {
  const texts = policies.flatMap(({ using, command }) => (using && command !== 'INSERT' ? [using] : []));
  const found = texts.flatMap((text) =>
    [...text.matchAll(comparison)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!),
  );
  return [...new Set(found)].filter((column) => columns.includes(column));
}

/** `(column = (SELECT ...)`, `("Column" = current_setting(...)`, `(column = ANY (...)`. */
const comparison =
  /\((?:"((?:[^"]|"")+)"|([a-z_]\w*)) = (?:ANY )?(?=\(|current_setting\(|NULLIF\(|CURRENT_USER)/g;

const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

function severalPermissive(policies: readonly Policy[]): Finding[] {
  return commands.flatMap((command) => {
    const [first, ...others] = policies.filter(
      (policy) => policy.permissive && (policy.command === command || policy.command === 'ALL'),
    );
    const together = first ? others.filter((policy) => overlap(first, policy)) : [];
    if (!first || together.length === 0) return [];
    const all = [first, ...together];
    return [
      {
        rule: 'several-permissive' as const,
        object: `${tableOf(first)} ${command}`,
        severity: 'warning' as const,
        message: `${all.map(({ name }) => name).join(', ')} of ${tableOf(first)} are joined by OR for ${command}: the widest decides.`,
        fix: joined(all),
        slows: command === 'INSERT' ? null : { ...first, reading: 'rows' as const },
      },
    ];
  });
}

const overlap = (a: Policy, b: Policy) =>
  a.roles.includes('public') || b.roles.includes('public') || a.roles.some((role) => b.roles.includes(role));

/** One policy that says the same; null when they are for other commands or roles. */
function joined([first, ...others]: readonly Policy[]): string | null {
  const same = (policy: Policy) =>
    policy.command === first!.command && policy.roles.join() === first!.roles.join();
  if (!others.every(same)) return null;
  const or = (of: 'using' | 'check') => {
    const texts = [first!, ...others].flatMap((policy) => policy[of] ?? []);
    return texts.length > 0 ? texts.map((text) => `(${text})`).join(' OR ') : undefined;
  };
  const [using, check] = [or('using'), or('check')];
  const change = { ...(using ? { using } : {}), ...(check ? { check } : {}) };
  return [...others.map(dropPolicy), alterPolicy(first!, change)].join('; ');
}

function ofPolicy(policy: Policy, volatile: ReadonlyMap<string, string>): Finding[] {
  const object = `${tableOf(policy)}.${policy.name}`;
  const { command, using, check, permissive } = policy;
  const found: Finding[] = [];
  const open = [using, check].some((text) => text !== null && !/[a-z_]/.test(text.replace(/\btrue\b/g, '')));
  if (permissive && open)
    found.push({
      ...{ rule: 'open-policy', object, severity: 'error', fix: null, slows: null },
      message: `${object} names no column: it lets everybody’s rows through for ${command}.`,
    });
  if (check === null && (command === 'UPDATE' || command === 'ALL'))
    found.push({
      ...{ rule: 'no-check', object, severity: 'note', slows: null },
      message: `${object} has no WITH CHECK: what a row may become is what USING says of the old one.`,
      fix: using === null ? null : alterPolicy(policy, { check: using }),
    });
  if (check === null && command === 'INSERT')
    found.push({
      ...{ rule: 'no-check', object, severity: 'warning', fix: null, slows: null },
      message: `${object} is for INSERT and has no WITH CHECK: nobody inserts a row by it.`,
    });
  return [...found, ...bareFunction(policy, object, volatile)];
}

function bareFunction(policy: Policy, object: string, volatile: ReadonlyMap<string, string>): Finding[] {
  const bare = (text: string | null): BareCall[] =>
    text === null ? [] : bareCalls(text).filter(({ name }) => volatile.has(name));
  const [using, check] = [bare(policy.using), bare(policy.check)];
  const names = [...new Set([...using, ...check].map(({ name }) => `${name}()`))];
  if (names.length === 0) return [];
  const fix = alterPolicy(policy, {
    ...(using.length > 0 ? { using: wrapped(policy.using!, using, volatile) } : {}),
    ...(check.length > 0 ? { check: wrapped(policy.check!, check, volatile) } : {}),
  });
  return [
    {
      ...{ rule: 'bare-function', object, fix },
      severity: using.length > 0 ? 'warning' : 'note',
      message: `${object} runs ${names.join(', ')} for every row; (SELECT f()) is run once a statement.`,
      slows: using.length > 0 ? { ...policy, reading: 'rows' } : null,
    },
  ];
}

/** Names as the policies write them whose function is worth running once, for it is not IMMUTABLE: with what it returns. */
async function callsToRepeat(session: Session, policies: readonly Policy[]): Promise<Map<string, string>> {
  const names = new Set(
    policies.flatMap(({ using, check }) =>
      [using ?? '', check ?? ''].flatMap((text) => bareCalls(text).map(({ name }) => name)),
    ),
  );
  const { rows } = await session.query<{ name: string; type: string }>(
    `SELECT DISTINCT ON (called) called AS name, format_type(p.prorettype, NULL) AS type
     FROM unnest($1::text[]) AS called
     JOIN pg_proc AS p ON p.proname = replace(split_part('.' || called, '.', -1), '"', '') AND p.provolatile <> 'i'
     ORDER BY called, p.oid`,
    [[...names]],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}
