import type { Fields } from '../field.ts';
import { xmlPlans } from '../grammar/xml.ts';
import { yamlPlans } from '../grammar/yaml.ts';
import { broken, type Found } from '../source/found.ts';
import { type Line, linesOf, textOfLines } from '../source/line.ts';
import { psqlTables, quotedRuns, withoutFrames } from './frames.ts';
import { htmlCells } from './html.ts';
import { jsonObjects, planObjects, rootNodes } from './json-objects.ts';
import { jsonValues, stringGroups } from './json-strings.ts';
import { withoutPrefixes } from './line-prefix.ts';
import { type LogEntry, logEntries } from './log-entries.ts';
import { type Cell, printedTexts, quotedCells } from './quoted-cells.ts';
import { loggedTextPlan, onlyTextPlan, textPlans } from './text-plans.ts';

/** Wrappers within wrappers, at most. */
const deepest = 6;

/** Something of this is in every plan; a file or a cell without any is not taken apart. */
const sign =
  /cost=|actual |never executed|[Pp]lan|explain|Scan|Join|Loop|Result|ProjectSet|Append|Union|Bitmap|Gather|Aggregate|Sort|Group|Materialize|Memoize|Window|Unique|SetOp|LockRows|Limit|Hash|Insert|Update|Delete|Merge/;

/** Every plan of a file, in its order, out of whatever it is wrapped in. Line ends are LF. */
export const findPlans = (text: string): Found[] => find(linesOf(text), 0);

/** Every plan of a value that a driver returned. */
export function findInValue(value: unknown): Found[] {
  const objects = planObjects(value);
  if (objects.length > 0)
    return objects.map((document) => ({ kind: 'plan', document, line: 1, format: 'json', notes: [] }));
  return stringGroups([{ value, line: 1 }]).flatMap((group) => inCells(cellsOf(group), 1));
}

const onlyPlan = (lines: readonly Line[]): Found[] | null => {
  const plan = onlyTextPlan(lines);
  return plan && [plan];
};

function find(lines: readonly Line[], depth: number): Found[] {
  if (depth > deepest || !lines.some(({ text }) => sign.test(text))) return [];
  return (
    onlyPlan(lines) ??
    inQuotes(lines, depth) ??
    inTables(lines, depth) ??
    inJson(lines, depth) ??
    inHtml(lines, depth) ??
    inGrid(lines, depth) ??
    inPrinted(lines, depth) ??
    inLog(lines, depth) ??
    inLines(lines)
  );
}

/** What a mail quotes, run by run; null where a run alone is no plan, as lines that were broken stand between. */
function inQuotes(lines: readonly Line[], depth: number): Found[] | null {
  const runs = quotedRuns(lines);
  if (!runs) return null;
  const found = runs.flatMap((run) => find(run, depth + 1));
  return found.length > 0 && found.every(({ kind }) => kind === 'plan') ? found : null;
}

/** Tables of psql, and what stands around them. */
function inTables(lines: readonly Line[], depth: number): Found[] | null {
  const pieces = psqlTables(lines);
  return pieces.some(({ exact }) => exact) ? pieces.flatMap((piece) => find(piece.lines, depth + 1)) : null;
}

/** A file that is JSON: its objects, else what its strings hold. */
function inJson(lines: readonly Line[], depth: number): Found[] | null {
  const values = jsonValues(lines);
  if (values === null) return null;
  const { found } = jsonObjects(lines);
  if (found.length > 0) return found;
  const nodes = values.flatMap(({ value, line }) => rootNodes(value).map((node) => foundNode(node, line)));
  if (nodes.length > 0) return nodes;
  const groups = stringGroups(values).map((group) => inCells(cellsOf(group), depth + 1));
  const some = groups.flat();
  return some.length > 0 ? some : null;
}

/** A node without the object around it; of one whose names were changed nothing is guessed. */
const foundNode = (node: Fields, line: number): Found =>
  'Node Type' in node
    ? { kind: 'plan', document: { Plan: node }, line, format: 'json', notes: [] }
    : broken(line, 'the names of its fields were changed: EXPLAIN\'s own are needed, as "Node Type"');

const cellsOf = (group: readonly Line[]): Line[][] =>
  // docker's log has the line break of each line
  group.map(({ text, at }) =>
    text
      .replace(/\r?\n$/, '')
      .split(/\r\n|[\n\r]/)
      .map((line) => ({ text: line, at })),
  );

function inHtml(lines: readonly Line[], depth: number): Found[] | null {
  const cells = htmlCells(textOfLines(lines));
  const found = cells ? inCells(cells, depth + 1) : [];
  // an arrow written as of HTML may stand in the SQL of a plan in XML
  return found.some(({ kind }) => kind === 'plan') ? found : null;
}

function inGrid(lines: readonly Line[], depth: number): Found[] | null {
  const rows = quotedCells(lines);
  if (!rows) return null;
  const columns = columnsOf(rows);
  // csvlog has the message in its 14th column, and SQL in others
  const csvlog = columns.length >= 20 && columns.length <= 30;
  for (const cells of csvlog ? [columns[13]!] : columns) {
    if (/^(?:query|sql|statement|query_text)$/i.test(cells[0]?.[0]?.text.trim() ?? '')) continue;
    const found = inCells(cells, depth + 1);
    if (found.some(({ kind }) => csvlog || kind === 'plan')) return found;
  }
  return null;
}

function inPrinted(lines: readonly Line[], depth: number): Found[] | null {
  const cells = printedTexts(lines);
  const found = cells
    ? inCells(
        cells.map((cell) => [...cell]),
        depth + 1,
      )
    : [];
  return found.length > 0 ? found : null;
}

function columnsOf(rows: readonly Cell[][]): Line[][][] {
  const columns: Line[][][] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) {
      columns[i] ??= [];
      columns[i].push([...cell]);
    }
  return columns;
}

/** A cell may hold a whole plan, or each a line of one. */
function inCells(cells: readonly Line[][], depth: number): Found[] {
  const whole = (cell: Line[]) =>
    cell.length > 1 || jsonValues(cell) !== null || /<explain\b.*<\/explain>/.test(cell[0]?.text ?? '');
  if (!cells.some(whole)) return find(cells.flat(), depth);
  const parts: Found[][] = [];
  let single: Line[][] = [];
  const flush = () => {
    if (single.length > 0) parts.push(find(single.flat(), depth));
    single = [];
  };
  for (const cell of cells) {
    if (whole(cell)) {
      flush();
      parts.push(find(cell, depth));
    } else single.push(cell);
  }
  flush();
  const found = parts.flat();
  if (found.some(({ kind }) => kind === 'plan') || cells.length === 1) return found;
  const joined = find(cells.flat(), depth);
  return joined.length > 0 ? joined : found;
}

function inLog(lines: readonly Line[], depth: number): Found[] | null {
  const entries = logEntries(lines);
  if (entries.length === 0) return null;
  const found = entries.flatMap(planOfEntry);
  const last = found.at(-1);
  const end = lines.at(-1)!;
  // every line of a log ends with a line break; a message out of a record does not
  const reaches = end.at - (entries.at(-1)!.body.at(-1)?.at ?? 0) <= 1;
  if (
    depth > 0 ||
    end.text === '' ||
    !reaches ||
    !entries.at(-1)!.whole ||
    last?.kind !== 'plan' ||
    last.format !== 'text'
  )
    return found;
  const note = `The log ends within line ${end.at}, of this plan: it may be cut off.`;
  return [...found.slice(0, -1), { ...last, notes: [...last.notes, note] }];
}

function planOfEntry({ at, ms, body, whole }: LogEntry): Found[] {
  const [first] = body;
  const structured = !first || /^\s*Query Text: (?!")/.test(first.text) ? [] : structuredPlans(body).found;
  const { found, query } =
    structured.length > 0
      ? { found: structured[0]!, query: null }
      : loggedTextPlan(body.map(expandTabs), at, whole);
  if (found.kind === 'broken') return [found];
  const document = { ...(query ? { 'Query Text': query } : {}), Duration: ms, ...found.document };
  return [{ ...found, document }];
}

/** Plans in JSON, XML and YAML, and the lines that they take. */
function structuredPlans(lines: readonly Line[]): { found: Found[]; covered: Set<number> } {
  const parts = [jsonObjects(lines), xmlPlans(lines), yamlPlans(lines)];
  return {
    found: parts.flatMap(({ found }) => found),
    covered: new Set(parts.flatMap(({ covered }) => [...covered])),
  };
}

/** Those of the indentation: a tab may stand in a condition too. */
const expandTabs = ({ text, at }: Line): Line => ({
  text: text.replace(/^[ \t]+/, (blank) => blank.replaceAll('\t', '        ')),
  at,
});

/** A session of psql, a mail, a page of notes. What is whole as it stands is not unwrapped. */
function inLines(raw: readonly Line[]): Found[] {
  const whole = structuredPlans(raw);
  const standing = whole.found.length > 0 && whole.found.every(({ kind }) => kind === 'plan');
  const unframed = withoutFrames((standing ? without(raw, whole.covered) : raw).map(expandTabs));
  const framed = standing ? whole : structuredPlans(unframed);
  const rest = withoutPrefixes(standing ? unframed : without(unframed, framed.covered)).map(expandTabs);
  const prefixed =
    framed.found.length > 0 ? { found: [], covered: new Set<number>() } : structuredPlans(rest);
  const texts = textPlans(without(rest, prefixed.covered));
  return [...framed.found, ...prefixed.found, ...texts].sort((a, b) => a.line - b.line);
}

const without = (lines: readonly Line[], covered: ReadonlySet<number>): Line[] =>
  covered.size === 0 ? [...lines] : lines.map((line, i) => (covered.has(i) ? { ...line, text: '' } : line));
