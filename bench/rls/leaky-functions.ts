import type { KeptFromIndex } from '../../analysis/explain/kept-from-index.ts';
import { identifier, type Session } from '../../infra/topology/session.ts';

/**
 * Names of the functions in a plan's condition that are not LEAKPROOF, operators by the function behind them: what must
 * not see a row before the policy has. Empty when all are, or when the condition needs more than its own table to be
 * read.
 *
 * The server parses the condition: as a view that is taken back, whose stored tree names each function. The session is
 * a superuser's on a copy.
 */
export async function leakyFunctions(session: Session, condition: KeptFromIndex): Promise<string[]> {
  const { rows: tables } = await session.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' ORDER BY n.nspname`,
    [condition.scanned],
  );
  for (const { schema } of tables) {
    const found = await functionsIn(session, schema, condition);
    if (found !== null) return found;
  }
  return [];
}

async function functionsIn(session: Session, schema: string, condition: KeptFromIndex) {
  const { scanned, alias, text } = condition;
  const table = `${identifier(schema)}.${identifier(scanned)} AS ${identifier(alias ?? scanned)}`;
  await session.query('BEGIN');
  try {
    await session.query(
      `CREATE TEMP VIEW olympus_condition AS SELECT 1 AS one FROM ${table} WHERE ${withoutPlans(text)}`,
    );
    const { rows } = await session.query<{ name: string }>(leaky);
    return rows.map(({ name }) => name);
  } catch {
    return null; // it names another table, or this is another schema's table of the same name
  } finally {
    await session.query('ROLLBACK');
  }
}

/** The value of an InitPlan or a parameter is of the type of what it is compared with, as NULL is. */
const withoutPlans = (text: string) =>
  text.replace(/\(InitPlan \d+\)\.col\d+/g, 'NULL').replace(/\$\d+/g, 'NULL');

const leaky = `
  SELECT DISTINCT p.proname AS name
  FROM pg_rewrite AS r
  CROSS JOIN LATERAL regexp_matches(r.ev_action::text, ':(?:opfuncid|funcid) (\\d+)', 'g') AS found (oids)
  JOIN pg_proc AS p ON p.oid = found.oids[1]::oid
  WHERE r.ev_class = 'olympus_condition'::regclass AND NOT p.proleakproof
  ORDER BY 1`;
