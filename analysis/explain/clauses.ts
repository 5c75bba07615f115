import { withoutLiterals } from './fingerprint.ts';
import type { PlanNode } from './plan.ts';

/** Each clause of a node's conditions (without literals), and as what it is used: Index Cond, Filter... */
export function clausesOf(node: PlanNode): Map<string, string> {
  const clauses = new Map<string, string>();
  for (const [kind, text] of Object.entries(node.conditions)) {
    if (!/Cond$|Filter$/.test(kind)) continue;
    // what a bitmap checks again is what its index looked for
    const use = kind === 'Recheck Cond' ? 'Index Cond' : kind;
    for (const clause of splitAnd(withoutLiterals(text))) clauses.set(withoutAlias(clause, node), use);
  }
  return clauses;
}

/** `((a = 1) AND (b = 2))` to `(a = 1)` and `(b = 2)`; an AND inside of a clause stays. */
export function splitAnd(text: string): string[] {
  const inner = /^\(\(.*\)\)$/s.test(text) ? text.slice(1, -1) : text;
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '(') depth++;
    else if (inner[i] === ')') depth--;
    else if (depth === 0 && inner.startsWith(' AND ', i)) {
      parts.push(inner.slice(start, i));
      start = i + ' AND '.length;
    }
  }
  parts.push(inner.slice(start));
  return parts;
}

/** The node's own alias, with a partition's number or not, says nothing in its own conditions. */
const withoutAlias = (clause: string, { alias }: PlanNode) =>
  alias ? clause.replace(new RegExp(`\\b${alias.replace(/[^\w]/g, '\\$&')}(?:_\\d+)*\\.`, 'g'), '') : clause;
