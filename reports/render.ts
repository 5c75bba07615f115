import type { Result } from '../result/result.ts';

export const formats = ['html', 'md', 'junit', 'openmetrics', 'csv'] as const;
export type Format = (typeof formats)[number];

/** A result as text of a format. Each format is loaded when it is asked for: html brings the charts. */
export async function render(result: Result, format: Format): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('./html/report.ts')).renderHtml(result);
    case 'md':
      return (await import('./markdown/summary.ts')).renderMarkdown(result);
    case 'junit':
      return (await import('./junit.ts')).renderJunit(result);
    case 'csv':
      return (await import('./csv.ts')).renderCsv(result);
    case 'openmetrics':
      return (await import('./openmetrics.ts')).renderOpenMetrics(result);
  }
}
