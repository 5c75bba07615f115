import { isBlank, type Line } from '../source/line.ts';
import { prefixPattern } from './line-prefix.ts';

/** What auto_explain wrote of one statement, without what the log put before its lines. */
export interface LogEntry {
  /** Of the line with the duration. */
  readonly at: number;
  readonly ms: number;
  readonly body: readonly Line[];
  /** Where it ends is known: by its tabs, its prefix or its one line. */
  readonly whole: boolean;
}

/** What auto_explain writes before each plan, in every format of a log and of a plan: the plan follows, or a line break. */
const marker =
  /^(.*?)duration: ([\d.]+) ms\s+plan:[ \t]*((?:#012|\\n|Query (?:Text|Identifier|Parameters): |[A-Z{[<]).*|)$/;
/** What begins auto_explain's text, in every format of a plan. */
const beginning =
  /^(.*?)(?=Query Text: |"?Query Text"?: |Query Identifier: |\{\s*$|\[\s*$|\{\s*"|Plan:|<explain\b)/;
const severity =
  /\b(?:LOG|ERROR|WARNING|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|NOTICE|INFO|DEBUG\d?|QUERY|LOCATION): {1,2}\S/;
/** Lines of other processes between two of one entry, at most. */
const mostOthers = 500;

/** Every plan that auto_explain logged; empty when the text is no such log. */
export function logEntries(lines: readonly Line[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let i = 0; i < lines.length; i++) {
    const { text, at } = lines[i]!;
    if (!text.includes(' plan:')) continue;
    const [, before, ms, rest] = marker.exec(text) ?? [];
    if (ms === undefined) continue;
    const escaped = rest !== '' ? inOneLine(rest!, at) : null;
    const { body, next, whole } = escaped
      ? { body: escaped, next: i + 1, whole: true }
      : bodyOf(lines, i + 1, before!);
    entries.push({ at, ms: Number(ms), body, whole });
    // lines of another process may stand between those of this entry: they are looked at too
    i = Math.max(i, Math.min(next, nextMarker(lines, i + 1)) - 1);
  }
  return entries;
}

const nextMarker = (lines: readonly Line[], from: number): number => {
  for (let i = from; i < lines.length; i++)
    if (lines[i]!.text.includes(' plan:') && marker.test(lines[i]!.text)) return i;
  return lines.length;
};

/** rsyslog writes #012 for a line break, others write \n. */
function inOneLine(rest: string, at: number): Line[] {
  return rest
    .replace(/^(?:#012|\\n)/, '')
    .split(/#012|\\n/)
    .map((text) => ({ text: text.replace(/^(?:#011|\\t)/, ''), at }));
}

function bodyOf(
  lines: readonly Line[],
  from: number,
  before: string,
): { body: Line[]; next: number; whole: boolean } {
  const start = firstOfEntry(lines, from, before);
  const first = lines[start];
  if (!first) return { body: [], next: from, whole: true };
  const prefix = beginning.exec(first.text)?.[1] ?? '';
  return prefix.trim() === '' ? plainBody(lines, start, prefix, before) : prefixedBody(lines, start, prefix);
}

/** Where every line is counted ("[3-2]") the next may be another process's: its plan is not this entry's. */
function firstOfEntry(lines: readonly Line[], from: number, before: string): number {
  const [counted] = /^.*?\[\d+-\d+\]/.exec(before) ?? [];
  // a server that counts its entries in log_line_prefix does not count their further lines
  if (counted === undefined || !/\[\d+-\d+\]/.test(lines[from]?.text ?? '')) return from;
  const pattern = prefixPattern(counted);
  for (let i = from; i < Math.min(lines.length, from + mostOthers); i++)
    if (pattern.test(lines[i]!.text)) return i;
  return from;
}

/** stderr: each line that goes on begins with a tab. Where tabs are lost, up to the next line that begins an entry. */
function plainBody(lines: readonly Line[], from: number, indent: string, before: string) {
  const tab = indent.startsWith('\t');
  const begins = before.trim() === '' ? null : prefixPattern(before.trimEnd().replace(/\s*\w+:$/, ''));
  const body: Line[] = [];
  let i = from;
  for (; i < lines.length; i++) {
    const { text, at } = lines[i]!;
    if (tab ? !text.startsWith('\t') && text !== '' : i > from && endsEntry(text, begins)) break;
    body.push({ text: text.startsWith(indent) ? text.slice(indent.length) : text.trimStart(), at });
  }
  while (body.length > 0 && isBlank(body.at(-1)!)) body.pop();
  return { body, next: i, whole: tab };
}

const endsEntry = (text: string, begins: RegExp | null): boolean =>
  marker.test(text) ||
  (begins?.test(text) && begins.source.length > 8
    ? true
    : /^\S/.test(text) && severity.test(text.slice(0, 200)));

/** syslog, Heroku, containers: each line has its prefix, and those of other processes stand between them. */
function prefixedBody(lines: readonly Line[], from: number, prefix: string) {
  const [, base = prefix, tab = ''] = /^(.*?)(#011|\t)?$/.exec(prefix) ?? [];
  const pattern = prefixPattern(base);
  const counted = /\[\d+-\d+\]/.test(base);
  const body: Line[] = [];
  let [i, others] = [from, 0];
  let last = from;
  for (; i < lines.length && others < mostOthers; i++) {
    const { text, at } = lines[i]!;
    const match = pattern.exec(text);
    if (!match) {
      others++;
      continue;
    }
    const rest = text.slice(match[0].length);
    if (
      i > from &&
      (rest.includes(' plan:') ? marker.test(rest) : !counted && severity.test(rest.slice(0, 200)))
    )
      break;
    if (tab !== '' && !rest.startsWith(tab)) {
      if (tab !== '#011' || body.length === 0) break;
      // a long line that syslog cut in two
      body.push({
        ...body.pop()!,
        text: `${lines[last]!.text.slice(pattern.exec(lines[last]!.text)![0].length + tab.length)}${rest}`,
      });
    } else body.push({ text: rest.slice(tab.length), at });
    last = i;
    others = 0;
  }
  return { body, next: last + 1, whole: true };
}
