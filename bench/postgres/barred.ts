import { isDenied } from '../../infra/topology/denied.ts';
import type { Statement } from '../../scenarios/statement.ts';

/** The statement is the other login's, and this one has no right to it: nothing failed, and it can show it no row. */
export const isBarred = ({ role }: Statement, login: Statement['role'], error: unknown): boolean =>
  login !== role && isDenied(error);
