/**
 * How a section of result.json turns into figures: a tree of the section's own shape. Its types demand that every number
 * of the schema is there, as a figure or with the reason why it is none.
 */
import type { Percentiles } from './percentiles.ts';

export type Unit =
  | 'ms'
  | 's'
  | 'B'
  | 'B/s'
  | '/s'
  | '%'
  | 'share'
  | 'ratio'
  | 'pages'
  | 'rows'
  | 'requests'
  | 'errors'
  | 'events'
  | 'sessions'
  | 'clients'
  | 'cores';

/**
 * By which rule an exact figure decides (analysis/runs/judge-figure.ts): a tenth and three more (work), any increase
 * (any), more than chance (chance: errors, of which a run may have some); null: it advises.
 */
export type Decides = 'work' | 'any' | 'chance' | null;

export interface FigureSpec {
  readonly name: string;
  readonly unit: Unit;
  readonly better: 'less' | 'more' | 'none';
  readonly kind: 'exact' | 'timed';
  readonly decides: Decides;
  /** Below it on both sides nothing is compared: a ratio there is one of noise. */
  readonly floor: number;
  /** One of so many that a comparison shows it only where it moved. */
  readonly detail: boolean;
  readonly help: string;
}

export interface SpecOptions {
  readonly better?: FigureSpec['better'];
  readonly decides?: Decides;
  readonly floor?: number;
  readonly detail?: boolean;
  readonly help?: string;
  /** Keys beside it that hold its interval and how many samples it rests on. */
  readonly low?: string;
  readonly high?: string;
  readonly samples?: string;
}

interface Not {
  readonly is: 'not';
  readonly why: string;
}
export interface FigureNode {
  readonly is: 'figure';
  readonly spec: FigureSpec;
  readonly beside: Pick<SpecOptions, 'low' | 'high' | 'samples'>;
}
export interface PercentilesNode {
  readonly is: 'percentiles';
  readonly spec: FigureSpec;
}
/** A record of counts by a word, as errors by SQLSTATE: one figure with a label more. */
export interface TallyNode {
  readonly is: 'tally';
  readonly spec: FigureSpec;
  readonly label: string;
}
export interface GroupNode<Row> {
  readonly is: 'group';
  readonly leaves: Readonly<Record<string, AnyNode>>;
  readonly derived: readonly Derived<Row>[];
}
export interface RowsNode<Row> {
  readonly is: 'rows';
  branch(row: Row): { readonly labels: LabelsOf<Row>; readonly group: GroupNode<Row> };
  /** Null: rows of one shape; else the groups by their `kind`. */
  readonly groups: ReadonlyMap<string | null, GroupNode<Row>>;
}
export type AnyNode = Not | FigureNode | PercentilesNode | TallyNode | GroupNode<unknown> | RowsNode<unknown>;

type LabelValue = string | number | boolean | null | undefined;
/** What a row is of; a label that is null is left out. `all` are the rows of its section. */
export interface LabelsOf<Row> {
  of(row: Row, all: readonly Row[]): Readonly<Record<string, LabelValue>>;
}
export interface Derived<Row> {
  readonly spec: FigureSpec;
  /** Undefined: this row has no such figure. */
  of(row: Row): number | null | undefined;
}

type Scalar = string | boolean | null | undefined;
type Numeric<T> = T extends number
  ? true
  : T extends Scalar
    ? false
    : T extends readonly (infer Each)[]
      ? Numeric<Each>
      : T extends object
        ? Numeric<T[keyof T]>
        : false;
type NumericKeys<T> = { [K in keyof T]-?: true extends Numeric<T[K]> ? K : never }[keyof T];

/** What may stand for a value of this type. */
export type Node<T> =
  | Not
  | ([T] extends [number]
      ? FigureNode
      : [T] extends [Percentiles]
        ? PercentilesNode
        : [T] extends [readonly (infer Each)[]]
          ? RowsNode<Each>
          : string extends keyof T
            ? TallyNode
            : GroupNode<T>);
export type Leaves<T> = { readonly [K in NumericKeys<T>]: Node<NonNullable<T[K]>> };
type Kinds<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: KindOf<Extract<T, { readonly kind: K }>>;
};
interface KindOf<T> {
  labels(row: T, all: readonly T[]): Readonly<Record<string, LabelValue>>;
  readonly leaves: Leaves<T>;
  readonly derived?: readonly Derived<T>[];
}

const specOf = (
  kind: FigureSpec['kind'],
  name: string,
  unit: Unit,
  { better = 'less', floor = 0, detail = false, help, decides }: SpecOptions,
): FigureSpec => ({
  ...{ name, unit, better, kind, floor, detail, help: help ?? sentence(name) },
  decides: decides === undefined ? usualRule(kind, unit, better) : decides,
});
const sentence = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1).replaceAll('-', ' ')}.`;
const usualRule = (kind: FigureSpec['kind'], unit: Unit, better: FigureSpec['better']): Decides =>
  kind === 'timed' || better !== 'less' ? null : (ruleOf[unit] ?? 'any');
const ruleOf: { readonly [U in Unit]?: Decides } = { pages: 'work', B: 'work', errors: 'chance' };

const node =
  (kind: FigureSpec['kind']) =>
  (name: string, unit: Unit, { low, high, samples, ...options }: SpecOptions = {}): FigureNode => ({
    is: 'figure',
    spec: specOf(kind, name, unit, options),
    beside: { ...(low && { low }), ...(high && { high }), ...(samples && { samples }) },
  });

/** A count: pages, bytes, rows, faults. The same build on the same data gives it again. */
export const exact = node('exact');
/** What depends on the machine and its load: times, rates, shares of them. */
export const timed = node('timed');
/** A number that nobody compares, and the reason. */
export const not = (why: string): Not => ({ is: 'not', why });
export const percentiles = (name: string, unit: Unit = 'ms', options: SpecOptions = {}): PercentilesNode => ({
  is: 'percentiles',
  spec: specOf('timed', name, unit, options),
});
export const tally = (name: string, unit: Unit, label: string, options: SpecOptions = {}): TallyNode => ({
  is: 'tally',
  spec: specOf('exact', name, unit, options),
  label,
});
/** A figure that several keys of a row give together. */
export const derived = <Row>(
  { spec }: FigureNode,
  of: (row: Row) => number | null | undefined,
): Derived<Row> => ({ spec, of });

export const group = <T>(leaves: Leaves<T>, figures: readonly Derived<T>[] = []): GroupNode<T> => ({
  is: 'group',
  leaves: leaves as Readonly<Record<string, AnyNode>>,
  derived: figures,
});

export function rows<T>(
  labels: KindOf<T>['labels'],
  leaves: Leaves<T>,
  figures: readonly Derived<T>[] = [],
): RowsNode<T> {
  const one = group(leaves, figures);
  return {
    is: 'rows',
    branch: () => ({ labels: { of: labels }, group: one }),
    groups: new Map([[null, one]]),
  };
}

/** Rows of several shapes, told apart by their `kind`. */
export function rowsByKind<T extends { readonly kind: string }>(kinds: Kinds<T>): RowsNode<T> {
  const known = new Map(
    Object.entries<KindOf<T>>(kinds as unknown as Readonly<Record<string, KindOf<T>>>).map(
      ([kind, { labels, leaves, derived: figures }]) => [
        kind,
        { labels: { of: labels }, group: group<T>(leaves, figures) },
      ],
    ),
  );
  return {
    is: 'rows',
    branch: ({ kind }) => known.get(kind)!,
    groups: new Map([...known].map(([kind, { group: each }]) => [kind, each])),
  };
}
