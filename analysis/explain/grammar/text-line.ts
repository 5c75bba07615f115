import { columnOf } from '../source/line.ts';
import { figuresBegin, readNodeLine } from './node-line.ts';

/** What a line of a text plan is, by itself; whether it may stand where it stands is the plan's affair. */
export type TextLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'node'; readonly arrow: number; readonly column: number; readonly text: string }
  | { readonly kind: 'heading'; readonly column: number; readonly text: string }
  | { readonly kind: 'worker'; readonly column: number; readonly number: number; readonly rest: string }
  | { readonly kind: 'target'; readonly column: number }
  | { readonly kind: 'property'; readonly column: number; readonly key: string; readonly value: string }
  | { readonly kind: 'other'; readonly column: number };

const heading = /^(?:(?:InitPlan|SubPlan) \S+(?: \(returns [^)]*\))?|CTE \S.*)$/;
const target = /^(?:Foreign )?(?:Insert|Update|Delete|Merge) on \S/;
const property = /^([A-Za-z][\w ()/-]*?):(?:\s+(.*)|)$/;

export function readLine(text: string): TextLine {
  const column = columnOf(text);
  if (column < 0) return { kind: 'blank' };
  const trimmed = text.trim();
  const [, indent, node] = /^(\s*)->\s+(\S.*)$/.exec(text) ?? [];
  if (node !== undefined)
    return { kind: 'node', arrow: indent!.length, column: text.length - node.length, text: node };
  if (heading.test(trimmed)) return { kind: 'heading', column, text: trimmed };
  const [, worker, rest] = /^Worker (\d+):\s*(.*)$/.exec(trimmed) ?? [];
  if (worker !== undefined) return { kind: 'worker', column, number: Number(worker), rest: rest! };
  if (target.test(trimmed)) return { kind: 'target', column };
  if (trimmed.startsWith('Trigger ') && /: (?:time=|calls=)/.test(trimmed))
    return { kind: 'property', column, key: 'Trigger', value: trimmed };
  const [, key, value = ''] = property.exec(trimmed) ?? [];
  if (key !== undefined) return { kind: 'property', column, key, value };
  return { kind: 'other', column };
}

/** Lines below the nodes, at the column of the root. */
const summary =
  /^(?:Planning|JIT(?: for worker \d+)?|Settings|Query Identifier|Planning [Tt]ime|Execution [Tt]ime|Total runtime|Serialization|Trigger|Optimizer|Memory used)$/;
export const isSummary = (line: TextLine): boolean => line.kind === 'property' && summary.test(line.key);

/** Whether a line without an arrow can be the first of a plan: by its figures, or (COSTS OFF) as a node by its name. */
export function isRoot(text: string): 'by figures' | 'by name' | null {
  const trimmed = text.trim();
  if (!/^["A-Z]/.test(trimmed)) return null;
  if (figuresBegin.test(trimmed))
    return readLine(trimmed).kind === 'property' && typeof readNodeLine(trimmed) === 'string'
      ? null
      : 'by figures';
  const node = /^[A-Z]/.test(trimmed) && trimmed.length < 400 ? readNodeLine(trimmed) : 'no node';
  return typeof node !== 'string' && node.known ? 'by name' : null;
}

/** psql's count of rows below a table, in the language of its user: "(12 rows)", "(12 Zeilen)". */
export function rowCount(text: string): number | null {
  const [, count] = /^\s{0,200}\((\d+)[^\d()]{1,16}\)\s*$/.exec(text) ?? [];
  return count === undefined ? null : Number(count);
}
