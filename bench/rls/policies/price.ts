import { Fault } from '../../../config/fault.ts';
import type { Endpoint } from '../../../infra/topology/endpoint.ts';
import { type Connection, connect, type Session } from '../../../infra/topology/session.ts';
import type { RlsFinding } from '../../../result/result.ts';
import { identityOf, underIdentity } from '../../../scenarios/identity.ts';
import type { Tenant } from '../../../scenarios/statement.ts';
import { explain } from '../../postgres/explain.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import { type Claim, memberOf } from '../claims.ts';
import { readVisible } from '../visible.ts';
import { quotedTable, tableOf } from './policy.ts';
import type { Judged } from './waivers.ts';

type Cost = NonNullable<RlsFinding['price']>['before'];

const executions = 3;
const longestMs = 20_000;

/**
 * Repairs each finding that has a fix, one after the other, on a copy of the database: what reading cost before and
 * after, and whether everybody still sees the rows that he saw. The copy is dropped.
 */
export async function priceFindings(
  primary: Endpoint,
  database: string,
  tenants: readonly Tenant[],
  findings: readonly Judged[],
): Promise<RlsFinding[]> {
  const open = findings.filter(({ fix, waived }) => fix !== null && waived === null);
  if (open.length === 0) return findings.map(shown);
  await using clone = await cloneDatabase(primary, database, `${database}_policies`);
  await using admin = await connect(primary.url('admin', clone.database), 'olympus-rls');
  await using app = await connect(primary.url('app', clone.database), 'olympus-rls');
  await app.query(`SET statement_timeout = ${longestMs}; SET max_parallel_workers_per_gather = 0`);
  const priced: RlsFinding[] = [];
  let seen = await visible(app, admin, tenants);
  for (const finding of findings) {
    if (!open.includes(finding)) {
      priced.push(shown(finding));
      continue;
    }
    const before = await readingCost(app, finding, tenants);
    await repair(admin, finding.fix!);
    const after = await readingCost(app, finding, tenants);
    const now = await visible(app, admin, tenants);
    priced.push({
      ...shown(finding),
      ...(before && after ? { price: { read: readOf(finding, tenants), before, after } } : {}),
      visible: difference(seen, now),
    });
    seen = now;
  }
  return priced;
}

const shown = ({ rule, object, severity, message, fix, waived }: Judged): RlsFinding => ({
  ...{ rule, object, severity, message, fix, waived },
});

async function repair(admin: Connection, fix: string): Promise<void> {
  try {
    await admin.query(fix);
  } catch (error) {
    throw new Fault(
      'defect',
      `The fix does not run: ${fix}: ${(error as Error).message}`,
      'Please report it.',
      error,
    );
  }
}

/** Reads all that a member sees of the table, without a filter of his own: the policies alone decide how. */
async function readingCost(
  app: Session,
  { slows }: Judged,
  tenants: readonly Tenant[],
): Promise<Cost | null> {
  if (!slows) return null;
  const tenant = readerOf(tenants);
  try {
    return await underIdentity(app, identityOf(tenant), async () => {
      if (slows.reading === 'rows') await app.query(rowByRow);
      let best: Cost | null = null;
      for (let i = 0; i < executions; i++) {
        const { plan } = await explain(app, `SELECT count(*) FROM ${quotedTable(slows)}`, [], 'whole');
        const buffers = plan.root.buffers && plan.root.buffers.hit + plan.root.buffers.read;
        if (!best || (plan.executionMs ?? 0) < (best.ms ?? 0)) best = { ms: plan.executionMs, buffers };
      }
      return best;
    });
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    return { ms: null, buffers: null, why: `it did not end within ${longestMs / 1000} s` };
  }
}

const rowByRow =
  'SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off';

/** The tenant in the middle: what a policy costs beyond the rows that are his. */
const readerOf = (tenants: readonly Tenant[]) => tenants[1] ?? tenants[0]!;

const readOf = ({ slows }: Judged, tenants: readonly Tenant[]) =>
  `every visible row of ${tableOf(slows!)}, as a member of the ${readerOf(tenants).class}${slows!.reading === 'rows' ? ', where no index finds them' : ''}`;

type Seen = ReadonlyMap<string, number> | string;

/** How many rows of each relation members, a stranger and nobody see; or why that cannot be read. */
async function visible(app: Session, admin: Session, tenants: readonly Tenant[]): Promise<Seen> {
  const seen = new Map<string, number>();
  try {
    for (const [name, claim] of claimsOf(tenants))
      for (const { relation, rows, foreignRows } of await readVisible(app, admin, claim)) {
        seen.set(`${name} sees of ${relation}`, rows);
        if (foreignRows > 0) seen.set(`${name} sees of ${relation}, of other tenants`, foreignRows);
      }
    return seen;
  } catch (error) {
    await app.query('ROLLBACK').catch(() => {});
    return (error as Error).message;
  }
}

function claimsOf(tenants: readonly Tenant[]): [string, Claim][] {
  const [first, second] = [tenants[0]!, readerOf(tenants)];
  const stranger: Claim = {
    kind: 'stranger',
    identity: { userId: second.userId, organizationId: first.id },
    tenant: null,
  };
  return [
    [`a member of the ${first.class}`, memberOf(first)],
    [`a member of the ${second.class}`, memberOf(second)],
    ['a stranger', stranger],
    ['nobody', { kind: 'anonymous', identity: null, tenant: null }],
  ];
}

function difference(before: Seen, after: Seen): string {
  if (typeof after === 'string') return `reading fails: ${after}`;
  if (typeof before === 'string') return `reading failed before: ${before}`;
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changed = keys.filter((key) => (before.get(key) ?? 0) !== (after.get(key) ?? 0));
  if (changed.length === 0) return 'the same rows';
  const [first] = changed;
  const more = changed.length > 1 ? `, and ${changed.length - 1} more differences` : '';
  return `other rows: ${first} ${before.get(first!) ?? 0} rows before, ${after.get(first!) ?? 0} after${more}`;
}
