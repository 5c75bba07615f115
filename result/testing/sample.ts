/** Test only: a value in which everything of a schema is there, so that no number of a section can be forgotten. */

interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

/** Numbers that stay above every floor of the figures when they are divided by three. */
const sampleNumber = 30;
const sampleBytes = 90_000;

/** Each alternative of a row is a row; of other alternatives the first that is not null. */
export function sample(schema: object, key = ''): unknown {
  const { type, anyOf, enum: words, const: one, items, properties, patternProperties } = schema as Schema;
  if (one !== undefined) return one;
  if (words) return words[0];
  if (anyOf) return sample(anyOf.find((each) => each.type !== 'null')!, key);
  if (items)
    return (items.anyOf && isRows(items.anyOf) ? items.anyOf : [items]).map((each) => sample(each, key));
  if (patternProperties) return { '40001': sample(Object.values(patternProperties)[0]!, key) };
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, sample(each, name)]));
  switch (type) {
    case 'number':
    case 'integer':
      return /bytes/i.test(key) ? sampleBytes : sampleNumber;
    case 'boolean':
      return true;
    default:
      return `some ${key}`;
  }
}

const isRows = (alternatives: readonly Schema[]) =>
  alternatives.every(({ properties }) => properties !== undefined);

export type Path = readonly (string | number)[];

/** Where the numbers of a value are. */
export function numbersIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    numbersIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A copy in which one number is another one. */
export function withNumber<T>(value: T, path: Path, change: (before: number) => number): T {
  const copy = structuredClone(value);
  let at: Record<string | number, unknown> = copy as never;
  for (const key of path.slice(0, -1)) at = at[key] as never;
  const last = path.at(-1)!;
  at[last] = change(at[last] as number);
  return copy;
}
