import type { Result, RlsOverhead } from '../../../result/result.ts';
import { count, ratio } from '../../format.ts';
import { given, interval } from '../cells.ts';
import { maxRows, table } from '../table.ts';
import { code, text } from '../text.ts';

export function rls({ rls: data }: Result): string {
  if (!data) return '';
  const { reads, rows, foreignRows } = data.leaks;
  const leaks = `${count(foreignRows)} rows of another tenant among ${count(rows)} rows of ${count(reads)} reads.`;
  const overhead = table(
    'Row-level security',
    ['Statement', 'Policy', 'Tenant', 'Time against owner', 'Interval', 'Pairs'],
    data.overhead.map((each) => [
      each.statement,
      each.variant,
      each.tenantClass,
      given(each.ratio, ratio),
      interval(each),
      count(each.pairs),
    ]),
  );
  return [overhead || '## Row-level security', keptFromIndex(data.overhead), leaks]
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
