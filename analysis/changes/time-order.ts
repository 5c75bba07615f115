/** How the rows of a series stood, when not from oldest to newest. */
export type Disorder = 'newest first' | 'no order';

/**
 * The rows from oldest to newest, by what names them: dates, times, seconds since 1970, numbers of runs. Null when the
 * names are no times, or are in order already.
 */
export function timeOrder(
  labels: readonly string[],
): { readonly rows: readonly number[]; readonly was: Disorder } | null {
  const times = labels.map(timeOf);
  if (labels.length < 2 || times.some((time) => time === null)) return null;
  const steps = times.slice(1).map((time, i) => Math.sign(time! - times[i]!));
  if (!steps.includes(-1)) return null;
  const rows = labels.map((_, i) => i);
  if (!steps.includes(1)) return { rows: rows.toReversed(), was: 'newest first' };
  return { rows: rows.toSorted((a, b) => times[a]! - times[b]! || a - b), was: 'no order' };
}

const iso =
  /^\d{4}[-/]\d\d?[-/]\d\d?(?:[T ]\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?$/;

function timeOf(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!iso.test(trimmed)) return null;
  const time = Date.parse(trimmed.replaceAll('/', '-').replace(',', '.').replace(' UTC', 'Z'));
  return Number.isNaN(time) ? null : time;
}
