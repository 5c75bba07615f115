import { type Fields, isFields } from '../field.ts';
import { broken, type Found } from '../source/found.ts';
import { type Line, textOfLines } from '../source/line.ts';
import { jsonFault } from './json-fault.ts';

/** Where in a text an object with "Plan" stands. */
interface Span {
  readonly from: number;
  /** Past its closing bracket; null when none closes it. */
  readonly to: number | null;
}

/**
 * The objects with a "Plan" in JSON that stands anywhere in the text: in lists, wrappers, prose, several one after the
 * other. `covered` are the lines that they take.
 */
export function jsonObjects(lines: readonly Line[]): { found: Found[]; covered: Set<number> } {
  const covered = new Set<number>();
  if (!lines.some(({ text }) => text.includes('"Plan"'))) return { found: [], covered };
  const text = textOfLines(lines);
  const starts = startsOf(lines);
  const found = planSpans(text).map(({ from, to }, i, all): Found => {
    const first = indexAt(starts, from);
    const end = to ?? all[i + 1]?.from ?? text.length;
    for (let line = first; line <= indexAt(starts, Math.max(from, end - 1)); line++) covered.add(line);
    return read(text.slice(from, end), (at) => lines[indexAt(starts, from + at)]!.at);
  });
  return { found, covered };
}

/** PostgreSQL itself (15 to 18) closes the list of a MERGE's several targets too late: its tuples stand in the list. */
const tuplesInList = /(?<=\}),(\s+"Tuples Inserted": \d+,[^[\]{}]*?)\s+\]/g;

function read(text: string, lineAt: (at: number) => number): Found {
  try {
    const document: unknown = JSON.parse(text.replace(tuplesInList, ' ], $1'));
    if (isFields(document)) return { kind: 'plan', document, line: lineAt(0), format: 'json', notes: [] };
  } catch {
    // the fault is named below
  }
  const fault = jsonFault(text);
  return fault
    ? broken(lineAt(Math.min(fault.at, Math.max(0, text.trimEnd().length - 1))), fault.why)
    : broken(lineAt(0), 'its JSON cannot be read');
}

/** Strings of JSON end on their line, so a stray quote in prose hides no more than its line. */
function planSpans(text: string): Span[] {
  const open: { at: number; plan: boolean }[] = [];
  const objects: { plan: boolean }[] = [];
  const spans: Span[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      const end = endOfString(text, i);
      const object = objects.at(-1);
      if (
        object &&
        end - i === 5 &&
        text.startsWith('"Plan"', i) &&
        /^\s*:\s*\{/.test(text.slice(end + 1, end + 40))
      )
        object.plan = true;
      i = end;
    } else if (code === 123 || code === 91) {
      const opened = { at: i, plan: false };
      open.push(opened);
      if (code === 123) objects.push(opened);
    } else if (code === 125 || code === 93) {
      const opening = code === 125 ? '{' : '[';
      if ((code === 125 ? objects.length : open.length - objects.length) === 0) continue;
      for (let top = open.pop()!; ; top = open.pop()!) {
        const matches = text[top.at] === opening;
        if (text[top.at] === '{') objects.pop();
        if (top.plan) spans.push({ from: top.at, to: matches ? i + 1 : null });
        if (matches) break;
      }
    }
  }
  // what is open within what is never closed is of the same plan
  const cut = open.find(({ plan }) => plan);
  if (cut) spans.push({ from: cut.at, to: null });
  return spans.sort((a, b) => a.from - b.from);
}

/** The closing quote, or the end of the line. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) return i;
    else if (code === 10) return i - 1;
  }
  return text.length - 1;
}

function startsOf(lines: readonly Line[]): number[] {
  let at = 0;
  return lines.map(({ text }) => {
    const start = at;
    at += text.length + 1;
    return start;
  });
}

/** The line in which a character stands. */
function indexAt(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The objects with a "Plan" in a value already parsed, at any depth. */
export const planObjects = (value: unknown): Fields[] => outermost(value, (each) => isFields(each.Plan));

/** Nodes of a plan without the object around them, also those whose "Node Type" is written in another way. */
export const rootNodes = (value: unknown): Fields[] =>
  outermost(value, (each) => Object.keys(each).some((name) => /^node[ _-]?type$/i.test(name)));

function outermost(value: unknown, wanted: (each: Fields) => boolean): Fields[] {
  const found: Fields[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (isFields(each) && wanted(each)) found.push(each);
    else if (typeof each === 'object' && each !== null)
      for (const item of Object.values(each).toReversed()) waiting.push(item);
  }
  return found;
}
