import { relative } from 'node:path';
import { suggest } from '../config/nearest.ts';

/** Something wrong in a file of the catalogue; `line` counts from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface HeaderEntry {
  readonly value: string;
  readonly line: number;
}

/** The leading `-- key: value` lines of a .sql file, and the SQL after them. */
export interface Header<Key extends string> {
  readonly entries: ReadonlyMap<Key, HeaderEntry>;
  readonly body: string;
  /** Line of the body's first line. */
  readonly bodyLine: number;
}

/**
 * Splits a .sql file into its header and its SQL. A value goes on in the next line when that line is indented by
 * three or more spaces after the `--`. Reports unknown and repeated keys and lines that are no `key: value`.
 */
export function readHeader<Key extends string>(
  file: string,
  text: string,
  keys: readonly Key[],
  problems: Problem[],
): Header<Key> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const entries = new Map<Key, HeaderEntry>();
  let last: Key | undefined;
  let at = 0;
  for (; at < lines.length && lines[at]!.startsWith('--'); at++) {
    const line = at + 1;
    const continued = /^--\s{3,}(\S.*)$/.exec(lines[at]!);
    if (continued && last) {
      const before = entries.get(last)!;
      entries.set(last, { ...before, value: `${before.value} ${continued[1]!.trim()}`.trim() });
      continue;
    }
    const match = /^--\s*([A-Za-z][\w-]*)\s*:\s*(.*)$/.exec(lines[at]!);
    if (!match) {
      problems.push({ file, line, message: `"${lines[at]}" is no header line (\`-- key: value\`).` });
      continue;
    }
    const key = match[1] as Key;
    last = undefined;
    if (!keys.includes(key)) {
      problems.push({ file, line, message: `Unknown key "${key}". ${suggest(key, keys)}` });
    } else if (entries.has(key)) {
      problems.push({ file, line, message: `Key "${key}" is given twice.` });
    } else {
      entries.set(key, { value: match[2]!.trim(), line });
      last = key;
    }
  }
  return { entries, body: lines.slice(at).join('\n'), bodyLine: at + 1 };
}

/** The value of a key that must be there; reports it when it is not. */
export function required<Key extends string>(
  header: Header<Key>,
  key: Key,
  file: string,
  problems: Problem[],
): string {
  const value = header.entries.get(key)?.value ?? '';
  if (value === '') problems.push({ file, line: 1, message: `The header lacks "-- ${key}: ...".` });
  return value;
}

/** A file as a user of this folder names it: relative below it, else as it is. */
export const shownPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
};
