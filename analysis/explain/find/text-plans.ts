import { readNodeLine } from '../grammar/node-line.ts';
import { isRoot, isSummary, readLine, rowCount } from '../grammar/text-line.ts';
import { parseTextPlan, type TextPlan } from '../grammar/text-plan.ts';
import { broken, type Found } from '../source/found.ts';
import { isBlank, type Line } from '../source/line.ts';

/** Every plan in text format that the lines hold, one after the other. */
export function textPlans(lines: readonly Line[]): Found[] {
  const found: Found[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (beginsPlan(lines, i)) {
      const plan = parseTextPlan(lines, i);
      found.push(foundOf(plan, lines, i));
      i = Math.max(i, plan.next - 1);
    } else if (isOrphan(lines[i]!.text)) {
      found.push(broken(lines[i]!.at, 'here is a node of a plan whose first line is missing'));
      while (i + 1 < lines.length && !beginsPlan(lines, i + 1)) i++;
    }
  }
  return found;
}

/** A text plan, whole and with nothing else: then there is nothing to unwrap, whatever its conditions may look like. */
export function onlyTextPlan(lines: readonly Line[]): Found | null {
  const from = lines.findIndex((line) => !isBlank(line));
  if (from < 0 || isRoot(lines[from]!.text) === null) return null;
  const plan = parseTextPlan(lines, from);
  if (plan.kind !== 'plan' || plan.notes.length > 0) return null;
  const rest = lines.slice(plan.next).filter((line) => !isBlank(line));
  return rest.length === 0 || (rest.length === 1 && rowCount(rest[0]!.text) !== null)
    ? foundOf(plan, lines, from)
    : null;
}

function foundOf(plan: TextPlan, lines: readonly Line[], from: number): Found {
  if (plan.kind === 'broken') return broken(plan.at, plan.why);
  const notes = [...plan.notes];
  const counted = countAfter(lines, plan.next);
  if (counted !== null && counted !== plan.count)
    notes.push(`psql counted ${counted} rows, and here are ${plan.count} lines: some are lost.`);
  const ended = plan.document['Execution Time'] !== undefined || counted === plan.count;
  if (isExecuted(plan) && !ended)
    notes.push(
      `There is no Execution Time after line ${lines[plan.next - 1]!.at}: the end of the plan may be cut off.`,
    );
  return { kind: 'plan', document: plan.document, line: lines[from]!.at, format: 'text', notes };
}

const isExecuted = ({ document }: Extract<TextPlan, { kind: 'plan' }>): boolean =>
  (document.Plan as Record<string, unknown>)['Actual Loops'] !== undefined;

/** The count of rows that psql prints below its table. */
function countAfter(lines: readonly Line[], from: number): number | null {
  for (let i = from; i < lines.length; i++) {
    if (isBlank(lines[i]!)) continue;
    return rowCount(lines[i]!.text);
  }
  return null;
}

/** With figures a line is a node; without them (COSTS OFF) it is one when lines of a plan follow, or a table is named. */
function beginsPlan(lines: readonly Line[], i: number): boolean {
  const { text } = lines[i]!;
  const root = isRoot(text);
  if (root !== 'by name') return root === 'by figures';
  for (let next = i + 1; next < lines.length; next++) {
    if (isBlank(lines[next]!)) continue;
    const line = readLine(lines[next]!.text);
    if (line.kind === 'node') return typeof readNodeLine(line.text) !== 'string';
    if (isSummary(line)) return true;
    if ('column' in line && line.kind !== 'other' && line.column >= 2) return true;
    break;
  }
  return / on \S/.test(text);
}

/** A node with its arrow, above which no plan began. */
function isOrphan(text: string): boolean {
  const line = readLine(text);
  if (line.kind !== 'node') return false;
  const node = readNodeLine(line.text);
  return typeof node !== 'string' && node.figures;
}

/** An entry whose SQL looks like plans is read so many times, at most. */
const mostReadings = 5;

/**
 * The plan of an entry of auto_explain: the SQL before it may hold what looks like one, so it is the first after which
 * nothing else comes. `whole`: where the entry ends is known.
 */
export function loggedTextPlan(
  body: readonly Line[],
  at: number,
  whole: boolean,
): { found: Found; query: string | null } {
  const [first] = body;
  const queried = first !== undefined && /^\s*Query Text: /.test(first.text);
  const roots = body.flatMap((line, i) =>
    (queried ? i > 0 : true) && isRoot(line.text) === 'by figures' ? [i] : [],
  );
  const tried = roots.length > 80 ? [...roots.slice(0, 40), ...roots.slice(-40)] : roots;
  const end = body.findLastIndex((line) => !isBlank(line)) + 1;
  let last: { plan: TextPlan; from: number; ends: boolean } | null = null;
  let left = end * mostReadings + 1000;
  for (const from of tried) {
    const plan = parseTextPlan(body, from);
    last = { plan, from, ends: plan.kind === 'plan' && plan.next >= end };
    left -= plan.next - from;
    if (last.ends || left < 0) break;
  }
  if (!last)
    return { found: broken(at, 'this entry of the log has no plan, or one that is cut off'), query: null };
  const { plan, from, ends } = last;
  if (plan.kind === 'broken') return { found: broken(plan.at, plan.why), query: null };
  const rest = body.slice(plan.next).find((line) => !isBlank(line));
  if (whole && !ends && rest)
    return {
      found: broken(rest.at, `"${rest.text.trim().slice(0, 60)}" is no line of a plan: it is cut off`),
      query: null,
    };
  return {
    found: { kind: 'plan', document: plan.document, line: body[from]!.at, format: 'text', notes: plan.notes },
    query: queried ? queryOf(body.slice(0, from)) : null,
  };
}

const queryOf = (lines: readonly Line[]): string =>
  lines
    .filter(({ text }) => !/^\s*Query Parameters: /.test(text))
    .map(({ text }) => text)
    .join('\n')
    .replace(/^\s*Query Text: /, '')
    .trimEnd();
