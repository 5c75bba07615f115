import type { VacuumResult } from '../../../result/measures/vacuum.ts';

/** What was looked at after the transaction had ended. */
export interface AfterRead {
  readonly ended: boolean;
  readonly replayed: boolean;
  readonly feedback: string;
  readonly table: { readonly deadRows: number };
}

/** What was seen while it was open. */
export type HeldRead = Pick<VacuumResult, 'sameAnswer' | 'sqlState'> & {
  /** Whether the replica asked the primary to keep what it reads. */
  readonly feedback: boolean;
  readonly held: { readonly deadRows: number };
};

/** Whether nothing is left of it, and what makes its figures ones of something else. */
export function judgeVacuum(
  { ended, replayed, feedback, table }: AfterRead,
  read: HeldRead,
): Pick<VacuumResult, 'healed' | 'healedHow' | 'why'> {
  const wrong = [
    ...(ended ? [] : ['the session of the transaction is still there']),
    ...(table.deadRows === 0 ? [] : [`${table.deadRows} dead rows may still not be removed`]),
    ...(replayed ? [] : ['replica2 has not replayed what waited']),
    ...(feedback === 'on' ? [] : [`hot_standby_feedback of replica2 is ${feedback}`]),
  ];
  return {
    healed: wrong.length === 0,
    healedHow:
      wrong.length > 0
        ? wrong.join('; ')
        : 'the transaction is gone, a vacuum removes every dead row, replica2 has replayed all, hot_standby_feedback is on',
    why: whyOpen(read),
  };
}

function whyOpen({ sameAnswer, sqlState, feedback, held }: HeldRead): string | null {
  if (sqlState !== null)
    return `the transaction was cancelled (${sqlState}): the figures are of a time in which it was not open throughout`;
  if (sameAnswer !== true)
    return 'the transaction read other rows than before: a snapshot that was kept does not do that';
  if (feedback && held.deadRows === 0)
    return 'no dead row was kept although replica2 asked for it: the transaction held nothing';
  if (!feedback && held.deadRows > 0)
    return `${held.deadRows} dead rows stayed although replica2 asked for nothing: something else held them (a transaction, a prepared one, another slot)`;
  return null;
}
