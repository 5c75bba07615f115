import { DataProblem } from './problem.ts';

export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface Table {
  /** One name a column: the header's, else "column 1" and so on. */
  readonly names: readonly string[];
  readonly hasHeader: boolean;
  /** The unit that all numbers of a column have in their cells; null: none. */
  readonly units: readonly (string | null)[];
  /** Every row has a cell for every column; a missing one has the text "". */
  readonly rows: readonly (readonly Cell[])[];
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const gaps = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-', '?']);

/** Of times, sizes, shares and rates; any other letters after a number make it a text (a commit may begin with digits). */
const unit =
  /^([+-]?(?:\d[\d,']*\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(ns|us|µs|μs|ms|s|sec|secs|seconds?|min|h|%|x|k|M|G|B|[kKMG]i?B|[rqt]ps|ops|iops|Hz|[a-zA-Z]+\/op|(?:ops|req|requests|tx|rows|[kKMG]i?B|B)?\/s(?:ec)?)$/;

/** A number with its unit: "12.5 ms", "1,234 tps". Null for anything else. */
export function measureOf({
  text,
}: Pick<Cell, 'text'>): { readonly value: string; readonly unit: string } | null {
  const [, value, of] = unit.exec(text) ?? [];
  return value === undefined ? null : { value, unit: of! };
}

/** The number that a cell holds, null for a gap (empty, NA, NaN, null, -), undefined for any other text. */
export function numberOf({ text }: Cell): number | null | undefined {
  if (text.length <= 4 && gaps.has(text.toLowerCase())) return null;
  const value = number.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/**
 * CSV as RFC 4180 has it, and as it is met: comma, semicolon, tab, bar or spaces between the cells (what the first line
 * has, or Excel's "sep="), tables of psql and Markdown, LF or CRLF, a byte order mark, lines that begin with # skipped, the header optional (a first row without a number).
 * @throws DataProblem for an unclosed quote, a row longer than the first, or no row at all.
 */
export function parseCsv(text: string): Table {
  if (/^\s*(?:\[\s*[[{"\d]|\{\s*")/.test(text))
    throw new DataProblem(
      { line: 1, column: 1 },
      'this is JSON, and rows are needed',
      "Write its numbers as CSV, for example: jq -r '.[] | [.load, .throughput] | @csv' data.json > data.csv",
    );
  const records = split(text.replace(/^\uFEFF/, ''));
  const first = records[0];
  if (!first)
    throw new DataProblem({ line: 1, column: 1 }, 'the file is empty', 'Give a CSV with rows of numbers.');
  const hasHeader = first.every((cell) => typeof numberOf(cell) !== 'number' && measureOf(cell) === null);
  const names = first.map(({ text }, i) => (hasHeader && text !== '' ? text : `column ${i + 1}`));
  const rows = hasHeader ? records.slice(1) : records;
  if (rows.length === 0)
    throw new DataProblem(
      { line: first[0]!.line, column: 1 },
      'there is a header but no row of data',
      'Add rows of numbers below the header.',
    );
  refuseSum(rows);
  const fitted = rows.map((row) => fit(row, names.length));
  const units = names.map((_, i) => unitOf(fitted, i));
  return { names, hasHeader, units, rows: withoutUnits(fitted, units) };
}

/** A last row that sums up those above it is no measurement. */
function refuseSum(rows: readonly (readonly Cell[])[]): void {
  const [cell] = rows.at(-1)!;
  if (rows.length < 3 || !/^(?:grand )?(?:total|sum|average|avg|mean|gesamt|summe)$/i.test(cell!.text))
    return;
  throw new DataProblem(cell!, `this row is the ${cell!.text} of those above it`, 'Delete the row.');
}

/** A column whose numbers all have one unit is one of numbers; where units differ its cells stay what they are. */
function withoutUnits(
  rows: readonly (readonly Cell[])[],
  units: readonly (string | null)[],
): readonly (readonly Cell[])[] {
  if (units.every((unit) => unit === null)) return rows;
  return rows.map((row) =>
    row.map((cell, i) =>
      units[i] === null ? cell : withoutThousands({ ...cell, text: measureOf(cell)?.value ?? cell.text }),
    ),
  );
}

function unitOf(rows: readonly (readonly Cell[])[], column: number): string | null {
  let found: string | null = null;
  for (const row of rows) {
    const cell = row[column]!;
    if (gaps.has(cell.text.toLowerCase())) continue;
    const of = measureOf(cell)?.unit;
    if (of === undefined || (found !== null && of !== found)) return null;
    found = of;
  }
  return found;
}

/** "1,234.5" and "1'234": commas and apostrophes that part groups of three digits; "0,500" is no thousand. */
const withoutThousands = (cell: Cell): Cell =>
  /^[+-]?[1-9]\d{0,2}(?:([,'])\d{3})(?:\1\d{3})*(?:\.\d+)?$/.test(cell.text)
    ? { ...cell, text: cell.text.replace(/[,']/g, '') }
    : cell;

function fit(row: readonly Cell[], width: number): readonly Cell[] {
  if (row.length > width)
    throw new DataProblem(
      row[width]!,
      `this row has ${row.length} cells, the first row ${width}`,
      'Use a decimal point, quote cells that hold a separator, and give every row the same number of cells.',
    );
  const last = row.at(-1)!;
  const missing = { text: '', line: last.line, column: last.column + last.text.length };
  return [...row, ...new Array<Cell>(width - row.length).fill(missing)];
}

type Separator = ';' | '\t' | ',' | '|' | ' ';

/** Lines of a table that are no row: rules, and psql's count of rows. */
const noRow = /^[\s|:+=─-]*[-─]{2}[\s|:+=─-]*$|^\(\d+[^\d()]{1,16}\)\s*$/;

function split(text: string): Cell[][] {
  const lines = text.split(/\r\n|\n|\r/);
  const skipped = (line: string) => line.trim() === '' || line.startsWith('#') || noRow.test(line);
  const first = lines.findIndex((line) => !skipped(line));
  const [, named] = /^"?sep=([;,|\t])"?$/.exec(lines[first]?.trimEnd() ?? '') ?? [];
  const from = named === undefined ? Math.max(0, first) : first + 1;
  const separator =
    (named as Separator | undefined) ?? separatorOf(lines.slice(from).find((line) => !skipped(line)) ?? '');
  const table = separator === '|';
  const meant = numbersOf(lines, separator);
  const records: Cell[][] = [];
  for (let i = from; i < lines.length; i++) {
    const line = table ? withoutBars(lines[i]!) : lines[i]!;
    if (skipped(line)) continue;
    records.push(cellsOf(line, i + 1, separator).map(meant));
  }
  return records;
}

/** Without the bars at the ends of a row, every other character where it was. */
const withoutBars = (line: string) =>
  line.replace(/^\s*\|/, (bar) => ' '.repeat(bar.length)).replace(/\|\s*$/, '');

/** How the file writes its numbers. Where semicolons separate, a comma is the decimal sign, and a point parts thousands. */
function numbersOf(lines: readonly string[], separator: Separator): (cell: Cell) => Cell {
  if (separator === ',') return withoutThousands;
  if (separator !== ';') return (cell) => cell;
  const cells =
    lines.filter((line) => line.includes(',')).length > 0 ? lines.flatMap((line) => line.split(';')) : [];
  // "1.5" beside "2,5": then a point parts no thousands
  const points = cells.some((cell) => /^\s*[+-]?\d*\.(?!\d{3}\s*$)\d+\s*$/.test(cell));
  return (cell) => withPoint(cell, cells.length > 0 && !points);
}

const comma = /^([+-]?)(\d{1,3}(?:[. ']\d{3})+|\d*)(?:,(\d+))?((?:e[+-]?\d+)?(?:\s*[a-zA-Zµμ%/]+)?)$/;

function withPoint(cell: Cell, thousands: boolean): Cell {
  const [, sign = '', whole, part, rest = ''] = comma.exec(cell.text) ?? [];
  if (
    whole === undefined ||
    (part === undefined && !/[. ']/.test(whole)) ||
    (whole.includes('.') && !thousands)
  )
    return cell;
  return {
    ...cell,
    text: `${sign}${whole.replace(/[. ']/g, '')}${part === undefined ? '' : `.${part}`}${rest}`,
  };
}

function separatorOf(line: string): Separator {
  const bare = line.replaceAll(/"[^"]*"/g, '');
  return ([';', '\t', ',', '|'] as const).find((candidate) => bare.includes(candidate)) ?? ' ';
}

const quotedCell = /\s*"((?:[^"]|"")*)"\s*/y;
/** Where tabs separate, a tab after the closing quote is no white space. */
const quotedInTabs = / *"((?:[^"]|"")*)" */y;

/** A quoted cell may hold separators and doubled quotes, but ends on its line: no number spans two. */
function cellsOf(line: string, at: number, separator: Separator): Cell[] {
  if (separator !== ' ' && !line.includes('"')) return plainCells(line, at, separator);
  const cells: Cell[] = [];
  const whole = separator === ' ' ? line.trimEnd() : line;
  let position = separator === ' ' ? line.length - line.trimStart().length : 0;
  for (;;) {
    const quoted = separator === '\t' ? quotedInTabs : quotedCell;
    quoted.lastIndex = position;
    const match = quoted.exec(whole);
    if (match) {
      cells.push({ text: match[1]!.replaceAll('""', '"').trim(), line: at, column: position + 1 });
      position = quoted.lastIndex;
    } else {
      const end = endOfCell(whole, position, separator);
      const text = whole.slice(position, end);
      if (text.trimStart().startsWith('"'))
        throw new DataProblem(
          { line: at, column: position + 1 },
          'this quote is not closed on its line',
          'Close the quote, or double it inside a quoted cell.',
        );
      cells.push({ text: text.trim(), line: at, column: position + 1 + leading(text) });
      position = end;
    }
    const before = whole[position - 1];
    if (position >= whole.length || (whole[position] !== separator && !(separator === ' ' && before === ' ')))
      break;
    do position++;
    while (separator === ' ' && whole[position] === ' ');
  }
  if (position < whole.length)
    throw new DataProblem(
      { line: at, column: position + 1 },
      'there is text after the closing quote',
      'Put the whole cell inside the quotes.',
    );
  return cells;
}

/** A line without quotes, as nearly all are. */
function plainCells(line: string, at: number, separator: string): Cell[] {
  const cells: Cell[] = [];
  for (let from = 0; ; ) {
    const end = line.indexOf(separator, from);
    const text = line.slice(from, end < 0 ? line.length : end);
    cells.push({ text: text.trim(), line: at, column: from + 1 + leading(text) });
    if (end < 0) return cells;
    from = end + 1;
  }
}

const leading = (text: string) => (text.trim() === '' ? 0 : text.length - text.trimStart().length);

function endOfCell(line: string, from: number, separator: Separator): number {
  const end = line.indexOf(separator, from);
  return end === -1 ? line.length : end;
}
