import type { Result, Warning } from '../../result/result.ts';

/**
 * Tables whose pages held other things beside the rows in the two runs, one sentence each: dead rows that a write left,
 * entries that an index had pending. They are read with the rows, so pages of unlike states differ without any change.
 */
export function statesDiffer(a: Pick<Result, 'tableState'>, b: Pick<Result, 'tableState'>): string[] {
  if (!a.tableState || !b.tableState) return [];
  const [before, after] = [a.tableState, b.tableState].map(
    (states) => new Map(states.map((state) => [state.table, state])),
  ) as [Map<string, State>, Map<string, State>];
  const tables = [...new Set([...before.keys(), ...after.keys()])].sort();
  return tables.flatMap((table) => {
    const [x, y] = [before.get(table) ?? clean, after.get(table) ?? clean];
    const differences = [
      x.deadRows !== y.deadRows && `${x.deadRows} and ${y.deadRows} dead rows`,
      x.pendingPages !== null &&
        y.pendingPages !== null &&
        x.pendingPages !== y.pendingPages &&
        `${x.pendingPages} and ${y.pendingPages} pending pages of its GIN indexes`,
    ].filter((text) => text !== false);
    return differences.length > 0 ? [`${table}: ${differences.join(', ')}`] : [];
  });
}

type State = NonNullable<Result['tableState']>[number];
const clean = { deadRows: 0, pendingPages: 0 } as const;

export const otherState = (tables: readonly string[]): Warning[] =>
  tables.length === 0
    ? []
    : [
        {
          code: 'other-state',
          message: `The pages of the two runs held other things beside the rows, so their numbers are not free of noise and advise only: ${tables.join('; ')}.`,
          advice: 'VACUUM these tables before each run, or measure on a fresh topology.',
        },
      ];
