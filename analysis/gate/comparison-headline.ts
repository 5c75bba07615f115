import type { ComparisonResult } from '../../result/result.ts';

type Row = Pick<ComparisonResult, 'metric' | 'a' | 'b' | 'ratio' | 'role' | 'verdict'>;

/**
 * The answer of a comparison in one line: which side, and by how much.
 * @param doubt what puts its times in doubt: then which side is faster is not known, whatever was measured
 */
export function comparisonHeadline(rows: readonly Row[], doubt: string | null = null): string {
  const of = (role: Row['role'], verdict: string) =>
    rows.filter((row) => row.role === role && row.verdict === verdict);
  const worse = [
    ...counted('A AND B RETURN OTHER ROWS', of('exact', 'results differ')),
    ...counted(
      'B FAILS',
      of('exact', 'regression').filter(({ b }) => b === null),
    ),
    ...counted(
      'B READS MORE',
      of('exact', 'regression').filter(({ b }) => b !== null),
    ),
  ];
  const [moved] = of('control', 'moved');
  const why = moved ? `${moved.metric} moved` : doubt && `${doubt} did not hold`;
  if (why) return [...worse, `CANNOT SAY which side is faster: ${why}`].join('; ');
  const slower = by('B IS SLOWER', of('primary', 'regression'));
  const open = rows.some(
    ({ role, verdict }) => role === 'primary' && !['pass', 'improvement', 'regression'].includes(verdict),
  );
  const answers = [...worse, ...slower, ...(of('primary', 'waits').length > 0 ? ['B WAITS LONGER'] : [])];
  if (answers.length > 0) return answers.join('; ');
  const [unstable] = of('exact', 'unstable');
  if (unstable) return `CANNOT SAY what B reads: a re-ANALYZE alone turns ${unstable.metric}`;
  if (open || !rows.some(({ role }) => role === 'primary')) return 'CANNOT SAY which side is faster';
  const better = [
    ...counted('B READS LESS', of('exact', 'improvement')),
    ...by('B IS FASTER', of('primary', 'improvement')),
  ];
  return better.length > 0
    ? better.join('; ')
    : 'B IS NOT WORSE: no more pages, and not slower by 5 % or more';
}

function counted(words: string, rows: readonly Row[]): string[] {
  const [worst] = rows.toSorted(
    (x, y) => Math.abs((y.b ?? 0) - (y.a ?? 0)) - Math.abs((x.b ?? 0) - (x.a ?? 0)),
  );
  if (!worst) return [];
  const more = rows.length > 1 ? ` and ${rows.length - 1} more` : '';
  const figures =
    worst.a === null || worst.b === null ? '' : ` ${Math.round(worst.a)} → ${Math.round(worst.b)}`;
  return [`${words}: ${worst.metric}${figures}${more}`];
}

function by(words: string, rows: readonly Row[]): string[] {
  const ratio = (row: Row) => Math.abs(Math.log(row.ratio ?? 1));
  const [most] = rows.toSorted((x, y) => ratio(y) - ratio(x));
  if (!most || most.ratio === null) return [];
  return [`${words} by ${(100 * Math.abs(most.ratio - 1)).toFixed(1)} % (${most.metric})`];
}
