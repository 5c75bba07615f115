import { usage } from '../../config/fault.ts';
import { identifier, type Session } from '../topology/session.ts';

/** Settings that the sessions of a run begin with in place of the login's own, and why, in a sentence each. */
export interface NeededSettings {
  readonly settings: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** A login's own timeouts below this end statements and sessions that the harness gives their time. */
const shortestMs = 30_000;
const idleMs = 600_000;

interface Need {
  readonly name: string;
  readonly instead: string;
  needed(value: string): boolean;
  why(value: string): string;
}

const timeout = (name: string, below: number, instead: string, what: string): Need => ({
  ...{ name, instead },
  needed: (value) => milliseconds(value) > 0 && milliseconds(value) < below,
  why: (value) =>
    `the login's own ${name} of ${milliseconds(value)} ms would end ${what}; sessions of this run have ${instead === '0' ? 'none' : `${Number(instead) / 1000} s instead`}`,
});

const needs: readonly Need[] = [
  timeout('statement_timeout', shortestMs, String(shortestMs), 'what is measured'),
  timeout('transaction_timeout', idleMs, '0', 'what is measured'),
  timeout('idle_in_transaction_session_timeout', idleMs, '0', 'sessions that wait for their turn'),
  timeout('idle_session_timeout', idleMs, '0', 'sessions that wait for their turn'),
  {
    ...{ name: 'standard_conforming_strings', instead: 'on' },
    needed: (value) => value === 'off',
    why: () =>
      "the login has standard_conforming_strings = off, under which a backslash in 'text' is no backslash; sessions of this run have it on",
  },
  {
    ...{ name: 'quote_all_identifiers', instead: 'off' },
    needed: (value) => value === 'on',
    why: () =>
      'the login has quote_all_identifiers = on, which changes how plans name things; sessions of this run have it off',
  },
];

/** A look at the settings did not end in time: nothing else is known of them yet. */
export const hurried: NeededSettings = {
  settings: { statement_timeout: String(shortestMs) },
  notes: [
    `the login's own statement_timeout ends even a look at its settings; sessions of this run have ${shortestMs / 1000} s instead`,
  ],
};

/** SQLSTATE query_canceled and transaction_timeout, which a login's own timeouts end with. */
const timedOut: readonly string[] = ['57014', '25P04', '25P03', '57P05'];

/**
 * What the sessions of a login need in place of its own settings. `SHOW ALL` is asked, which no object of the database
 * can answer in the server's place.
 */
export async function neededSettings(session: Session): Promise<NeededSettings> {
  const own = await shown(session);
  if (own === null) return hurried;
  const found = needs.filter(({ name, needed }) => needed(own.get(name) ?? ''));
  return {
    settings: Object.fromEntries(found.map(({ name, instead }) => [name, instead])),
    notes: found.map(({ name, why }) => why(own.get(name)!)),
  };
}

async function shown(session: Session): Promise<ReadonlyMap<string, string> | null> {
  try {
    const { rows } = await session.query<{ name: string; setting: string }>('SHOW ALL');
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  } catch (error) {
    if (timedOut.includes((error as { code?: string }).code ?? '')) return null;
    throw error;
  }
}

const units: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** "10ms", "1min", "0" as the server shows a time. */
function milliseconds(text: string): number {
  const [, number = '0', unit = 'ms'] = /^(-?\d+(?:\.\d+)?)(us|ms|s|min|h|d)?$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? 1);
}

/** Everything is named with its schema here, operators too: what is looked for could answer in the server's place. */
const standIns = `
SELECT n.nspname AS schema, found.name FROM (
  SELECT pronamespace AS namespace, proname AS name FROM pg_catalog.pg_proc
  UNION ALL SELECT relnamespace, relname FROM pg_catalog.pg_class
  UNION ALL SELECT typnamespace, typname FROM pg_catalog.pg_type
  UNION ALL SELECT oprnamespace, oprname FROM pg_catalog.pg_operator
) AS found (namespace, name)
JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) found.namespace
WHERE n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[])
  AND found.name OPERATOR(pg_catalog.=) ANY (
    SELECT proname FROM pg_catalog.pg_proc WHERE pronamespace OPERATOR(pg_catalog.=) '11'::pg_catalog.oid
    UNION ALL SELECT relname FROM pg_catalog.pg_class WHERE relnamespace OPERATOR(pg_catalog.=) '11'::pg_catalog.oid
    UNION ALL SELECT typname FROM pg_catalog.pg_type WHERE typnamespace OPERATOR(pg_catalog.=) '11'::pg_catalog.oid
    UNION ALL SELECT oprname FROM pg_catalog.pg_operator WHERE oprnamespace OPERATOR(pg_catalog.=) '11'::pg_catalog.oid)
LIMIT 1`;

/**
 * A search_path may name pg_catalog behind another schema, whose functions, tables and operators then answer in the
 * server's place: whatever the harness reads back would be theirs to say, and a function of theirs runs in its sessions.
 * @throws Fault (usage) where one of them is named like one of the server's
 */
export async function requireServersOwnNames(session: Session): Promise<void> {
  const { rows: paths } = await session.query<{ path: string[] }>(
    'SELECT pg_catalog.current_schemas(true)::pg_catalog.text[] AS path',
  );
  const path = paths[0]!.path;
  const before = path.slice(0, path.indexOf('pg_catalog')).filter((name) => !name.startsWith('pg_temp'));
  if (before.length === 0) return;
  const { rows } = await session.query<{ schema: string; name: string }>(standIns, [before]);
  if (rows.length === 0) return;
  const { schema, name } = rows[0]!;
  throw usage(
    `${schema}.${name} answers in place of pg_catalog.${name}: the search_path of this login names pg_catalog behind ${before.join(', ')}. Nothing that the server says of itself would be certain, so nothing was asked.`,
    `Let pg_catalog stand first (leave it out of search_path, and it does): in the connection's options, -c search_path=${path
      .filter((each) => !/^pg_(catalog|temp)/.test(each))
      .map((each) => (/^[a-z_][a-z0-9_]*$/.test(each) ? each : identifier(each)))
      .join(',')}; or ALTER ROLE ... SET search_path = ...`,
  );
}
