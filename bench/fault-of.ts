import { Fault, usage } from '../config/fault.ts';

/** read_only_sql_transaction */
const readOnly = '25006';

/** What a measure threw, as a fault with its next step. Of an error and one of its clean-up the first is the cause. */
export function faultOf(error: unknown): Fault {
  if (error instanceof SuppressedError) return faultOf(error.suppressed ?? error.error);
  if (error instanceof Fault) return error;
  if ((error as { code?: string }).code === readOnly)
    return usage(
      `It writes, and the server is only read: ${(error as Error).message}.`,
      'Allow it with --allow-writes: changes are tried on copies, which are dropped at the end.',
      error,
    );
  return new Fault('defect', String((error as Error).stack), 'Please report it.');
}
