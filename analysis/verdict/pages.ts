import type { TrustCheck } from '../../result/run.ts';
import type { PageFacts } from './facts.ts';

export const wrongPages = 'lists whose pages are not the list';

/** None of a run that did not page. */
export function rightPages(checks: readonly PageFacts[]): TrustCheck[] {
  if (checks.length === 0) return [];
  const wrong = checks.filter(({ pagesEqual }) => !pagesEqual);
  const [first] = wrong;
  const rows = checks.reduce((sum, { joinedRows }) => sum + joinedRows, 0);
  return [
    {
      name: wrongPages,
      ok: wrong.length === 0,
      value: wrong.length,
      limit: 0,
      unit: 'lists',
      why: first
        ? `${first.list}, ${first.tenantClass}: ${first.why ?? 'its pages differ from it.'}`
        : `${rows.toLocaleString('en-US')} rows of ${checks.length} lists, read page by page, are the lists.`,
    },
  ];
}
