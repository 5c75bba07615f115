import { isBlank, type Line } from '../source/line.ts';
import { psqlMarkup } from './markup.ts';
import { border, header, type Piece, piecesOf, psqlExpanded, psqlGrid, record } from './psql-table.ts';

/** Lines without what psql, a grid or a mail puts around them: frames, headers, marks of broken cells, "> ". */
export function withoutFrames(lines: readonly Line[]): Line[] {
  const full = lines.filter((line) => !isBlank(line));
  const barred = full.filter(({ text }) => /[|│║]\s*$/.test(text)).length > full.length * mostBarred;
  return joinWrapped(withoutBreakMarks(lines.map(withoutQuote).flatMap((line) => withoutBars(line, barred))));
}

/** Tables that psql printed, quoted in a mail or not; what stands between them is as it was. */
export const psqlTables = (lines: readonly Line[]): Piece[] =>
  piecesOf(lines, [psqlMarkup, psqlGrid, psqlExpanded]);

/** Lines in runs, those that a mail quotes or that are a comment without their marks; null where none is. */
export function quotedRuns(lines: readonly Line[]): Line[][] | null {
  if (!lines.some(isQuoted)) return null;
  // a mail may quote without a space after its mark: then all spaces are of the line
  const mark = lines.some(({ text }) => /^[ \t]*>+[^\s>]/.test(text)) ? /^(?:[ \t]*>)+/ : quoteMark;
  const runs: Line[][] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || isQuoted(line) !== isQuoted(lines[i - 1]!)) runs.push([]);
    runs.at(-1)!.push({ ...line, text: line.text.replace(mark, '') });
  }
  return runs;
}

const quoteMark = /^(?:(?:[ \t]*>)+|[ \t]*(?:--|#|\/\/|\*)(?= |$)) ?/;
const isQuoted = ({ text }: Line): boolean => quoteMark.test(text);

/** "> " of a mail, and the fences of Markdown, a chat's on the line of the text. */
function withoutQuote(line: Line): Line {
  const text = line.text
    .replace(/^(?:[ \t]*>)+ ?/, '')
    .replace(/^\s*(?:```|~~~)[\w+-]*\s*$/, '')
    .replaceAll(/^```|```$/g, '');
  return text === line.text ? line : { ...line, text };
}

/** Of which share of the lines a bar at the end shows that it is no part of any. */
const mostBarred = 0.7;

function withoutBars(line: Line, barred: boolean): Line[] {
  const { text } = line;
  if (record.test(text)) return [];
  if (header.test(text) || border.test(text)) return [{ ...line, text: '' }];
  // psql -x: "QUERY PLAN | text", and without alignment "QUERY PLAN|text"
  const [, expanded] =
    /^(?:[|│║] )?(?:QUERY PLAN| {10,40})(?:\s{1,40}[|│║](?: |$)|[|│║])(.*)$/.exec(text) ?? [];
  if (expanded !== undefined) return [{ ...line, text: withoutEndBar(expanded) }];
  const [, plain] = /^QUERY PLAN {1,2}(\S.*|\s+->.*)$/.exec(text) ?? [];
  if (plain !== undefined) return [{ ...line, text: text.slice('QUERY PLAN '.length) }];
  const [, framed] = /^\s*[|│║](.*)$/.exec(text) ?? [];
  if (framed !== undefined) return [{ ...line, text: withoutEndBar(framed) }];
  return [barred || /[│║]$|\s\|$|\)\|$/.test(text.trimEnd()) ? { ...line, text: withoutEndBar(text) } : line];
}

const withoutEndBar = (text: string) => withoutEnd(text, /[|│║]$/);

/** Without a mark at its end and the spaces around it. */
function withoutEnd(text: string, mark: RegExp): string {
  const trimmed = text.trimEnd();
  return mark.test(trimmed) ? trimmed.slice(0, -1).trimEnd() : text;
}

/** psql marks a line break inside of a cell with + or ↵ at its end: then most lines of the cell have it. */
function withoutBreakMarks(lines: readonly Line[]): Line[] {
  const result = [...lines];
  for (let from = 0; from < result.length; from++) {
    if (isBlank(result[from]!)) continue;
    let to = from;
    while (to < result.length && !isBlank(result[to]!)) to++;
    const run = result.slice(from, to);
    const marked = run.filter(({ text }) => /[+↵]$/.test(text.trimEnd())).length;
    if (marked >= 1 && marked >= run.length / 2 - 2)
      for (let i = from; i < to; i++) {
        const line = result[i]!;
        result[i] = { ...line, text: withoutEnd(line.text, /[+↵]$/) };
      }
    from = to;
  }
  return result;
}

/** psql's wrapped format: a dot where a line is cut, and one where it goes on. */
function joinWrapped(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  for (let i = 0; i < lines.length; i++) {
    const pieces = [lines[i]!.text];
    const { at } = lines[i]!;
    while (i + 1 < lines.length && /[.…]$/.test(pieces.at(-1)!) && /^[.…]/.test(lines[i + 1]!.text)) {
      pieces.push(pieces.pop()!.slice(0, -1), lines[i + 1]!.text.slice(1));
      i++;
    }
    result.push(pieces.length === 1 ? lines[i]! : { text: pieces.join(''), at });
  }
  return result;
}
