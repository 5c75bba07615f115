import type { Result, RlsOverhead, RlsResult } from '../../../result/result.ts';
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
  return [overhead || '## Row-level security', keptFromIndex(data.overhead), leaks, waysPast(data.attacks)]
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
