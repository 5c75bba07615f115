import type { Result, RlsOverhead } from '../../../result/result.ts';
import { count } from '../../format.ts';
import { maxRows } from '../table.ts';
import { code, text } from '../text.ts';
import { figures } from './figures.ts';

const all = figures('rls');

export function rls(result: Result): string {
  if (!result.rls) return '';
  const { reads, rows, foreignRows } = result.rls.leaks;
  const leaks = `${count(foreignRows)} rows of another tenant among ${count(rows)} rows of ${count(reads)} reads.`;
  return [all(result) || '## Row-level security', keptFromIndex(result.rls.overhead), leaks]
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
