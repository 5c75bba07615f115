import { rowCount } from '../grammar/text-line.ts';
import { isBlank, type Line } from '../source/line.ts';

/** Lines of a file: out of a table as it was printed, or still to be unwrapped. */
export interface Piece {
  readonly exact: boolean;
  readonly lines: readonly Line[];
}

/** What one way of printing gives back from line `at` on, and the line after it; null when it is none of it. */
export type Reader = (lines: readonly Line[], at: number) => { lines: Line[]; next: number } | null;

/** Cuts the tables out that one of the readers gives back exactly; what they do not fit stays as it is. */
export function piecesOf(lines: readonly Line[], readers: readonly Reader[]): Piece[] {
  const pieces: Piece[] = [];
  let loose: Line[] = [];
  for (let i = 0; i < lines.length; ) {
    const table = firstOf(readers, lines, i);
    if (!table) {
      loose.push(lines[i++]!);
      continue;
    }
    pieces.push({ exact: false, lines: loose }, { exact: true, lines: table.lines });
    loose = [];
    i = table.next;
  }
  return [...pieces, { exact: false, lines: loose }];
}

function firstOf(readers: readonly Reader[], lines: readonly Line[], at: number): ReturnType<Reader> {
  for (const read of readers) {
    const table = read(lines, at);
    if (table) return table;
  }
  return null;
}

/** Lines of a table in psql's aligned and wrapped formats. */
export const border = /^\s*(?:[-=─━═+┼┌┬┐└┴┘├┤╔╦╗╚╩╝╠╬╣╪╞╡╟╢|│║]{3,}|[+|][-=:+| ]{3,}[+|])\s*$/;
export const header = /^\s*(?:[|│║]\s*)?"?QUERY PLAN"?\s*(?:[|│║]\s*)?$/i;
export const record =
  /^\s*[+┌├╔╠|]?[-─═]?\[ ?(?:RECORD|record) \d+ ?\][-─═+┬┼╤╦╪]*[+┐┤╗╣]?\s*$|^\* Record \d+\s*$/;

/** A row goes on in the next line: at a line break of its own, or where the table is too narrow. */
type Ends = 'row' | 'break' | 'wrap';
const endsOf = (mark: string): Ends => (/[+↵]/.test(mark) ? 'break' : /[.…]/.test(mark) ? 'wrap' : 'row');

interface Printed extends Line {
  readonly ends: Ends;
}

function joined(printed: readonly Printed[]): Line[] {
  const lines: Line[] = [];
  for (const [i, { text, at, ends }] of printed.entries()) {
    const shown = ends === 'wrap' ? text : text.trimEnd();
    if (printed[i - 1]?.ends === 'wrap')
      lines.push({ at: lines.at(-1)!.at, text: lines.pop()!.text + shown });
    else lines.push({ text: shown, at });
  }
  return lines;
}

/** The frame says where a cell ends, and its last line how many rows there are. */
export const psqlGrid: Reader = (lines, at) => {
  if (!beginsGrid(lines, at)) return null;
  const under = lines[at + 1]!.text.trimEnd();
  const framed = /^[+├╟╠|│║]/.test(under);
  const bordered = framed || /^[ .…]/.test(lines[at + 2]?.text ?? '');
  const width = framed ? under.length - 1 : bordered ? under.length : under.length + 1;
  const printed: Printed[] = [];
  let [rows, blank] = [0, -1];
  for (let i = at + 2; i < lines.length; i++) {
    const { text, at: place } = lines[i]!;
    if (rowCount(text) === rows || (framed && border.test(text)))
      return framed
        ? { lines: joined(printed), next: i }
        : { lines: [...joined(printed), lines[i]!], next: i + 1 };
    if (isBlank(lines[i]!) && blank < 0) blank = printed.length;
    const line = framed ? framedLine(text) : text.trimEnd();
    const full = line !== null && widthOf(line) === width && /[+↵.…]$/.test(line);
    const left = bordered ? line?.[framed ? 1 : 0] : ' ';
    if (
      line === null ||
      beginsGrid(lines, i) ||
      (!full && widthOf(line) > width) ||
      !/^[ .…]?$/.test(left ?? '')
    )
      return blank > 0 ? { lines: joined(printed.slice(0, blank)), next: at + 2 + blank } : null;
    const ends = full ? endsOf(line.at(-1)!) : 'row';
    if (ends === 'row') rows++;
    printed.push({
      text: line.slice(framed ? 2 : bordered ? 1 : 0, full ? -1 : undefined),
      ...{ at: place, ends },
    });
  }
  const end = blank < 0 ? printed.length : blank;
  return { lines: joined(printed.slice(0, end)), next: at + 2 + end };
};

const beginsGrid = (lines: readonly Line[], at: number): boolean =>
  header.test(lines[at]!.text) && border.test(lines[at + 1]?.text ?? '');

/** Without the bar at its end. */
const framedLine = (text: string) => /^([|│║].*)[|│║]\s*$/.exec(text)?.[1]?.trimEnd() ?? null;

/** psql -x: the name of the column before the first line of each cell, as much space before the others. */
const expanded = /^(?:(?:[|│║] )?(QUERY PLAN| {10}) ([|│║:;])([ .…]|$)(.*)|(QUERY PLAN| {10})([ .…])(.*))$/;

export const psqlExpanded: Reader = (lines, at) => {
  if (!record.test(lines[at]!.text) && !/^(?:[|│║] )?QUERY PLAN /.test(lines[at]!.text)) return null;
  const printed: Printed[] = [];
  let next = at;
  for (let i = at; i < lines.length; i++) {
    const { text, at: place } = lines[i]!;
    if (record.test(text) || border.test(text)) next = i + 1;
    else if (!isBlank(lines[i]!) || expanded.test(text)) {
      const cell = expandedLine(lines, i);
      if (!cell || (printed.length === 0 && !cell.begins)) break;
      printed.push({ text: cell.text, at: place, ends: cell.ends });
      next = i + 1;
    }
  }
  return printed.length > 0 ? { lines: joined(printed), next } : null;
};

function expandedLine(
  lines: readonly Line[],
  at: number,
): { text: string; begins: boolean; ends: Ends } | null {
  const here = partsOf(lines[at]!.text);
  if (!here) return null;
  const below = partsOf(lines[at + 1]?.text ?? '');
  const goesOn = below && !below.begins && below.framed === here.framed ? below : null;
  const mark = /[+↵.…]$/.exec(here.text)?.[0] ?? '';
  const told: Ends = goesOn?.separator === ';' ? 'wrap' : goesOn?.separator === ':' ? 'break' : endsOf(mark);
  if (!goesOn) return { text: here.text, begins: here.begins, ends: 'row' };
  const marked = goesOn.separator !== ';' && goesOn.separator !== ':' && mark !== '';
  return {
    text: marked ? here.text.slice(0, -1) : here.text,
    begins: here.begins,
    ends: told === 'row' ? 'break' : told,
  };
}

function partsOf(text: string) {
  const found = expanded.exec(text);
  if (!found) return null;
  const [, name, separator, , content, bare, , rest] = found;
  const framed = /^[|│║]/.test(text);
  if (framed && !/[|│║]\s*$/.test(content!)) return null;
  const whole = content ?? rest!;
  return {
    begins: (name ?? bare) === 'QUERY PLAN',
    separator: separator ?? '',
    framed,
    // the mark of a line that goes on stands where others have a space
    text: framed ? whole.replace(/ ?[|│║]\s*$/, '') : whole,
  };
}

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/gu;

/** Places on a terminal. */
function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  const drawn = text.replace(/\p{Mn}/gu, '');
  return [...drawn].length + (drawn.match(wide)?.length ?? 0);
}
