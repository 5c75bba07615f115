import type { Finding, Result } from '../../../result/result.ts';
import { text } from '../text.ts';

const maxShown = 10;

/** What to look at, worst first; the rest and what is accepted stand in the report. */
export function findings({ findings: all = [] }: Result): string {
  if (all.length === 0) return '';
  const open = all.filter(({ known }) => known === undefined);
  const known = all.length - open.length;
  const left = [
    open.length > maxShown && `${open.length - maxShown} more`,
    known > 0 && `${known} known and accepted`,
  ].filter(Boolean);
  return [
    '## Findings',
    '',
    ...open.slice(0, maxShown).map((each, at) => `${at + 1}. ${line(each)}`),
    ...(left.length > 0 ? ['', `_In the report: ${left.join(', ')}._`] : []),
  ].join('\n');
}

const line = ({ severity, sentence }: Finding): string => `**severity ${severity}**: ${text(sentence)}`;
