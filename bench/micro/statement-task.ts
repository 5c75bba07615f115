import { missing } from '../../config/fault.ts';
import type { Connection } from '../../infra/topology/session.ts';
import type { Draw, Statement } from '../../scenarios/statement.ts';
import type { MicroTask } from './run-task.ts';

/** Reads of the mixed workload as the application, the commonest first. */
export const commonReads = (catalogue: readonly Statement[], most: number): Statement[] =>
  catalogue
    .filter(({ kind, role, weight }) => kind === 'read' && role === 'app' && weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .slice(0, most);

/** A statement as a named prepared one, with its draws in turn. */
export function statementTask(
  { client }: Connection,
  statement: Statement,
  draws: readonly Draw[],
): MicroTask {
  let next = 0;
  return {
    name: `statement/${statement.name}`,
    async run() {
      const values = draws[next++ % draws.length]! as (string | null)[];
      try {
        return await client.query({ name: statement.name, text: statement.sql, values });
      } catch (error) {
        throw missing(
          `${statement.file} fails when it is run by itself: ${(error as Error).message}`,
          'Run it in psql as olympus_app with values of its sources.',
          error,
        );
      }
    },
  };
}
