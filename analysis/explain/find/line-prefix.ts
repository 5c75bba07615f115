import { figuresBegin, readNodeLine } from '../grammar/node-line.ts';
import { scanTypes } from '../grammar/node-types.ts';
import type { Line } from '../source/line.ts';

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';

/**
 * What a log puts before each line, as a pattern for the lines of the same entry: numbers may differ (time, counter), but
 * not the process in brackets, nor the entry of a syslog's "[entry-line]".
 */
export function prefixPattern(prefix: string): RegExp {
  const source = prefix
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\\\[(\d+)-\d+\\\]/g, (_, entry: string) => `\\[${letters(entry)}-\\d+\\]`)
    .replace(/\\\[(\d+)\\\]/g, (_, process: string) => `\\[${letters(process)}\\]`)
    .replace(/\d+/g, '\\d+')
    .replace(new RegExp(`\\b(?:${months})\\b`, 'g'), `(?:${months})`)
    .replace(/[\uE000-\uE009]/g, (digit) => String(digit.charCodeAt(0) - 0xe000))
    .replace(/^\s+(?=\S)/, '\\s*')
    .replace(/\s+(?=\S)/g, '\\s+');
  return new RegExp(`^${source}`);
}

/** Digits that stay as they are, out of the way of those that may differ. */
const letters = (digits: string) =>
  digits.replace(/\d/g, (digit) => String.fromCharCode(0xe000 + Number(digit)));

/** A prefix stands before the line of a node, which is no longer than this (the pattern below tries every place). */
const longest = 2000;

const arrow = /^(.{0,300}\S)(?=\s*->\s+[A-Z])/;
const type = new RegExp(
  `^(.{0,300}?(?:\\S(?=\\s)|[+:|>]))(?=\\s*(?:Parallel |Async |Partial |Finalize )*(?:${scanTypes.toSorted((a, b) => b.length - a.length).join('|')}|Hash(?:Aggregate)?|Merge|GroupAggregate|Insert|Update|Delete)\\b.*\\((?:cost=|actual |never ))`,
);

/** Lines without what some log or tool put before each of them. */
export function withoutPrefixes(lines: readonly Line[]): Line[] {
  const result = [...lines];
  for (let i = 0; i < result.length; i++) {
    const { text } = result[i]!;
    if (!figuresBegin.test(text) && !/\S\s*->\s+[A-Z]/.test(text)) continue;
    const prefix = prefixOf(text);
    if (!prefix) continue;
    const pattern = prefixPattern(prefix);
    const strip = (at: number): boolean => {
      const line = result[at];
      if (!line || !pattern.test(line.text)) return false;
      result[at] = { ...line, text: line.text.replace(pattern, '') };
      return true;
    };
    for (let at = i - 1; strip(at); at--);
    for (let at = i; strip(at); at++);
  }
  return result;
}

function prefixOf(text: string): string | null {
  if (/^\s*->/.test(text) || text.length > longest) return null;
  if (typeof readNodeLine(text.trim()) !== 'string') return null;
  const [, head] = arrow.exec(text) ?? type.exec(text) ?? [];
  // a condition may speak of a node too
  return head && head.length < 300 && !figuresBegin.test(head) && !/^\s*[A-Z][\w ]*: /.test(head)
    ? head
    : null;
}
