import type { Session } from '../infra/topology/session.ts';
import { Allotment, harmonics } from './allotment.ts';
import { generatorVersion, type Mark, readMark } from './load/dataset.ts';
import { combine, differenceOf, digestTable, type TableDigest } from './load/digest.ts';
import { queries } from './load/queries.ts';
import { filledTables } from './load/work.ts';

const checks = queries(
  'verify.sql',
  'unsound',
  'foreign_keys',
  'totals',
  'items',
  'stock',
  'references',
  'on_hand',
  'counters',
  'owners',
  'logged',
  'archived',
  'largest',
  'shape',
);

/**
 * What differs from the data set as generated, one sentence each; none when all is well: rows (by count and digest),
 * indexes and constraints, foreign keys (read, not believed), sums, owners, the tenants' sizes and the words of texts
 * against Zipf's law, and how selective the values are that statements look for.
 */
export async function verifyDataset(session: Session): Promise<string[]> {
  return (await verify(session)).findings;
}

/** As verifyDataset, with the digest of the rows as they are; null where they cannot be hashed. */
export async function verify(
  session: Session,
): Promise<{ readonly digest: string | null; readonly findings: string[] }> {
  const mark = await readMark(session);
  if (!mark) return { digest: null, findings: ['This database holds no data set of this generator.'] };
  if (mark.state !== 'ready')
    return {
      digest: null,
      findings: [`The data set of scale ${mark.scale} is not complete: seeding it was interrupted.`],
    };
  const { digest, findings } = await differentRows(session, mark);
  return { digest, findings: [...findings, ...(await otherFindings(session, mark))] };
}

async function otherFindings(session: Session, mark: Mark): Promise<string[]> {
  return [
    ...(await unsound(session)),
    ...(await orphans(session)),
    ...(await wrong(session, checks.totals, 'orders do not agree with their items')),
    ...(await wrong(session, checks.items, 'items do not add up')),
    ...(await wrong(session, checks.stock, 'stock levels are not the sum of their movements')),
    ...(await wrong(session, checks.references, 'movements refer to no order of their time')),
    ...(await wrong(session, checks.on_hand, 'products do not have the stock of their levels')),
    ...(await wrong(session, checks.counters, 'order counters are not at the highest number')),
    ...(await wrong(session, checks.owners, 'tenants do not have exactly one active owner')),
    ...(await wrong(session, checks.logged, 'entries of the audit log are about no record of their time')),
    ...(await wrong(
      session,
      checks.archived,
      'archived orders do not agree with their items, or are in core.orders too',
    )),
    ...(await zipf(session, mark)),
    ...(await shape(session)),
  ];
}

async function differentRows(
  session: Session,
  mark: Mark,
): Promise<{ digest: string | null; findings: string[] }> {
  if (mark.generator !== generatorVersion)
    return {
      digest: null,
      findings: [
        `The data set is of generator version ${mark.generator}; this one is ${generatorVersion}: rows not compared.`,
      ],
    };
  const findings: string[] = [];
  const now: TableDigest[] = [];
  for (const table of filledTables) {
    const digest = await digestTable(session, table, mark.live);
    now.push(digest);
    const difference = differenceOf(
      mark.digests?.find((one) => one.table === table.name),
      digest,
    );
    if (difference) findings.push(difference);
  }
  const digest = combine(now);
  if (digest !== mark.digest) findings.push(`The digest is ${digest}, not ${mark.digest}.`);
  return { digest, findings };
}

async function unsound(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ finding: string }>(checks.unsound);
  return rows.map(({ finding }) => `Schema: ${finding}.`);
}

async function orphans(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ key: string; statement: string }>(checks.foreign_keys);
  const findings: string[] = [];
  for (const { key, statement } of rows) {
    const counted = await session.query<{ orphans: string }>(statement);
    const count = Number(counted.rows[0]!.orphans);
    if (count) findings.push(`Foreign key ${key}: ${count} rows without their target.`);
  }
  return findings;
}

async function wrong(session: Session, statement: string, what: string): Promise<string[]> {
  const { rows } = await session.query<{ wrong: string; example: string }>(statement);
  const count = Number(rows[0]!.wrong);
  return count ? [`Sums: ${count} ${what}, for example ${rows[0]!.example}.`] : [];
}

/** Each of the largest tenants may be off by a tenth or by twenty orders, what the rounding of single days can do. */
async function zipf(session: Session, mark: Mark): Promise<string[]> {
  const { rows } = await session.query<{ orders: number }>(checks.largest);
  const law = new Allotment(harmonics(mark.counts.tenants), mark.counts.orders);
  const expected = rows.map((_, rank) => law.count(rank));
  const off = rows.findIndex(({ orders }, rank) => Math.abs(orders - expected[rank]!) > 20 + orders / 10);
  return off < 0
    ? []
    : [
        `Zipf: tenant number ${off + 1} by size has ${rows[off]!.orders} orders, its law says ${expected[off]}.`,
      ];
}

async function shape(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ what: string; value: number; low: number; high: number }>(
    checks.shape,
  );
  const percent = (share: number) => `${+(share * 100).toPrecision(2)} %`;
  return rows
    .filter(({ value, low, high }) => value < low || value > high)
    .map(
      ({ what, value, low, high }) =>
        `Selectivity: ${percent(value)} ${what}, ${percent(low)} to ${percent(high)} are expected.`,
    );
}
