import { type Prices, priceText, signed, type WritesOfMix, writeVote } from './index-price.ts';
import { type Reading, readingText, workOf } from './index-reading.ts';

/** A table whose index changes. */
export interface ChangedTable {
  readonly name: string;
  readonly rows: number;
  readonly pages: number;
  /** Pages of its largest partition; of a table without any the same. */
  readonly largestPart: number;
}

export interface IndexChangeFacts {
  /** alter: storage parameters and the like, after a REINDEX; rename: the name only. */
  readonly kind: 'add' | 'drop' | 'replace' | 'alter' | 'rename';
  /** Of every statement that can touch the tables. */
  readonly readings: readonly Reading[];
  /** Statements that can touch them and could not be read: name and reason. */
  readonly unread: readonly string[];
  readonly tables: readonly ChangedTable[];
  /** Changed indexes that hold no row of this data. */
  readonly empty: readonly string[];
  /** Added indexes that no plan can use: built ON ONLY a partitioned table, or left invalid. */
  readonly invalid: readonly string[];
  readonly price: Prices;
  readonly writes: WritesOfMix;
  /** What a dropped index guards or serves beyond the catalogue: "UNIQUE (...)", "foreign key ...". */
  readonly duties: readonly string[];
  /** What an added index does beyond serving reads, and none did before: the same. */
  readonly gives: readonly string[];
  /** Existing indexes that already have what an added one has. */
  readonly redundantWith: readonly string[];
}

export type IndexVerdict = 'keep' | 'do-not' | 'depends' | 'cannot-say';

export interface IndexAnswer {
  readonly verdict: IndexVerdict;
  readonly helped: readonly string[];
  readonly regressed: readonly string[];
  readonly unchanged: readonly string[];
  /** Pages of the workload: each statement's mean over the tenants, by its weight. */
  readonly workload: { readonly before: number; readonly after: number };
  readonly sentence: string;
}

/** A smaller table, or partition, is read whole for fewer pages than make a difference, so no index shows its worth there. */
const leastPages = 8;

/**
 * keep: a statement gains, none loses more than a tenth, and no write that happens becomes clearly dearer; do-not: a
 * statement loses, or none gains by an added index; depends: both, or a gain that writes pay for or that the workload
 * never runs, or a duty that reading does not show; cannot-say: nothing was found, but not because nothing is there.
 */
export function answerIndexChange(facts: IndexChangeFacts): IndexAnswer {
  const regressed = statementsWith(facts.readings, 'more');
  const helped = statementsWith(facts.readings, 'less').filter((name) => !regressed.includes(name));
  const all = [...new Set(facts.readings.map(({ statement }) => statement))];
  const unchanged = all.filter((name) => !helped.includes(name) && !regressed.includes(name));
  const workload = workloadOf(facts.readings);
  const { verdict, why, bare } = judge(facts, helped, regressed);
  const rest = bare ? '' : `; ${workloadText(workload)}${priceText(facts.price, facts.writes)}`;
  const sentence = `${words(facts.kind)[verdict]}: ${why}${rest}.`;
  return { verdict, helped, regressed, unchanged, workload, sentence };
}

interface Judgement {
  readonly verdict: IndexVerdict;
  readonly why: string;
  /** Neither pages nor prices follow: they say nothing here. */
  readonly bare?: true;
}

function judge(facts: IndexChangeFacts, helped: readonly string[], regressed: readonly string[]): Judgement {
  if (facts.kind === 'rename')
    return { verdict: 'keep', why: 'it changes a name, and nothing that is read or written', bare: true };
  if (facts.invalid.length > 0)
    return {
      ...{ verdict: 'cannot-say', bare: true },
      why: `${facts.invalid.join(', ')} is invalid until every partition has its part (ALTER INDEX ... ATTACH PARTITION), so no plan can use it yet; judge the whole index: leave ONLY out`,
    };
  return found(facts, helped, regressed) ?? unseen(facts, helped) ?? worth(facts, helped);
}

/** A loss is one, whatever could not be seen. */
function found(
  { readings }: IndexChangeFacts,
  helped: readonly string[],
  regressed: readonly string[],
): Judgement | null {
  if (regressed.length === 0) return null;
  const mixed = statementsWith(readings, 'less').filter((name) => regressed.includes(name));
  const worst = mostMoved(readings, regressed, 'more');
  if (mixed.length > 0)
    return { verdict: 'depends', why: `${worst} loses, and ${mixed.join(', ')} gains for another tenant` };
  if (helped.length > 0)
    return { verdict: 'depends', why: `${mostMoved(readings, helped, 'less')} gains, but ${worst} loses` };
  return { verdict: 'do-not', why: `${worst} loses` };
}

/** Why "nothing loses" or "nothing gains" is not known. */
function unseen(facts: IndexChangeFacts, helped: readonly string[]): Judgement | null {
  const { unread, tables, empty, readings } = facts;
  const names = tables.map(({ name }) => name).join(', ');
  const open = (why: string): Judgement => ({ verdict: 'cannot-say', why, bare: true });
  if (unread.length > 0)
    return open(
      `no statement that was read loses, but ${unread.length === 1 ? 'one' : `${unread.length}`} that can touch ${names} could not be read: ${unread.join('; ')}`,
    );
  if (helped.length > 0) return null;
  if (readings.length === 0) return open(`no statement of the catalogue can touch ${names}`);
  const small = tables.find(({ largestPart }) => largestPart < leastPages);
  if (small)
    return open(
      small.rows === 0
        ? `${small.name} has 0 rows, so nothing that reads it can gain or lose`
        : smallText(small),
    );
  if (empty.length > 0)
    return open(
      `no row of ${names} fulfils the condition of ${empty.join(', ')}, so it holds nothing that could be read`,
    );
  return null;
}

function smallText({ name, rows, pages, largestPart }: ChangedTable): string {
  const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const size = `${name} has ${counted(rows, 'row')} in ${counted(pages, 'page')}`;
  return largestPart === pages
    ? `${size}: a table is read whole for that, with and without an index`
    : `${size}, and none of its partitions more than ${largestPart}: each is read whole for that, with and without an index`;
}

function worth(facts: IndexChangeFacts, helped: readonly string[]): Judgement {
  const { kind, readings, duties, gives, redundantWith, tables } = facts;
  const count = new Set(readings.map(({ statement }) => statement)).size;
  const names = tables.map(({ name }) => name).join(', ');
  const judgedBy =
    count === 1
      ? `the one statement of the catalogue that can touch ${names}`
      : `the ${count} statements of the catalogue that can touch ${names}`;
  if (duties.length > 0)
    return {
      verdict: 'depends',
      why: `none of ${judgedBy} loses, but it has a duty: ${duties.join('; ')}`,
    };
  if (kind === 'drop') return { verdict: 'keep', why: `none of ${judgedBy} needs it` };
  if (helped.length === 0) {
    if (kind === 'alter')
      return {
        verdict: 'depends',
        why: `none of ${judgedBy} reads more or fewer pages after a REINDEX; until then it counts for pages that are written from now on`,
      };
    if (gives.length > 0)
      return {
        verdict: 'depends',
        why: `none of ${judgedBy} gains by it, but it has a duty: ${gives.join('; ')}`,
      };
    const twin = redundantWith.length > 0 ? ` (${redundantWith.join('; ')})` : '';
    return { verdict: 'do-not', why: `none of ${judgedBy} gains by it${twin}` };
  }
  const run = readings.some(({ statement, weight }) => helped.includes(statement) && weight > 0);
  if (!run)
    return { verdict: 'depends', why: `only ${helped.join(', ')} gains, which the workload never runs` };
  const gains = `${mostMoved(readings, helped, 'less')} gains and none of ${judgedBy} loses`;
  const vote = writeVote(facts.price, facts.writes, readings);
  return vote === null
    ? { verdict: 'keep', why: gains }
    : { verdict: 'depends', why: `${gains}, but ${vote}`, bare: true };
}

const words = (kind: IndexChangeFacts['kind']): Record<IndexVerdict, string> => ({
  keep: kind === 'drop' ? 'Drop it' : kind === 'rename' ? 'Nothing changes' : 'Keep it',
  'do-not': kind === 'drop' ? 'Do not drop it' : 'Do not',
  depends: 'It depends',
  'cannot-say': 'Cannot say',
});

const statementsWith = (readings: readonly Reading[], work: 'more' | 'less'): string[] => [
  ...new Set(readings.filter((reading) => workOf(reading) === work).map(({ statement }) => statement)),
];

/** The statement whose pages move most, by its weight, and how many more there are. */
function mostMoved(
  readings: readonly Reading[],
  statements: readonly string[],
  work: 'more' | 'less',
): string {
  const moved = (one: Reading) => Math.abs(one.after - one.before) * Math.max(one.weight, 0.01);
  const top = readings
    .filter((reading) => statements.includes(reading.statement) && workOf(reading) === work)
    .toSorted((x, y) => moved(y) - moved(x))[0];
  if (!top) return '';
  const more = statements.length > 1 ? ` (and ${statements.length - 1} more)` : '';
  return `${top.statement}${more}, ${readingText(top)} for the ${top.tenantClass},`;
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
  if (before === 0) return 'these statements read nothing';
  const percent = (100 * (after - before)) / before;
  if (Math.abs(percent) < 0.5) return 'these statements read as many pages as before, by their weights';
  return `these statements read ${signed(percent)} % pages, by their weights`;
}
