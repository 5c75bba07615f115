import { digestTable } from '../../generators/load/digest.ts';
import { filledTables } from '../../generators/load/work.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Warning } from '../../result/result.ts';

/**
 * The tables whose rows differ between two databases, by the generator's own content digest: count and sum of hashes
 * over the columns that it fills. A table that one side has no longer in that form is named too.
 */
export async function differingTables(a: Session, b: Session): Promise<string[]> {
  const differing: string[] = [];
  for (const table of filledTables) {
    const digest = async (session: Session) => {
      try {
        const { rows, sum } = await digestTable(session, table);
        return `${rows} rows, digest ${sum}`;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const [x, y] = await Promise.all([digest(a), digest(b)]);
    if (x !== y) differing.push(`${table.name} (A: ${x}; B: ${y})`);
  }
  return differing;
}

export const dataDiffer = (tables: readonly string[]): Warning[] =>
  tables.length === 0
    ? []
    : [
        {
          code: 'data-differ',
          message: `A and B do not hold the same rows: ${tables.join(', ')}.`,
          advice:
            'A change of theirs writes rows; what the statements read is compared, but not on identical data.',
        },
      ];
