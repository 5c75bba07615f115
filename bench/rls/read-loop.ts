import { Fault } from '../../config/fault.ts';
import type { Session } from '../../infra/topology/session.ts';
import { replaceParameters } from '../../scenarios/sql-text.ts';
import type { Draw, Statement } from '../../scenarios/statement.ts';
import { literal } from '../postgres/prepared.ts';
import type { Claim } from './claims.ts';
import { foreignIds, type SeenId } from './foreign-ids.ts';
import type { WaitingIds } from './waiting-ids.ts';

/** One execution: who, and with which parameters. */
export interface Read {
  readonly claim: Claim;
  readonly draw: Draw;
}

/** A statement that can be read in a loop. */
export interface Looped {
  readonly statement: Statement;
  readonly types: readonly string[];
  /** What says whose its rows are. */
  readonly told: 'organization_id' | 'id';
  readonly reads: readonly Read[];
}

/** What reads of one statement gave. */
export interface BulkTally {
  readonly statement: string;
  readonly reads: number;
  readonly rows: number;
  readonly foreignRows: number;
}

/**
 * Reads in one message and one transaction, which is taken back; what must be looked up is, as one who sees every row. Ids
 * that no index finds are not in its answer but `waiting`.
 */
export async function runBatch(
  app: Session,
  everything: Session,
  { statement, types, told }: Pick<Looped, 'statement' | 'types' | 'told'>,
  reads: readonly Read[],
  waiting: WaitingIds,
): Promise<BulkTally> {
  const answers = (await app
    .query(
      `BEGIN;${loopOf(statement.sql, types, told, reads)};SELECT current_setting('olympus.tally') AS tally;ROLLBACK`,
    )
    .catch(async (error: Error) => {
      await app.query('ROLLBACK');
      throw new Fault(
        'component',
        `${statement.name} failed in the loop of the leak check: ${error.message}`,
        `Run it by hand as the application; it is in ${statement.file}.`,
        error,
      );
    })) as unknown as { rows: { tally: string }[] }[];
  const { rows, foreign, ids } = JSON.parse(answers[2]!.rows[0]!.tally) as {
    rows: number;
    foreign: number;
    ids: SeenId[] | null;
  };
  const tally = { statement: statement.name, reads: reads.length };
  if (told === 'organization_id') return { ...tally, rows, foreignRows: foreign };
  const checked = await foreignIds(everything, ids ?? []);
  for (const [id, tenant] of checked.waiting) waiting.add(statement.name, tenant, id);
  return { ...tally, rows: checked.known, foreignRows: checked.foreign };
}

/** The loop as a DO block: static SQL, so that the server plans it once. */
function loopOf(sql: string, types: readonly string[], told: Looped['told'], reads: readonly Read[]): string {
  const names = types.map((_, i) => `p${i + 1}`);
  const values = reads.map(({ claim, draw }) => {
    const who = [claim.identity?.userId ?? '', claim.identity?.organizationId ?? '', claim.tenant];
    return `(${[...who, ...draw].map(literal).join(',')})`;
  });
  const body = replaceParameters(sql, (n) => `olympus_read.p${n}::${types[n - 1]}`);
  const counted =
    told === 'organization_id'
      ? `count(*) FILTER (WHERE olympus_row.organization_id IS DISTINCT FROM olympus_read.tenant::uuid), NULL::jsonb`
      : `0, jsonb_agg(jsonb_build_array(olympus_row.id, olympus_read.tenant, olympus_read.sub))`;
  const text = `
DECLARE
  olympus_read record;
  olympus_rows bigint;
  olympus_foreign bigint;
  olympus_ids jsonb;
  olympus_sum bigint := 0;
  olympus_foreign_sum bigint := 0;
  olympus_all jsonb[] := '{}';
BEGIN
  FOR olympus_read IN
    SELECT * FROM (VALUES ${values.join(',\n')}) AS reads (sub, org, tenant${names.map((name) => `, ${name}`).join('')})
  LOOP
    PERFORM set_config('request.jwt.claim.sub', olympus_read.sub, true), set_config('app.org_id', olympus_read.org, true);
    SELECT count(*), ${counted} INTO olympus_rows, olympus_foreign, olympus_ids FROM (${body}\n) AS olympus_row;
    olympus_sum := olympus_sum + olympus_rows;
    olympus_foreign_sum := olympus_foreign_sum + olympus_foreign;
    IF olympus_ids IS NOT NULL THEN olympus_all := olympus_all || olympus_ids; END IF;
  END LOOP;
  PERFORM set_config('olympus.tally', jsonb_build_object('rows', olympus_sum, 'foreign', olympus_foreign_sum, 'ids',
    (SELECT jsonb_agg(DISTINCT seen) FROM unnest(olympus_all) AS one, jsonb_array_elements(one) AS seen))::text, true);
END`;
  return `DO ${dollarQuoted(`#variable_conflict use_column${text}`)}`;
}

/** In dollars that the text does not hold. */
function dollarQuoted(text: string): string {
  let tag = '$olympus$';
  for (let i = 0; text.includes(tag); i++) tag = `$olympus${i}$`;
  return `${tag}${text}${tag}`;
}
