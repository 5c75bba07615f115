import type { RangeVar } from 'libpg-query';
import type { CatalogueData, Constraint, FunctionFacts, Relation, TypeFacts } from './catalogue.ts';

/** A catalogue that statements are played on: each sees what those before it changed. */
export class SchemaModel {
  readonly serverVersion: number;
  readonly timeZone: string;
  searchPath: readonly string[];
  readonly #relations: Map<number, Relation>;
  readonly #types: Map<string, TypeFacts>;
  readonly #functions: Map<string, FunctionFacts>;
  readonly #binaryCasts: Set<string>;
  #fresh = 0;

  constructor(data: CatalogueData) {
    this.serverVersion = data.serverVersion;
    this.timeZone = data.timeZone;
    this.searchPath = data.searchPath;
    this.#relations = new Map(structuredClone(data.relations).map((one) => [one.oid, one]));
    this.#types = new Map(data.types.map((one) => [one.name, one]));
    this.#functions = new Map(data.functions.map((one) => [one.name, one]));
    this.#binaryCasts = new Set(data.binaryCasts);
  }

  get relations(): Relation[] {
    return [...this.#relations.values()];
  }

  byOid(oid: number): Relation | undefined {
    return this.#relations.get(oid);
  }

  find(schema: string | undefined, name: string): Relation | undefined {
    const schemas = schema === undefined ? this.searchPath : [schema];
    for (const one of schemas) {
      const found = this.relations.find((relation) => relation.schema === one && relation.name === name);
      if (found) return found;
    }
    return undefined;
  }

  named({ schemaname, relname }: RangeVar): Relation | undefined {
    return this.find(schemaname, relname ?? '');
  }

  /** The relation and everything below it: children by inheritance, partitions, a partitioned index's parts. */
  tree(relation: Relation): Relation[] {
    return [relation, ...this.children(relation).flatMap((child) => this.tree(child))];
  }

  children(relation: Relation): Relation[] {
    return this.relations.filter(({ parents }) => parents.includes(relation.oid));
  }

  indexesOf(relation: Relation): Relation[] {
    return this.relations.filter(({ index }) => index?.relation === relation.oid);
  }

  sequencesOf(relation: Relation, column?: string): Relation[] {
    return this.relations.filter(
      ({ owner }) => owner?.relation === relation.oid && (column === undefined || owner.column === column),
    );
  }

  /** Views that read a relation, those that read such views too. */
  viewsOf(relation: Relation): Relation[] {
    return this.relations
      .filter(({ reads }) => reads.includes(relation.oid))
      .flatMap((view) => [view, ...this.viewsOf(view)]);
  }

  /** Views that need a column of a relation. */
  viewsNeeding({ oid }: Relation, column: string): Relation[] {
    return this.relations.filter(({ needs }) =>
      needs.some((one) => one.relation === oid && one.column === column),
    );
  }

  /** The foreign keys that refer to a relation, with the tables that have them. */
  referencesTo(relation: Relation): { table: Relation; constraint: Constraint }[] {
    return this.relations.flatMap((table) =>
      table.constraints
        .filter(({ references }) => references === relation.oid)
        .map((constraint) => ({ table, constraint })),
    );
  }

  add(relation: Omit<Relation, 'oid' | 'fresh'>): Relation {
    const added: Relation = { ...relation, oid: --this.#fresh, fresh: true };
    this.#relations.set(added.oid, added);
    return added;
  }

  remove({ oid }: Relation): void {
    this.#relations.delete(oid);
  }

  /** The type of a name as the parser gives it: with its schema, or searched for. */
  type(names: readonly string[]): TypeFacts | undefined {
    return this.#search(this.#types, names);
  }

  function(names: readonly string[]): FunctionFacts | undefined {
    return this.#search(this.#functions, names);
  }

  isBinaryCast(from: string, to: string): boolean {
    return from === to || this.#binaryCasts.has(`${from} ${to}`);
  }

  #search<T>(map: ReadonlyMap<string, T>, names: readonly string[]): T | undefined {
    if (names.length > 1) return map.get(names.slice(-2).join('.'));
    for (const schema of ['pg_catalog', ...this.searchPath]) {
      const found = map.get(`${schema}.${names[0]}`);
      if (found) return found;
    }
    return undefined;
  }
}
