import type { Result } from '../result/result.ts';
import { picturesThere } from './pictures/pictures-there.ts';

export const formats = ['html', 'md', 'junit', 'openmetrics', 'csv'] as const;
export type Format = (typeof formats)[number];

/**
 * A result as text of a format. Each format is loaded when it is asked for: html brings the charts. From the folder of the run,
 * where there is one, it takes the plans as the server gave them, and names the pictures that were written there.
 */
export async function render(result: Result, format: Format, directory?: string): Promise<string> {
  switch (format) {
    case 'html': {
      const { rawPlans } = await import('./html/plan/raw-plans.ts');
      const raw = directory === undefined ? null : await rawPlans(directory, result);
      return (await import('./html/report.ts')).renderHtml(result, raw);
    }
    case 'md': {
      const { renderMarkdown } = await import('./markdown/summary.ts');
      return renderMarkdown(result, directory === undefined ? [] : await picturesThere(directory, result));
    }
    case 'junit':
      return (await import('./junit.ts')).renderJunit(result);
    case 'csv':
      return (await import('./csv.ts')).renderCsv(result);
    case 'openmetrics':
      return (await import('./openmetrics.ts')).renderOpenMetrics(result);
  }
}
