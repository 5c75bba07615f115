import type { Result, RlsOverhead, RlsResult } from '../../../result/result.ts';
import { count } from '../../format.ts';
import { maxRows } from '../table.ts';
import { code, text } from '../text.ts';
import { figures } from './figures.ts';

const all = figures('rls');

export function rls(result: Result): string {
  if (!result.rls) return '';
  const { reads, rows, foreignRows } = result.rls.leaks;
  const leaks = `${count(foreignRows)} rows of another tenant among ${count(rows)} rows of ${count(reads)} reads.`;
  return [
    all(result) || '## Row-level security',
    keptFromIndex(result.rls.overhead),
    leaks,
    waysPast(result.rls.attacks),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Each condition once, whatever form the policy has. */
function keptFromIndex(overhead: readonly RlsOverhead[]): string {
  const lines = overhead.flatMap(({ statement, keptFromIndex: kept = [] }) =>
    kept.map(
      ({ clause, functions }) =>
        `- ${text(statement)}: ${code(clause)} is a filter and no index condition, because ${code(functions.join(', '))} is not LEAKPROOF.`,
    ),
  );
  return [...new Set(lines)].slice(0, maxRows).join('\n');
}

function waysPast(attacks: RlsResult['attacks'] = []): string {
  if (attacks.length === 0) return '';
  const of = (outcome: string) => attacks.filter((each) => each.outcome === outcome);
  const lines = of('leaked').map(
    ({ name, via, answer }) => `- ${text(name)} through ${via}: ${text(answer)}`,
  );
  return [
    `${count(of('leaked').length)} of ${count(attacks.length - of('unchecked').length)} ways past the policies got through; ${count(of('known').length)} cannot be held, ${count(of('unchecked').length)} were not checked.`,
    ...lines.slice(0, maxRows),
  ].join('\n');
}
