import { judgeWork } from './work.ts';

/** Pages of one statement and tenant, before and after the change. */
export interface Reading {
  readonly statement: string;
  readonly tenantClass: string;
  readonly weight: number;
  readonly before: number;
  readonly after: number;
}

/** What the change costs or saves besides reading; null where it could not be had. */
export interface Price {
  readonly walBytesPerInsert: number | null;
  readonly walBytesPerUpdate: number | null;
  readonly hotPct: number | null;
  /** Of an update of a column that the index contains. */
  readonly walBytesPerIndexedUpdate?: number | null;
  readonly hotPctIndexed?: number | null;
}

export interface IndexChangeFacts {
  readonly kind: 'add' | 'drop' | 'replace' | 'alter';
  readonly readings: readonly Reading[];
  readonly price: { readonly before: Price; readonly after: Price };
  /** What a dropped index guards or serves beyond the catalogue: "UNIQUE (...)", "foreign key ...". */
  readonly duties: readonly string[];
  /** Existing indexes that already have what an added one has. */
  readonly redundantWith: readonly string[];
}

export interface IndexAnswer {
  readonly verdict: 'keep' | 'do-not' | 'depends';
  readonly helped: readonly string[];
  readonly regressed: readonly string[];
  readonly unchanged: readonly string[];
  /** Pages of the workload: each statement's mean over the tenants, by its weight. */
  readonly workload: { readonly before: number; readonly after: number };
  readonly sentence: string;
}

/**
 * keep: somebody gains and nobody loses more than a tenth; do-not: somebody loses, or nobody gains by an added index;
 * depends: both, or the gain is of statements that the workload never runs, or the index has a duty that reading does
 * not show.
 */
export function answerIndexChange(facts: IndexChangeFacts): IndexAnswer {
  const regressed = statementsWith(facts.readings, 'more');
  const helped = statementsWith(facts.readings, 'less').filter((name) => !regressed.includes(name));
  const mixed = statementsWith(facts.readings, 'less').filter((name) => regressed.includes(name));
  const all = [...new Set(facts.readings.map(({ statement }) => statement))];
  const unchanged = all.filter((name) => !helped.includes(name) && !regressed.includes(name));
  const workload = workloadOf(facts.readings);
  const { verdict, why } = judge(facts, helped, regressed, mixed);
  const sentence = `${words(facts.kind)[verdict]}: ${why}; ${workloadText(workload)}${priceText(facts.price)}.`;
  return { verdict, helped, regressed, unchanged, workload, sentence };
}

function judge(
  { kind, readings, duties, redundantWith }: IndexChangeFacts,
  helped: readonly string[],
  regressed: readonly string[],
  mixed: readonly string[],
): { verdict: IndexAnswer['verdict']; why: string } {
  const worst = worstOf(readings, regressed, 'before', 'after');
  const best = worstOf(readings, helped, 'after', 'before');
  if (mixed.length > 0)
    return { verdict: 'depends', why: `${mixed.join(', ')} gains for one tenant and loses for another` };
  if (helped.length > 0 && regressed.length > 0)
    return { verdict: 'depends', why: `${best} gains, but ${worst} loses` };
  if (regressed.length > 0) return { verdict: 'do-not', why: `${worst} loses` };
  if (duties.length > 0)
    return { verdict: 'depends', why: `no statement loses, but it has a duty: ${duties.join('; ')}` };
  if (kind === 'drop') return { verdict: 'keep', why: 'no statement of the catalogue needs it' };
  if (helped.length === 0) {
    const twin = redundantWith.length > 0 ? ` (${redundantWith.join('; ')})` : '';
    return { verdict: 'do-not', why: `no statement of the catalogue gains by it${twin}` };
  }
  const run = readings.some(({ statement, weight }) => helped.includes(statement) && weight > 0);
  if (!run)
    return { verdict: 'depends', why: `only ${helped.join(', ')} gains, which the workload never runs` };
  return { verdict: 'keep', why: `${best} gains and nothing loses` };
}

const words = (kind: IndexChangeFacts['kind']): Record<IndexAnswer['verdict'], string> =>
  kind === 'drop'
    ? { keep: 'Drop it', 'do-not': 'Do not drop it', depends: 'It depends' }
    : { keep: 'Keep it', 'do-not': 'Do not', depends: 'It depends' };

const statementsWith = (readings: readonly Reading[], work: 'more' | 'less'): string[] => [
  ...new Set(
    readings
      .filter(({ before, after }) => judgeWork(before, after) === work)
      .map(({ statement }) => statement),
  ),
];

/** The statement whose pages grow most, by its weight, and how many more there are. */
function worstOf(
  readings: readonly Reading[],
  statements: readonly string[],
  from: 'before' | 'after',
  to: 'before' | 'after',
): string {
  const growth = (one: Reading) => (one[to] - one[from]) * Math.max(one.weight, 0.01);
  const top = readings
    .filter(({ statement }) => statements.includes(statement))
    .toSorted((x, y) => growth(y) - growth(x))[0];
  if (!top) return '';
  const more = statements.length > 1 ? ` (and ${statements.length - 1} more)` : '';
  const { before, after, tenantClass } = top;
  return `${top.statement}${more}, ${pages(before)} → ${pages(after)} pages for the ${tenantClass},`;
}

function workloadOf(readings: readonly Reading[]): { before: number; after: number } {
  const weighed = readings.some(({ weight }) => weight > 0)
    ? readings
    : readings.map((r) => ({ ...r, weight: 1 }));
  const total = (side: 'before' | 'after') =>
    weighed.reduce((sum, reading) => sum + reading.weight * reading[side], 0) /
    Math.max(
      1e-9,
      weighed.reduce((sum, { weight }) => sum + weight, 0),
    );
  return { before: total('before'), after: total('after') };
}

function workloadText({ before, after }: { before: number; after: number }): string {
  if (before === 0) return 'the workload reads nothing';
  const percent = (100 * (after - before)) / before;
  if (Math.abs(percent) < 0.5) return 'the workload reads as many pages as before';
  return `the workload reads ${signed(percent)} % pages`;
}

function priceText({ before, after }: IndexChangeFacts['price']): string {
  const parts = [
    change('an insert', before.walBytesPerInsert, after.walBytesPerInsert),
    change('an update', before.walBytesPerUpdate, after.walBytesPerUpdate),
    hot(before.hotPct, after.hotPct),
    change(
      'an update of an indexed column',
      before.walBytesPerIndexedUpdate ?? null,
      after.walBytesPerIndexedUpdate ?? null,
    ),
    hot(before.hotPctIndexed ?? null, after.hotPctIndexed ?? null, ' of it'),
  ].filter((part) => part !== null);
  return parts.length > 0 ? `; ${parts.join(', ')}` : '';
}

function change(what: string, before: number | null, after: number | null): string | null {
  if (before === null || after === null || before === 0) return null;
  return `${what} writes ${signed((100 * (after - before)) / before)} % WAL`;
}

function hot(before: number | null, after: number | null, of = ''): string | null {
  if (before === null || after === null || Math.abs(after - before) < 1) return null;
  return `HOT updates${of} go from ${Math.round(before)} to ${Math.round(after)} %`;
}

const pages = (value: number) => String(Math.round(value));
const signed = (value: number) =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)}`;
