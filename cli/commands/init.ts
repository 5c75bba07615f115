import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { tlsModes } from '../../infra/topology/tls.ts';
import { command } from '../command.ts';
import { integer } from '../options.ts';

export interface InitCommandOptions {
  from?: string[];
  check?: boolean;
  tls?: string;
  tenantColumn?: string;
  statements: string;
}

export const init = command<InitCommandOptions>(
  'init <dir>',
  'a project written from a living database: its statements, where their parameters come from, its tenants; no row is copied',
  {
    options: [
      new Option(
        '--from <url|log>',
        'the database (env:NAME, file:PATH, or a connection string; it is only read), or its log (csvlog, jsonlog or stderr); twice for both',
      ).argParser((one: string, before: string[] = []) => [...before, one]),
      new Option('--check', 'run each statement of the project in DIR once, in a read-only transaction'),
      new Option('--tls <mode>', 'where the connection does not say: verify-full').choices([...tlsModes]),
      new Option(
        '--tenant-column <name>',
        'the column that tells tenants apart; else it is guessed, and not used',
      ),
      new Option('--statements <n>', 'at most so many, those that took most time first').default('50'),
    ],
    example: `./olympus init mine --from env:MY_DB
  $ ./olympus init mine --from env:MY_DB --from postgresql.csv`,
    load: async () => {
      const { checkProject, writeProject } = await import('../init-project.ts');
      return async (context, options, directory) => {
        if (!options.from && !options.check)
          throw usage('Which database?', 'For example: ./olympus init mine --from env:MY_DB');
        const most = integer('--statements', options.statements, 1, 1000);
        if (options.from) await writeProject(context, { ...options, from: options.from, most }, directory!);
        return options.check ? await checkProject(context, directory!) : undefined;
      };
    },
  },
);
