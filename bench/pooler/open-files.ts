import { spawnSync } from 'node:child_process';
import { withOpenFiles } from '../../infra/process/open-files.ts';

/** Beside its connections a load generator opens files of its own. */
const others = 500;

/** Why this machine's limit of open files forbids so many connections from one process, or undefined if it does not. */
export function tooManyFor(
  connections: number,
  limit = openFilesWith(connections + 4096),
): string | undefined {
  return limit >= connections + others
    ? undefined
    : `${connections} connections need ${connections + others} open files of the client, and this machine allows ${limit}`;
}

/** The limit that a child of ours gets when it asks for `wanted`: tried, because who may raise it differs. */
function openFilesWith(wanted: number): number {
  const [command, ...args] = withOpenFiles(wanted, ['sh', '-c', 'ulimit -n']);
  const answer = spawnSync(command, args, { encoding: 'utf8' }).stdout.trim();
  return answer === 'unlimited' ? Number.POSITIVE_INFINITY : Number(answer);
}
