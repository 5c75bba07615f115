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
  data?: boolean;
  release?: string[];
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
      new Option(
        '--data',
        "of the project in DIR only generators.yaml, anew from its own source: how to make rows like the source's",
      ),
      new Option(
        '--release <column>',
        'for generators.yaml: take the common values and bounds of TABLE.COLUMN, or TABLE.* without what may be personal; of other columns no value is taken (again for more)',
      ).argParser((one: string, before: string[] = []) => [...before, ...one.split(/,\s*/)]),
      new Option('--statements <n>', 'at most so many, those that took most time first').default('50'),
    ],
    example: `./olympus init mine --from env:MY_DB
  $ ./olympus init mine --from env:MY_DB --from postgresql.csv
  $ ./olympus init mine --data --release orders.state,orders.made_at`,
    load: async () => {
      const { checkProject, writeProject } = await import('../init-project.ts');
      const { rewriteGenerators } = await import('../write-generators.ts');
      return async (context, options, directory) => {
        if (options.data && options.from)
          throw usage(
            '--data reads the source that the project names; --from writes a new project.',
            'Give one of them.',
          );
        if (options.release && !options.from && !options.data)
          throw usage(
            '--release is for a generators.yaml that is written.',
            'Give --from or --data with it.',
          );
        if (options.data) await rewriteGenerators(context, directory!, options.release ?? []);
        if (!options.from && !options.check && !options.data)
          throw usage('Which database?', 'For example: ./olympus init mine --from env:MY_DB');
        const most = integer('--statements', options.statements, 1, 1000);
        if (options.from) await writeProject(context, { ...options, from: options.from, most }, directory!);
        return options.check ? await checkProject(context, directory!) : undefined;
      };
    },
  },
);
