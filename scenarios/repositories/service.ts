import pg from 'pg';
import { Fault } from '../../config/fault.ts';
import { type Identity, setIdentity } from '../identity.ts';
import { selectStatements } from '../load-plan.ts';
import type { Statement } from '../statement.ts';
import { Conflict, staleVersion } from './conflict.ts';

/** Values of a statement's parameters by their names; its organization_id is the caller's, whatever it asks for. */
export type Values = Readonly<Record<string, unknown>>;

/** Whoever a request is answered for: what a repository needs. */
export interface Caller {
  /** The rows of a statement of the catalogue. @throws Conflict when a write is based on an older version of its row. */
  rows<Row extends object>(statement: string, values?: Values): Promise<Row[]>;
  /** Its only row, or undefined: not there, or not the caller's to see. */
  row<Row extends object>(statement: string, values?: Values): Promise<Row | undefined>;
}

export interface ServiceOptions {
  /** Connection string of an application's login. */
  readonly url: string;
  readonly catalogue: readonly Statement[];
  /** Most connections of the pool; default 10. */
  readonly connections?: number;
  /** Prepared statements that stay with their connection: not behind a pooler in transaction mode. Default true. */
  readonly prepared?: boolean;
  /** false: every call is rolled back, so that writes can be measured without changing the data. Default true. */
  readonly commit?: boolean;
}

/**
 * The database as a service's request handlers see it. One call is one checkout from the pool and one transaction: the
 * identity (local to it), one statement, its end. Three round trips. Disposing it closes the pool.
 */
export class Service implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #catalogue: readonly Statement[];
  readonly #statements = new Map<string, Statement>();
  readonly #prepared: boolean;
  readonly #end: 'COMMIT' | 'ROLLBACK';

  constructor({ url, catalogue, connections = 10, prepared = true, commit = true }: ServiceOptions) {
    this.#pool = new pg.Pool({
      ...{ connectionString: url, max: connections, connectionTimeoutMillis: 10_000 },
      application_name: 'olympus-service',
    });
    // A connection that breaks while idle is replaced at the next checkout; one that breaks in use says so twice, by the
    // call's own error and by an event, which nobody else listens to.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
    this.#catalogue = catalogue;
    this.#prepared = prepared;
    this.#end = commit ? 'COMMIT' : 'ROLLBACK';
  }

  as(identity: Identity): Caller {
    const rows = <Row extends object>(name: string, values: Values = {}) =>
      this.#call(identity, name, values) as Promise<Row[]>;
    return {
      rows,
      row: async <Row extends object>(name: string, values?: Values) => (await rows<Row>(name, values))[0],
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.end();
  }

  async #call(identity: Identity, name: string, values: Values): Promise<object[]> {
    const statement = this.#find(name);
    const query = {
      ...{ text: statement.sql, types, values: bind(statement, identity, values) },
      ...(this.#prepared && { name }),
    };
    const client = await this.#pool.connect();
    let lost: Error | undefined;
    try {
      await client.query(begin(identity));
      const { rows } = await client.query<object>(query);
      await client.query(this.#end);
      return rows;
    } catch (error) {
      await client.query('ROLLBACK').catch((why: Error) => {
        lost = why;
      });
      const { code } = error as { code?: string };
      throw code === staleVersion ? new Conflict(name, error as Error) : error;
    } finally {
      client.release(lost); // one that cannot even roll back goes away
    }
  }

  #find(name: string): Statement {
    const known = this.#statements.get(name) ?? selectStatements(this.#catalogue, [name])[0]!;
    this.#statements.set(name, known);
    return known;
  }
}

/** The identity as literals, so that it begins the transaction in the same message. */
const begin = ({ userId, organizationId }: Identity): string =>
  `BEGIN; ${setIdentity.replace('$1', () => pg.escapeLiteral(userId)).replace('$2', () => pg.escapeLiteral(organizationId))}`;

/** @throws Fault (defect) when a name is missing or unknown: the repository and the catalogue disagree. */
function bind({ name, params }: Statement, { organizationId }: Identity, values: Values): unknown[] {
  const own = params.filter((parameter) => parameter.name !== 'organization_id');
  const given = Object.keys(values);
  if (own.length !== given.length || !own.every((parameter) => parameter.name in values)) {
    const wanted = own.map((parameter) => parameter.name).join(', ') || 'none';
    throw new Fault(
      'defect',
      `${name} takes the parameters ${wanted}, not ${given.join(', ') || 'none'}.`,
      'Bring the repository and the statement together.',
    );
  }
  return params.map((parameter) =>
    parameter.name === 'organization_id' ? organizationId : values[parameter.name],
  );
}

const int8 = 20;
/** Cents and counts are numbers: exact up to 2^53, which is ninety trillion of the currency. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === int8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};
