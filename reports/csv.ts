import { figuresOf } from '../result/figures-of.ts';
import type { Result } from '../result/result.ts';

const columns = [
  ...['run', 'startedAt', 'measure', 'name', 'labels', 'value', 'unit', 'low', 'high', 'samples'],
  ...['better', 'kind', 'trust', 'why'],
] as const;

/** Every figure of a run as a row (RFC 4180): values in the unit that stands beside them, an empty cell where there is none. */
export const renderCsv = (result: Result): string =>
  [
    columns.join(','),
    ...figuresOf(result).map(
      ({ measure, name, labels, value, unit, low, high, samples, better, kind, trust, why }) =>
        [
          ...[result.run.id, result.run.startedAt, measure, name, labelText(labels)],
          ...[value, unit, low, high, samples, better, kind, trust, why],
        ]
          .map(cell)
          .join(','),
    ),
    '',
  ].join('\r\n');

const labelText = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(';');

/** Text that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
