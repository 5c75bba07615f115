import type { Plan, PlanNode } from './plan.ts';

/**
 * An SQL text without the values in it: each string and number is `?`, names stay. For texts that leave the machine of
 * whoever owns the rows.
 */
export const withoutValues = (text: string): string =>
  text.replace(tokens, (token) => (isName(token) ? token : '?'));

/** E'text' begins like a name and is a value; $1 is nobody's value. */
const isName = (token: string): boolean =>
  token.startsWith('"') || /^(?:\$\d+|[A-Za-z_\u0080-\uffff][^']*)$/.test(token);

/** Quoted names and words, which stay; strings in all their forms, one that is cut off too; numbers. */
const tokens =
  /"(?:[^"]|"")*"|\b[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|(?:\b[bBxXnN]|\b[uU]&)?'(?:[^']|'')*(?:'|$)|\$\d+|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/g;

/** The same plan, its conditions without values. */
export const planWithoutValues = (plan: Plan): Plan => ({ ...plan, root: nodeWithoutValues(plan.root) });

const nodeWithoutValues = (node: PlanNode): PlanNode => ({
  ...node,
  conditions: Object.fromEntries(
    Object.entries(node.conditions).map(([name, text]) => [name, withoutValues(text)]),
  ),
  children: node.children.map(nodeWithoutValues),
});

/** What of EXPLAIN's JSON names something; every other text of it may hold values. */
const names: ReadonlySet<string> = new Set([
  ...['Node Type', 'Relation Name', 'Schema', 'Alias', 'Index Name', 'CTE Name', 'Function Name'],
  ...['Subplan Name', 'Parent Relationship', 'Join Type', 'Strategy', 'Partial Mode', 'Operation', 'Command'],
  ...['Scan Direction', 'Sort Method', 'Sort Space Type', 'Trigger Name', 'Constraint Name', 'Relation'],
  ...['Tuplestore Name', 'Table Function Name', 'Custom Plan Provider', 'Storage', 'Format', 'Cache Mode'],
]);

/** EXPLAIN's JSON without the values in its conditions and lists. */
export function jsonWithoutValues(json: string): string {
  const strip = (value: unknown, key: string | null): unknown => {
    if (typeof value === 'string') return key !== null && names.has(key) ? value : withoutValues(value);
    if (Array.isArray(value)) return value.map((each) => strip(each, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, key === 'Settings' ? each : strip(each, name)]),
    );
  };
  return JSON.stringify(strip(JSON.parse(json), null), null, 2);
}

/** A message of the server's without the value that it quotes. */
export const messageWithoutValues = (message: string): string =>
  message
    .replace(/((?:invalid|malformed|out of range)[^"\n]*: )"[\s\S]*"/, '$1"?"')
    .replace(/\bvalue "[\s\S]*" is out of range/, 'value "?" is out of range');
