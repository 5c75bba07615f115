import type { Line } from '../source/line.ts';

/** A cell's lines, each with its place. */
export type Cell = readonly Line[];

/** A text whose lines begin with quotes, as rows of cells (RFC 4180: a quoted cell may span lines); null when it is none. */
export function quotedCells(lines: readonly Line[]): Cell[][] | null {
  if (
    !lines.some(
      ({ text }) => /^"|^QUERY PLAN[,;\t]/.test(text) || /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^"]*,"/.test(text),
    )
  )
    return null;
  for (const separator of [',', '\t', ';', '|']) {
    const rows = rowsOf(lines, separator);
    if (rows) return rows;
  }
  return linewise(lines);
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

/** Rows of a grid that were each put in quotes, without doubling those inside. */
function linewise(lines: readonly Line[]): Cell[][] | null {
  const full = lines.filter(({ text }) => text.trim() !== '');
  if (full.length < 2 || !full.every(({ text }) => /^".*"[,;]?\s*$/.test(text))) return null;
  return full.map(({ text, at }) => [[{ text: text.replace(/^"|"[,;]?\s*$/g, ''), at }]]);
}
