import { withoutLiterals } from './fingerprint.ts';
import type { PlanNode } from './plan.ts';

export interface Clause {
  /** Without literals and without the node's own alias: the same in every plan of the statement. */
  readonly key: string;
  /** As EXPLAIN prints it. */
  readonly text: string;
  /** Index Cond, Filter, Join Filter... */
  readonly use: string;
}

/** Each clause of a node's conditions, and as what it is used. */
export function clauseList(node: PlanNode): Clause[] {
  return Object.entries(node.conditions).flatMap(([kind, condition]) => {
    if (!/Cond$|Filter$/.test(kind)) return [];
    // what a bitmap checks again is what its index looked for
    const use = kind === 'Recheck Cond' ? 'Index Cond' : kind;
    return splitAnd(condition).map((text) => ({ key: withoutAlias(withoutLiterals(text), node), text, use }));
  });
}

/** Each clause of a node's conditions (without literals), and as what it is used: Index Cond, Filter... */
export const clausesOf = (node: PlanNode): Map<string, string> =>
  new Map(clauseList(node).map(({ key, use }) => [key, use]));

/** `((a = 1) AND (b = 2))` to `(a = 1)` and `(b = 2)`; an AND inside of a clause or of a string stays. */
export function splitAnd(text: string): string[] {
  // "(tracked AND (price < 10))" begins with a column that is true by itself.
  const within = /^\(.*\)$/s.test(text) ? splitTop(text.slice(1, -1)) : [text];
  return within.length > 1 || /^\(\(.*\)\)$/s.test(text) ? within : splitTop(text);
}

function splitTop(inner: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === "'") i = endOfString(inner, i);
    else if (inner[i] === '(') depth++;
    else if (inner[i] === ')') depth--;
    else if (depth === 0 && inner.startsWith(' AND ', i)) {
      parts.push(inner.slice(start, i));
      start = i + ' AND '.length;
    }
  }
  parts.push(inner.slice(start));
  return parts;
}

/** A doubled quote inside begins what looks like a string of its own, and ends it: the end is the same. */
const endOfString = (text: string, start: number): number => {
  const end = text.indexOf("'", start + 1);
  return end < 0 ? text.length : end;
};

/** The node's own alias, with a partition's number or not, says nothing in its own conditions. */
const withoutAlias = (clause: string, { alias }: PlanNode) =>
  alias ? clause.replace(new RegExp(`\\b${alias.replace(/[^\w]/g, '\\$&')}(?:_\\d+)*\\.`, 'g'), '') : clause;
