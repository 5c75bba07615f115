import { answerIndexChange, type IndexChangeFacts } from '../../analysis/gate/index-answer.ts';
import type { IndexResult, WritePrice } from '../../result/result.ts';
import type { IndexDdl } from './ddl.ts';
import type { Seen } from './index-change.ts';
import type { Index } from './indexes.ts';

/** All that was seen of a change and measured of it. */
export type IndexFacts = Seen &
  Omit<IndexChangeFacts, 'price'> & {
    readonly price: { readonly before: WritePrice; readonly after: WritePrice };
    readonly statements: NonNullable<IndexResult['statements']>;
    readonly usedBy: readonly string[];
    readonly notes: readonly string[];
  };

/** @param listed statements whose pages are listed; those that lose always are */
export function resultOf(
  ddl: readonly IndexDdl[],
  facts: IndexFacts,
  listed: ReadonlySet<string> | undefined,
): IndexResult {
  const answer = answerIndexChange(facts);
  const bytes = (indexes: readonly Index[]) => indexes.reduce((sum, index) => sum + index.bytes, 0);
  const times = new Map(facts.readings.map((one) => [`${one.statement} ${one.tenantClass}`, one.time]));
  return {
    change: ddl.map(({ sql }) => sql).join('; '),
    helped: [...answer.helped],
    regressed: [...answer.regressed],
    unchanged: [...answer.unchanged],
    writePrice: facts.price.after,
    writePriceBefore: facts.price.before,
    writeNotes: [...facts.notes],
    sizeBytes: bytes([...facts.added, ...facts.altered]) - bytes(facts.dropped),
    buildMs: facts.builds.reduce((sum, { ms }) => sum + ms, 0),
    verdict: answer.verdict,
    answer: answer.sentence,
    locks: [...new Set(facts.builds.flatMap(({ locks }) => locks))],
    notes: notesOf(ddl, facts),
    workload: answer.workload,
    statements: facts.statements
      .filter(({ statement }) => !listed || listed.has(statement) || answer.regressed.includes(statement))
      .map((one) => {
        const time = times.get(`${one.statement} ${one.tenantClass}`);
        return { ...one, ...(time && { time }) };
      }),
  };
}

function notesOf(ddl: readonly IndexDdl[], facts: IndexFacts): string[] {
  const concurrently = ddl.some((one) => one.concurrently);
  const read = facts.kind !== 'rename' && facts.invalid.length === 0;
  return [
    concurrently ? 'Built CONCURRENTLY.' : 'Built without CONCURRENTLY, in one transaction.',
    ...(facts.added.length > 0 && read
      ? [
          facts.usedBy.length > 0
            ? `Used by the plans of: ${facts.usedBy.join(', ')}.`
            : 'No statement’s plan uses it.',
        ]
      : []),
    ...facts.renamed.map(({ name }) => `Renamed: ${name} is the same index as before.`),
    ...facts.altered.map(({ name }) => `${name} was built anew on both sides.`),
    ...facts.redundantWith.map((text) => `Redundant: ${text}.`),
    ...[...facts.duties, ...facts.gives].map((text) => `Duty: ${text}.`),
    ...facts.invalid.map((name) => `${name} is invalid.`),
    ...partitionNote(facts.added),
  ];
}

const partitionNote = (added: readonly Index[]): string[] =>
  added.some(({ definition }) => / ON ONLY /.test(definition))
    ? [
        'On a partitioned table CONCURRENTLY is refused: live, build it ON ONLY the parent, CONCURRENTLY on each partition, and attach.',
      ]
    : [];
