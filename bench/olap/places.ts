import { type Olap, rowsOf } from '../../infra/services/olap.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Question } from './questions.ts';

/** Rows as text, in the question's order. */
export type Answer = readonly (readonly string[])[];

/** Somewhere that can be asked. */
export interface Place {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** null: this place does not hold what is asked. */
  ask(question: Question): Promise<Answer | null>;
}

const textRows = (rows: readonly object[]): Answer => rows.map((row) => Object.values(row).map(String));

export const postgresPlace = (endpoint: Endpoint, session: Session, from: string): Place => ({
  name: endpoint.name,
  endpoint,
  ask: async ({ postgres }) => textRows((await session.query(postgres, [from])).rows),
});

export const viewPlace = (endpoint: Endpoint, session: Session): Place => ({
  name: 'materialised view',
  endpoint,
  ask: async ({ view }) => (view === null ? null : textRows((await session.query(view)).rows)),
});

export const olapPlace = (endpoint: Endpoint, client: Olap, from: string): Place => ({
  name: endpoint.version,
  endpoint,
  ask: async ({ clickhouse }) =>
    textRows(await rowsOf<object>(client, clickhouse, { from: from.replace('+00', '') })),
});
