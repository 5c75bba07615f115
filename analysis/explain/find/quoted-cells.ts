import type { Line } from '../source/line.ts';

/** A cell's lines, each with its place. */
export type Cell = readonly Line[];

const cell = String.raw`(?:[^",;\t]*|"(?:[^"]|"")*")`;
const ofPlan = String.raw`(?:[[{<]|- Plan:|[A-Z][\w ]+\(cost=)`;
/** A line by which a file shows that it is a grid: a quoted first cell, psql's header, a csvlog, a plan in a later cell. */
const begins = new RegExp(
  `^(?:"|QUERY PLAN[,;\\t]|\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[^"]*,"|${cell}(?:[,;\\t]${cell})*?[,;\\t]"\\s*${ofPlan})`,
);

/** A text whose lines begin with quotes, as rows of cells (RFC 4180: a quoted cell may span lines); null when it is none. */
export function quotedCells(lines: readonly Line[]): Cell[][] | null {
  if (!lines.some(({ text }) => begins.test(text))) return null;
  for (const separator of [',', '\t', ';', '|']) {
    const rows = rowsOf(lines, separator);
    if (rows) return rows;
  }
  return null;
}

function rowsOf(lines: readonly Line[], separator: string): Cell[][] | null {
  const rows: Cell[][] = [];
  let cell: Line[] = [];
  let row: Cell[] = [];
  let quoted = false;
  for (const { text, at } of lines) {
    let piece = '';
    let i = 0;
    if (!quoted && text.trim() === '') continue;
    for (; i <= text.length; ) {
      if (quoted) {
        const end = text.indexOf('"', i);
        if (end < 0) {
          piece += text.slice(i);
          break;
        }
        piece += text.slice(i, end);
        if (text[end + 1] === '"') {
          piece += '"';
          i = end + 2;
          continue;
        }
        quoted = false;
        i = end + 1;
        if (i < text.length && text[i] !== separator && text.slice(i).trim() !== '') return null;
        if (text[i] !== separator) i = text.length;
        continue;
      }
      if (text[i] === '"' && piece === '' && cell.length === 0) {
        quoted = true;
        i++;
      } else if (i === text.length) {
        cell.push({ text: piece, at });
        row.push(cell);
        [cell, piece] = [[], ''];
        break;
      } else if (text[i] === separator) {
        cell.push({ text: piece, at });
        row.push(cell);
        [cell, piece] = [[], ''];
        i++;
      } else {
        const end = text.indexOf(separator, i);
        piece += text.slice(i, end < 0 ? text.length : end);
        i = end < 0 ? text.length : end;
      }
    }
    if (quoted) cell.push({ text: piece, at });
    else {
      rows.push(row);
      row = [];
    }
  }
  return quoted ? null : rows;
}

/** What may stand around the texts of a value as a program prints it: node's console.log, Python's print, SQL, Java. */
const around = /^(?:[\s[\](){},:;+]|\\n|RealDictRow|Row|Record|VALUES|INSERT INTO [\w".]+)*$/i;
const literal = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.)*`/g;

/** The texts of a value that a program printed, a line each; null when anything else stands between them. */
export function printedTexts(lines: readonly Line[]): Cell[] | null {
  const first = lines.find(({ text }) => text.trim() !== '');
  if (!first || !/^\s*(?:[[({'"`]|RealDictRow|INSERT INTO)/.test(first.text)) return null;
  const cells: Cell[] = [];
  for (const { text, at } of lines) {
    if (!around.test(text.replaceAll(literal, ''))) return null;
    for (const [quoted] of text.matchAll(literal)) {
      const shown = unquoted(quoted).replace(/\n$/, '');
      if (!/^QUERY PLAN$/i.test(shown)) cells.push(shown.split('\n').map((each) => ({ text: each, at })));
    }
  }
  return cells.length > 1 ? cells : null;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '' };

function unquoted(text: string): string {
  const quote = text[0]!;
  return text
    .slice(1, -1)
    .replaceAll(/\\(.)|''|""/g, (whole, escaped: string | undefined) =>
      escaped === undefined ? (whole[0] === quote ? quote : whole) : (escapes[escaped] ?? escaped),
    );
}
