import { Option } from 'commander';
import { exitCodes } from '../../config/fault.ts';
import type { Finding } from '../../infra/doctor/finding.ts';
import { type Context, command } from '../command.ts';

export const doctor = command<{ clean?: boolean; topology?: string }>(
  'doctor',
  'what is here, what is missing, how to get it',
  {
    options: [
      new Option(
        '--topology <file>',
        'the rights of its logins on the servers of yours: which are there, which are missing, and the GRANT for each',
      ),
      new Option('--clean', 'remove what killed runs left: copies of databases, temporary folders'),
    ],
    example: `./olympus doctor --json
  $ ./olympus doctor --topology mine.yaml`,
    load: async () => {
      const { findings } = await import('../../infra/doctor/findings.ts');
      const { statusOfHeld } = await import('../status.ts');
      const { endpointTable } = await import('../endpoint-table.ts');
      return async (context, { clean, topology }) => {
        if (clean) return cleanUp(context);
        if (topology !== undefined || (context.project.topology && context.project.data === 'asIs'))
          return answerRights(context, topology);
        const found: readonly Finding[] = await findings();
        const endpoints = await statusOfHeld(context);
        const held = endpoints.length > 0 ? ['', 'What is up:', endpointTable(endpoints)] : [];
        context.answer({ findings: found, endpoints }, [...found.map(findingText), ...held].join('\n'));
        return found.every(({ ok, optional }) => ok || optional) ? undefined : exitCodes.component;
      };
    },
  },
);

/** What the logins of a topology file, or of the project, may do on the servers of the user's. */
async function answerRights(context: Context, topology: string | undefined): Promise<number | undefined> {
  const { externalRights } = await import('../external-rights.ts');
  const rows = await externalRights(context, topology);
  context.answer(
    { rights: rows },
    rows
      .map(({ right, ok, why, how }) =>
        ok ? `ok       ${right}` : `MISSING  ${right}: ${why}\n         ${how}`,
      )
      .join('\n'),
  );
  return rows.some(({ ok, level }) => !ok && level === 'refuses') ? exitCodes.component : undefined;
}

/** Of dead runs only: what a living one uses stays. */
async function cleanUp(context: Context): Promise<undefined> {
  const { removeAbandonedFolders } = await import('../../infra/process/temporary-folder.ts');
  const { dropAbandoned } = await import('../../bench/own-database.ts');
  const { connect } = await import('../../infra/topology/session.ts');
  const { attach } = await import('../topology-state.ts');
  const folders = await removeAbandonedFolders();
  const up = await attach(context);
  const databases: string[] = [];
  if (up && (up.topology.get('primary').provider !== 'external' || context.permission.allowWrites)) {
    await using control = await connect(up.topology.get('primary').url('admin', 'postgres'), 'olympus-copy');
    databases.push(...(await dropAbandoned(control)));
  }
  const lines = [...folders, ...databases.map((name) => `database ${name}`)].map((what) => `removed ${what}`);
  context.answer({ folders, databases }, lines.join('\n') || 'Nothing was left behind.');
  return undefined;
}

function findingText({ name, ok, optional, found, what, how }: Finding): string {
  const state = ok ? 'ok' : optional ? 'not here' : 'MISSING';
  return `${state.padEnd(8)} ${name.padEnd(12)} ${found || '–'}  (${what})${ok ? '' : `\n         get it: ${how}`}`;
}
