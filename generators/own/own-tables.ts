import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Session } from '../../infra/topology/session.ts';
import { afterSource, type ColumnSource, columnKey, columnSource, type Making } from './column-source.ts';
import { isText, isTime, numberWriter } from './column-writers.ts';
import type { SchemaColumn, SchemaTable } from './database-schema.ts';
import { drawnPosition, keyOf, type Position, Ranks, Shares, spreadPosition, unit } from './draws.ts';
import type { ColumnLaw, Generators, Law, TableLaws } from './laws.ts';
import { type Reference, type References, referencesOf } from './references.ts';
import { serverValues } from './server-values.ts';
import { poolSize, textMaker } from './text-maker.ts';
import { type DrawUnit, plainUnit, type UniquePositions, uniquePositions } from './uniqueness.ts';

/** A column as it is filled. */
export interface OwnColumn {
  readonly column: SchemaColumn;
  readonly source: ColumnSource;
  isNull(row: number): boolean;
}

export interface OwnTable {
  readonly schema: SchemaTable;
  readonly laws: TableLaws;
  readonly rows: number;
  /** In the order in which they are written. Others keep their defaults. */
  readonly columns: readonly OwnColumn[];
}

interface State {
  readonly schema: SchemaTable;
  readonly laws: TableLaws;
  readonly rows: number;
  readonly references: References;
  readonly unique: UniquePositions;
  readonly made: Map<string, OwnColumn>;
  /** By the name of the foreign key or the column. */
  readonly targets: Map<string, Target>;
  readonly together: Map<number, { index(row: number): number }>;
}

/** The row of another table that a row refers to. */
interface Target {
  readonly table: string;
  row(row: number): number;
  /** Rows for which there is none. */
  readonly none?: (row: number) => boolean;
  /** The rows that refer to one: how many, and each; null where they cannot be counted off. */
  readonly children: ((parent: number) => { readonly count: number; at(index: number): number }) | null;
}

/** Every table with its laws bound to the columns that the database has. */
export class OwnTables {
  readonly #session: Session;
  readonly #seed: number;
  readonly #states = new Map<string, State>();
  /** What is being made, to see circles. */
  readonly #under: string[] = [];

  /** @throws Fault (usage) with the line of what does not fit the database */
  constructor(
    session: Session,
    schema: readonly SchemaTable[],
    generators: Generators,
    how: { readonly factor: number; readonly seed: number },
  ) {
    this.#session = session;
    this.#seed = how.seed;
    const byLabel = Map.groupBy(schema, ({ label }) => label);
    for (const laws of generators.tables) {
      const found = byLabel.get(laws.label) ?? [];
      if (found.length !== 1)
        throw usage(
          found.length === 0
            ? `${laws.at}: the database has no table "${laws.label}".`
            : `${laws.at}: "${laws.label}" names ${found.length} tables, for a name with a dot is among them.`,
          found.length === 0 ? suggest(laws.label, byLabel.keys()) : 'Rename one of them.',
        );
      checkColumns(found[0]!, laws);
      const rows = laws.fixed ? laws.rows : Math.round(laws.rows * how.factor);
      this.#states.set(laws.label, this.#state(found[0]!, laws, rows));
    }
    for (const state of this.#states.values()) this.#bind(state);
  }

  get labels(): string[] {
    return [...this.#states.keys()];
  }

  #state(schema: SchemaTable, laws: TableLaws, rows: number): State {
    return {
      ...{ schema, laws, rows, references: referencesOf(schema, laws) },
      ...{ unique: new Map(), made: new Map(), targets: new Map(), together: new Map() },
    };
  }

  /** Which columns keep the keys unique, now that every table's rows are known. */
  #bind(state: State): void {
    const { schema, laws, rows, references } = state;
    const units: DrawUnit[] = references.groups.map(({ columns, table, at }) => {
      const parent = this.#states.get(table);
      if (!parent)
        throw usage(
          `${at}: "${table}" is referred to, and is not among the tables.`,
          suggest(table, this.#states.keys()),
        );
      const own = laws.columns.get(columns[0]!)!;
      const counted = references.groupOf(columns[0]!)!.within === null;
      return { columns, own, size: counted ? parent.rows : 0 };
    });
    for (const [name, own] of laws.columns) {
      const column = columnOf(schema, name);
      if (!references.groupOf(name) && !laws.together.some(({ columns }) => columns.includes(name)))
        units.push(plainUnit(column, own));
    }
    for (const [name, position] of uniquePositions(schema, laws, units, rows, (of) =>
      keyOf(this.#seed, schema.label, of, 'unique'),
    ))
      (state.unique as Map<string, Position>).set(name, position);
  }

  /** @throws Fault (usage) with the line of a law that does not fit its column */
  async table(label: string): Promise<OwnTable> {
    const { schema, laws, rows } = this.#states.get(label)!;
    const columns: OwnColumn[] = [];
    for (const { name } of schema.columns) {
      const law = laws.columns.get(name)?.law ?? togetherLaw(laws, name);
      if (law && law.kind !== 'default') columns.push(await this.#column(label, name));
    }
    return { schema, laws, rows, columns };
  }

  async #column(label: string, name: string): Promise<OwnColumn> {
    const state = this.#states.get(label)!;
    const made = state.made.get(name);
    if (made) return made;
    const path = `${label}.${name}`;
    const known = [...state.laws.columns.keys(), ...state.laws.together.flatMap(({ columns }) => columns)];
    if (!known.includes(name) || state.laws.columns.get(name)?.law.kind === 'default')
      throw usage(
        `${state.laws.at}: another column is to be made of ${path}, which has no law of its own.`,
        suggest(name, known),
      );
    if (this.#under.includes(path))
      throw usage(
        `${state.laws.at}: these columns are made of each other, in a circle: ${[...this.#under.slice(this.#under.indexOf(path)), path].join(' -> ')}.`,
        'Give one of them a law of its own.',
      );
    this.#under.push(path);
    try {
      const column = await this.#make(state, name);
      state.made.set(name, column);
      return column;
    } finally {
      this.#under.pop();
    }
  }

  async #make(state: State, name: string): Promise<OwnColumn> {
    const { schema, laws, rows, unique } = state;
    const column = columnOf(schema, name);
    const together = laws.together.findIndex(({ columns }) => columns.includes(name));
    if (together >= 0) return await this.#togetherColumn(state, column, together);
    const own = laws.columns.get(name)!;
    const where = `${own.at}: ${schema.label}.${name}`;
    const key = columnKey(this.#seed, schema.label, name);
    const even =
      own.order === 0 && (own.distinct !== null || own.law.kind === 'text' || own.law.kind === 'token');
    const position =
      unique.get(name) ?? (even ? spreadPosition(rows, key) : drawnPosition(rows, key, own.order));
    const making: Making = {
      ...{ column, own, where, rows, position, key, seed: this.#seed },
      unique: unique.has(name),
      encode: (texts) => serverValues(this.#session, column, texts, where),
    };
    const nullKey = keyOf(this.#seed, schema.label, name, 'nulls');
    const drawn = own.nulls === 0 ? () => false : (row: number) => unit(row, nullKey) < own.nulls;
    const { law } = own;
    switch (law.kind) {
      case 'null':
        return {
          column,
          isNull: () => true,
          source: { widest: 4, number: null, pick: null, write: (writer) => writer.null() },
        };
      case 'ref':
        return await this.#referring(state, column, drawn);
      case 'parent': {
        const target = await this.#target(state, law.by, where);
        const taken = await this.#column(target.table, law.take);
        const by = await this.#column(schema.label, law.by);
        return through(column, taken, target, (row) => drawn(row) || by.isNull(row), where);
      }
      case 'same':
      case 'after':
      case 'map': {
        const other = await this.#column(schema.label, law.column);
        const isNull = (row: number) => drawn(row) || other.isNull(row);
        return { column, isNull, source: await derived(making, law, other) };
      }
      default: {
        const source = (await columnSource(making)) ?? (await this.#pooled(making));
        return { column, source, isNull: drawn };
      }
    }
  }

  /** Values that the server turns into their type, drawn from a pool: for types that have no binary form here. */
  async #pooled(making: Making): Promise<ColumnSource> {
    const { own, where, unique, position, rows, column } = making;
    if (unique)
      throw usage(
        `${where}: it must be unique, and "${own.law.kind}" has no end of values for ${column.type}.`,
        'Use sequence, uuid, or a list of values.',
      );
    const asked = own.distinct && 'count' in own.distinct ? own.distinct.count : poolSize;
    const size = Math.max(1, Math.min(asked, poolSize, rows));
    const make = textMaker({ ...own, nulls: 0 }, making.key >>> 0);
    const encoded = await making.encode(Array.from({ length: size }, (_, i) => make(i) ?? ''));
    const ranks = new Ranks(size, own.zipf);
    return {
      ...{ number: null, pick: null },
      widest: Math.max(...encoded.map(({ length }) => length)) + 4,
      write: (writer, row) => writer.field(encoded[ranks.at(position(row))]!),
    };
  }

  async #togetherColumn(state: State, column: SchemaColumn, place: number): Promise<OwnColumn> {
    const { schema, laws } = state;
    const own = laws.together[place]!;
    const shares = new Shares(own.rows.map(({ weight }) => weight));
    const key = keyOf(this.#seed, schema.label, own.columns.join(' '), 'together');
    const index = (row: number) => shares.at(unit(row, key));
    const at = own.columns.indexOf(column.name);
    const texts = own.rows.map(({ values }) => values[at] ?? null);
    const where = `${own.at}: ${schema.label}.${column.name}`;
    const encoded = await serverValues(
      this.#session,
      column,
      texts.map((text) => text ?? texts.find((each) => each !== null) ?? ''),
      where,
    );
    return {
      column,
      isNull: (row) => texts[index(row)] === null,
      source: {
        number: null,
        pick: { texts: texts.map((text) => text ?? ''), index },
        widest: Math.max(...encoded.map(({ length }) => length)) + 4,
        write: (writer, row) => writer.field(encoded[index(row)]!),
      },
    };
  }

  async #referring(state: State, column: SchemaColumn, drawn: (row: number) => boolean): Promise<OwnColumn> {
    const { schema, laws, references, rows } = state;
    const own = laws.columns.get(column.name)!;
    const group = references.groupOf(column.name)!;
    const taking = group.taking[group.columns.indexOf(column.name)]!;
    const where = `${own.at}: ${schema.label}.${column.name}`;
    const parent = this.#states.get(group.table)!;
    if (parent.rows === 0 && rows > 0) {
      if (column.notNull)
        throw usage(
          `${where}: it refers to ${group.table}, which has no rows, and it may not be null.`,
          `Give ${group.table} rows.`,
        );
      return {
        column,
        isNull: () => true,
        source: { widest: 4, number: null, pick: null, write: (writer) => writer.null() },
      };
    }
    const target = await this.#target(state, column.name, where);
    const self = group.table === schema.label;
    // The first row of a table that refers to itself has none before it.
    const first = (row: number) => self && row === 0 && !column.notNull;
    return through(
      column,
      await this.#column(group.table, taking),
      target,
      (row) => first(row) || drawn(row) || (target.none?.(row) ?? false),
      where,
    );
  }

  /** Where the rows of a table point by one of its columns. */
  async #target(state: State, name: string, where: string): Promise<Target> {
    const { schema, references, targets } = state;
    const group = references.groupOf(name);
    if (!group)
      throw usage(
        `${where}: ${name} refers to no row.`,
        `Give it the law "ref", or name a column that has it.`,
      );
    const [first] = group.columns;
    const known = targets.get(first!);
    if (known) return known;
    const path = `the reference of ${schema.label}.${first!}`;
    if (this.#under.includes(path))
      throw usage(
        `${where}: these references are drawn by each other, in a circle.`,
        'Leave "within" out of one of them.',
      );
    this.#under.push(path);
    try {
      const target = await this.#drawTarget(state, group, where);
      targets.set(first!, target);
      return target;
    } finally {
      this.#under.pop();
    }
  }

  async #drawTarget(state: State, group: Reference, where: string): Promise<Target> {
    const { schema, laws, rows, unique } = state;
    const [first] = group.columns;
    const own = laws.columns.get(first!)!;
    const parent = this.#states.get(group.table)!;
    const key = keyOf(this.#seed, schema.label, first!, 'target');
    const joint = unique.get(first!);
    if (group.table === schema.label)
      return { table: group.table, row: earlier(key, own, joint), children: null };
    if (group.within !== null) return await this.#within(state, group.within, group, key, where);
    const ranks = new Ranks(parent.rows, joint ? 0 : own.zipf);
    const spread = joint ? null : spreadPosition(rows, key, own.order);
    const mixed = own.order !== 0 && Math.abs(own.order) < 0.999 ? drawnPosition(rows, key, own.order) : null;
    const position = joint ?? mixed ?? spread!;
    // The likeliest rows are anywhere in the table, unless the order of both is to be alike.
    const place = own.order === 0 && !joint ? spreadPosition(parent.rows, key ^ 0x3c6ef372) : null;
    const rowOf = (rank: number) => (place ? place.rowAt(rank) : rank);
    const row = (of: number) => rowOf(ranks.at(position(of)));
    const children = (parentRow: number) => {
      const rank = place ? Math.floor(place(parentRow) * parent.rows) : parentRow;
      let from = Math.max(0, Math.ceil(ranks.share(rank) * rows - 0.5));
      let to = Math.min(rows, Math.ceil(ranks.share(rank + 1) * rows - 0.5));
      // A power function may round the first and the last one into the neighbour's share.
      while (from < to && row(spread!.rowAt(from)) !== parentRow) from++;
      while (to > from && row(spread!.rowAt(to - 1)) !== parentRow) to--;
      return { count: to - from, at: (index: number) => spread!.rowAt(from + index) };
    };
    return { table: group.table, row, children: joint || mixed ? null : children };
  }

  /** A row of the parent that shares a value with this row: both come from one row further up. */
  async #within(state: State, shared: string, group: Reference, key: number, where: string): Promise<Target> {
    const parent = this.#states.get(group.table)!;
    const partner = group.partner!;
    const own = await this.#root(state, shared, where);
    const theirs = await this.#root(parent, partner, where);
    if (own.table !== theirs.table)
      throw usage(
        `${where}: ${shared} comes from ${own.table}, and ${group.table}.${partner} from ${theirs.table}.`,
        'Rows can share what comes from the same table.',
      );
    const { children } = theirs;
    const nullable = group.columns.some((name) => !columnOf(state.schema, name).notNull);
    if (!children)
      throw usage(
        `${where}: rows of ${group.table} cannot be found by ${partner}.`,
        `Give ${group.table}.${partner} the law "ref" to ${theirs.table}, without "order" and not unique.`,
      );
    return {
      table: group.table,
      children: null,
      none: (row) => nullable && children(own.row(row)).count === 0,
      row(row) {
        const found = children(own.row(row));
        if (found.count === 0)
          throw usage(
            `${where}: row ${row + 1} needs a row of ${group.table} with its ${shared}, and there is none.`,
            `Give ${group.table} more rows, or a smaller "zipf" to its ${partner}.`,
          );
        return found.at(Math.min(found.count - 1, Math.floor(unit(row, key) * found.count)));
      },
    };
  }

  /** The row at the end of a chain of references, and the rows of this table that lead to one. */
  async #root(state: State, name: string, where: string): Promise<Target> {
    if (!state.references.groupOf(name))
      return { table: state.schema.label, row: (row) => row, children: one };
    const target = await this.#target(state, name, where);
    const group = state.references.groupOf(name)!;
    const next = this.#states.get(target.table)!;
    const taken = group.taking[group.columns.indexOf(name)]!;
    if (!next.references.groupOf(taken) || target.table === state.schema.label) return target;
    const further = await this.#root(next, taken, where);
    return { table: further.table, row: (row) => further.row(target.row(row)), children: null };
  }
}

const one = (parent: number) => ({ count: 1, at: () => parent });

/** A row before this one, so that there are no circles. */
function earlier(key: number, own: ColumnLaw, joint: Position | undefined): (row: number) => number {
  if (joint) return (row) => Math.max(0, row - 1);
  return (row) => Math.max(0, Math.min(row - 1, Math.floor(unit(row, key) ** (1 + own.zipf) * row)));
}

/** A foreign key may join columns of different types; the field must be of the own one. */
function fitting(column: SchemaColumn, taken: OwnColumn, where: string): ColumnSource {
  const { source } = taken;
  if (taken.column.base === column.base || (isText(taken.column) && isText(column))) return source;
  const write = isTime(column) === isTime(taken.column) ? numberWriter(column, null) : null;
  const { number } = source;
  if (number && write && !isText(column))
    return { ...source, write: (writer, row) => write(writer, number(row)) };
  throw usage(
    `${where}: it is ${column.type}, and what it takes is ${taken.column.type}.`,
    'Give one of them another law, or both one type.',
  );
}

/** The value that the row which is pointed at has in a column. */
function through(
  column: SchemaColumn,
  taken: OwnColumn,
  target: Target,
  none: (row: number) => boolean,
  where: string,
): OwnColumn {
  const source = fitting(column, taken, where);
  const { number, pick } = source;
  return {
    column,
    isNull: (row) => none(row) || taken.isNull(target.row(row)),
    source: {
      widest: source.widest,
      write: (writer, row) => source.write(writer, target.row(row)),
      number: number && ((row) => number(target.row(row))),
      pick: pick && { texts: pick.texts, index: (row) => pick.index(target.row(row)) },
    },
  };
}

async function derived(
  making: Making,
  law: Extract<Law, { kind: 'same' | 'after' | 'map' }>,
  other: OwnColumn,
): Promise<ColumnSource> {
  const { where, column } = making;
  const { source } = other;
  if (law.kind === 'after') {
    if (!source.number)
      throw usage(`${where}: ${law.column} is neither a number nor a time.`, 'Name one that is.');
    return afterSource(making, law, source.number);
  }
  if (law.kind === 'same') {
    if (other.column.base !== column.base)
      throw usage(
        `${where}: it is ${column.type}, and ${law.column} is ${other.column.type}.`,
        'Columns of one type can be the same.',
      );
    return source;
  }
  if (!source.pick)
    throw usage(`${where}: ${law.column} has no list of values.`, 'Give it the law "values".');
  const given = new Map(law.values);
  const texts = source.pick.texts.map((text) => {
    const mapped = given.get(text);
    if (mapped === undefined)
      throw usage(
        `${where}: nothing is said for the value "${text}" of ${law.column}.`,
        'Name every value of it.',
      );
    return mapped;
  });
  const encoded = await making.encode(texts);
  const { index } = source.pick;
  return {
    number: null,
    pick: { texts, index },
    widest: Math.max(...encoded.map(({ length }) => length)) + 4,
    write: (writer, row) => writer.field(encoded[index(row)]!),
  };
}

const columnOf = (schema: SchemaTable, name: string): SchemaColumn =>
  schema.columns.find((column) => column.name === name)!;

const togetherLaw = (laws: TableLaws, name: string): Law | undefined =>
  laws.together.some(({ columns }) => columns.includes(name)) ? { kind: 'values', values: [] } : undefined;

/** Names, and that every column which needs a value has one. */
function checkColumns(schema: SchemaTable, laws: TableLaws): void {
  const names = schema.columns.map(({ name }) => name);
  const listed = [
    ...[...laws.columns].map(([name, { at }]) => ({ name, at })),
    ...laws.together.flatMap(({ columns, at }) => columns.map((name) => ({ name, at }))),
  ];
  const seen = new Set<string>();
  for (const { name, at } of listed) {
    if (!names.includes(name))
      throw usage(`${at}: ${schema.label} has no column "${name}".`, suggest(name, names));
    if (columnOf(schema, name).generated)
      throw usage(`${at}: ${schema.label}.${name} is generated by the server.`, 'Leave it out.');
    if (seen.has(name))
      throw usage(`${at}: ${schema.label}.${name} has two laws.`, 'Keep one, in "columns" or in "together".');
    seen.add(name);
  }
  for (const { name, notNull, hasDefault, generated } of schema.columns) {
    const own = laws.columns.get(name);
    if (notNull && own && (own.law.kind === 'null' || own.nulls > 0))
      throw usage(
        `${own.at}: ${schema.label}.${name} may not be null.`,
        own.law.kind === 'null' ? 'Give it a law.' : 'Leave "nulls" out.',
      );
    if (notNull && !hasDefault && !generated && !seen.has(name) && laws.rows > 0)
      throw usage(
        `${laws.at}: ${schema.label}.${name} (${columnOf(schema, name).type}) needs a value and has no law.`,
        'Give it one, for example { values: [a, b] }; ./olympus init writes a law for each column.',
      );
  }
}
