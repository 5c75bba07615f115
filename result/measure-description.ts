import type { Static, TSchema } from 'typebox';
import type { SuiteName } from '../config/suites.ts';
import type { AnyNode, Node } from './figure-tree.ts';

/** A key of result.json: its schema, what it holds before anything was measured, and its figures. */
export interface Section<Schema extends TSchema = TSchema> {
  readonly schema: Schema;
  /** Absent: the key itself is absent until it is measured. */
  readonly empty?: () => Static<Schema>;
  readonly figures: AnyNode;
}

/** One way of measuring, as everything but the run itself knows it. */
export interface MeasureDescription {
  /** What `--only` calls it. */
  readonly part: string;
  /** Another word that `--only` takes for it. */
  readonly alias?: string;
  /** First word of its families in OpenMetrics; the part itself when absent. */
  readonly family?: string;
  readonly title: string;
  /** The one sentence that says what it is for. */
  readonly what: string;
  /** Suites that contain it when `--only` names nothing; none: a command of its own runs it. */
  readonly suites: readonly SuiteName[];
  readonly sections: Readonly<Record<string, Section>>;
}

export const everySuite: readonly SuiteName[] = ['smoke', 'quick', 'nightly', 'release'];
/** What takes long, and says little about a change of the schema. */
export const longSuites: readonly SuiteName[] = ['nightly', 'release'];

export const section = <Schema extends TSchema>(
  schema: Schema,
  figures: Node<NonNullable<Static<Schema>>>,
  empty: () => Static<Schema>,
) => ({ schema, figures: figures as AnyNode, empty });

/** A section whose key is absent where it was not measured. */
export const optionalSection = <Schema extends TSchema>(
  schema: Schema,
  figures: Node<NonNullable<Static<Schema>>>,
) => ({ schema, figures: figures as AnyNode });

export const measure = <const Description extends MeasureDescription>(description: Description) =>
  description;
