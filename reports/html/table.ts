import { count } from '../format.ts';
import { type Html, html, type Part } from './html.ts';

/** A cell: what is shown, what it sorts by, and why it is empty. */
export interface Cell {
  readonly show: Part;
  readonly sort?: number | string;
  readonly why?: string;
}

export interface Column<Row> {
  readonly title: string;
  /** Numbers stand to the right, in figures of one width. */
  readonly numeric?: boolean;
  readonly cell: (row: Row) => Cell | string;
}

/** A number, or "–" with the reason in a tooltip and a footnote. */
export const number = (
  value: number | null | undefined,
  format: (value: number) => string,
  why?: string,
): Cell =>
  value === null || value === undefined
    ? { show: '–', why: why || 'not measured' }
    : { show: format(value).replace(' ', '\u00a0'), sort: value }; // a number stays with its unit

export const column = <Row>(title: string, cell: Column<Row>['cell']): Column<Row> => ({ title, cell });
export const figures = <Row>(title: string, cell: Column<Row>['cell']): Column<Row> => ({
  title,
  cell,
  numeric: true,
});

/** A cell with a longer text is a sentence, and gets room for it. */
const proseFrom = 40;
/** More rows than these are left to result.json: a page must stay one that a browser scrolls. */
export const maxRows = 1200;
/** A table with more rows scrolls within itself, under its head. */
const longFrom = 30;

/**
 * A table that scrolls within itself, sorts where there is JavaScript, and reads without. Its first column names the
 * row. `id` must be the page's only one.
 */
export function table<Row>(
  id: string,
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const notes: string[] = [];
  const shown = rows.slice(0, maxRows).map((row) => columns.map((each) => each.cell(row)));
  const body = shown.map(
    (cells) =>
      html`<tr>${cells.map((cell, at) => renderCell(typeof cell === 'string' ? { show: cell } : cell, { id, notes, first: at === 0, numeric: columns[at]!.numeric ?? false }))}</tr>\n`,
  );
  return html`<div class="scroll${rows.length > longFrom && ' long'}" role="group" aria-label="${caption}" tabindex="0">
<table id="${id}"${rows.length > 1 && html` class="sortable"`}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, numeric }) => html`<th scope="col"${numeric && html` class="number"`}>${title}</th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table>
</div>
${notes.length > 0 && html`<ol class="notes" aria-label="Notes to this table">${notes.map((note, at) => html`<li id="${id}-note-${at + 1}">${note}</li>`)}</ol>`}
${rows.length > maxRows && html`<p class="muted">${count(rows.length - maxRows)} more rows are in result.json.</p>`}`;
}

interface Place {
  readonly id: string;
  readonly notes: string[];
  readonly first: boolean;
  readonly numeric: boolean;
}

function renderCell({ show, sort, why }: Cell, { id, notes, first, numeric }: Place): Html {
  const key = sort !== undefined && String(sort) !== show && html` data-sort="${sort}"`;
  const prose = textLength(show) > proseFrom;
  const style = (numeric || prose) && html` class="${numeric ? 'number' : 'prose'}"`;
  const content = why
    ? html`<abbr title="${why}">${show}</abbr><sup><a href="#${id}-note-${noteOf(notes, why)}">${noteOf(notes, why)}</a></sup>`
    : show;
  return first
    ? html`<th scope="row"${key}${style}>${content}</th>`
    : html`<td${key}${style}>${content}</td>`;
}

const textLength = (part: Part): number => html`${part}`.markup.replace(/<[^>]*>/g, '').length;

/** The number of a note; the same reason is told once. */
function noteOf(notes: string[], why: string): number {
  const known = notes.indexOf(why);
  return known >= 0 ? known + 1 : notes.push(why);
}
