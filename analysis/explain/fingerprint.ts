import { indexDefinition, type Lineage, noLineage, rootTable } from './lineage.ts';
import type { PlanNode } from './plan.ts';

export interface Fingerprints {
  /** Node types, relations with aliases, indexes by definition, joins, who is under whom. */
  readonly shape: string;
  /** The shape, and which conditions are index conditions and which filters; literals replaced. */
  readonly detail: string;
}

/**
 * Two plans with one fingerprint do the same. Partitions count as their table and equal siblings under an Append as
 * one, so that a month more or less, or a pruned one, is no other plan.
 */
export function fingerprints(root: PlanNode, lineage: Lineage = noLineage): Fingerprints {
  return {
    shape: hash(textOf(root, lineage, () => '')),
    detail: hash(textOf(root, lineage, (node) => conditionsText(node, lineage))),
  };
}

type Extra = (node: PlanNode) => string;

function textOf(node: PlanNode, lineage: Lineage, extra: Extra): string {
  const relation = node.relation && rootTable(lineage, node.relation);
  const parts = [
    node.relationship === 'Outer' || node.relationship === 'Member' ? '' : (node.relationship ?? ''),
    node.partialMode === 'Simple' ? '' : (node.partialMode ?? ''),
    node.parallel ? 'Parallel' : '',
    node.type,
    node.strategy ?? '',
    node.variety ?? node.operation ?? '',
    node.joinType ?? '',
    node.backward ? 'Backward' : '',
    relation ?? node.cte ?? '',
    relation ? aliasOf(node, lineage) : '',
    node.index ? indexDefinition(lineage, node.index) : '',
    extra(node),
  ];
  return `${parts.join('|')}(${childrenText(node, lineage, extra).join(',')})`;
}

function childrenText(node: PlanNode, lineage: Lineage, extra: Extra): string[] {
  const texts = node.children.map((child) => textOf(child, lineage, extra));
  const appends = node.type === 'Append' || node.type === 'Merge Append';
  return appends ? [...new Set(texts)].sort() : texts;
}

/** A partition's alias is its table's with a number: `o_7` of `core.orders AS o`. */
export function aliasOf(node: PlanNode, lineage: Lineage): string {
  const { alias, relation } = node;
  if (!alias || !relation || alias === relation) return '';
  return lineage.tables.has(relation) ? alias.replace(/_\d+$/, '') : alias;
}

function conditionsText(node: PlanNode, lineage: Lineage): string {
  return Object.entries(node.conditions)
    .map(([name, text]) => `${name}=${withoutLiterals(withoutPartition(text, node, lineage))}`)
    .sort()
    .join(';');
}

/** Strings, numbers and parameters become `?`, a list of literals one `?`. */
export const withoutLiterals = (text: string): string =>
  text
    .replace(
      /'(?:[^']|'')*'(?:::[\w."]+(?: (?:with|without) time zone| precision| varying)?(?:\[\])?)?/g,
      '?',
    )
    .replace(/\$\d+/g, '?')
    .replace(/(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/g, '?')
    .replace(/\?(?:, \?)+/g, '?');

function withoutPartition(text: string, { alias, relation }: PlanNode, lineage: Lineage): string {
  if (!alias || !relation || !lineage.tables.has(relation)) return text;
  const root = alias === relation ? rootTable(lineage, relation) : alias.replace(/_\d+$/, '');
  return text.replaceAll(`${alias}.`, `${root}.`);
}

/** FNV-1a, 64 bit, in hexadecimal: short, and the same everywhere. */
function hash(text: string): string {
  let h = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n);
  return h.toString(16).padStart(16, '0');
}
