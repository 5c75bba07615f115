import type { Result } from '../../../result/result.ts';
import { text } from '../text.ts';

export function notes({ skipped, warnings }: Result): string {
  const lines = [
    ...warnings.map(({ message, advice }) => `- **Warning:** ${text(message)} ${text(advice)}`),
    ...skipped.map(({ part, why, how }) => `- **Skipped, ${text(part)}:** ${text(why)} ${text(how)}`),
  ];
  return lines.length ? `## Notes\n\n${lines.slice(0, 100).join('\n')}` : '';
}
