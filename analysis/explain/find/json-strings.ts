import { isFields } from '../field.ts';
import type { Line } from '../source/line.ts';

/** A value of JSON and the line on which it begins. */
export interface Value {
  readonly value: unknown;
  readonly line: number;
}

/** The values of a file that is JSON: one, or one a line, of which the last may be cut off. Null when it is none. */
export function jsonValues(lines: readonly Line[]): Value[] | null {
  const first = lines.find(({ text }) => text.trim() !== '');
  if (!first || !/^\s*["[{]/.test(first.text)) return null;
  const whole = parsed(lines.map(({ text }) => text).join('\n'));
  if (whole !== undefined) return [{ value: whole, line: first.at }];
  const full = lines.filter(({ text }) => text.trim() !== '');
  if (full.length < 2) return null;
  const values: Value[] = [];
  for (const [i, { text, at }] of full.entries()) {
    const value = parsed(text.trimEnd().replace(/,$/, ''));
    if (value !== null && typeof value === 'object') values.push({ value, line: at });
    // to find that a line is no JSON costs more than to read it
    else if (i >= mostTried && values.length < i / 4) return null;
  }
  return values.length > 0 && values.length >= full.length / 2 ? values : null;
}

/** Lines after which a file of which most are no JSON is none. */
const mostTried = 1000;

function parsed(text: string): unknown {
  if (!/^\s*["[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** SQL may look like a plan, and is none. */
const sql = /^(?:query|sql|statement|query[ _]?text|internal[ _]query|command)$/i;

/** Seconds since 1970 or fractions of them, which stand before each line of a log (Loki, journald). */
const time = /^1\d{9}(?:\d{3}){0,3}$/;

/**
 * All strings, grouped by where they stand: a log of one object a message has its messages in one group, the rows of a
 * driver or an API theirs in another.
 */
export function stringGroups(values: readonly Value[]): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const { value, line } of values) {
    const waiting: { value: unknown; path: string }[] = [{ value, path: '' }];
    while (waiting.length > 0) {
      const { value: each, path } = waiting.pop()!;
      if (typeof each === 'string') {
        if (time.test(each)) continue;
        const group = groups.get(path) ?? [];
        group.push({ text: each, at: line });
        groups.set(path, group);
      } else if (Array.isArray(each)) {
        for (const item of each.toReversed()) waiting.push({ value: item, path: `${path}[]` });
      } else if (isFields(each))
        for (const [name, item] of Object.entries(each).toReversed())
          if (!sql.test(name)) waiting.push({ value: item, path: `${path}.${name}` });
    }
  }
  return [...groups.values()];
}
