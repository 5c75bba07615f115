import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { ab } from './commands/ab.ts';
import { analyse } from './commands/analyse.ts';
import { backup } from './commands/backup.ts';
import { bench } from './commands/bench.ts';
import { capacity } from './commands/capacity.ts';
import { compare } from './commands/compare.ts';
import { completion } from './commands/completion.ts';
import { cache, datasets } from './commands/datasets.ts';
import { doctor } from './commands/doctor.ts';
import { drill } from './commands/drill.ts';
import { explain } from './commands/explain.ts';
import { history } from './commands/history.ts';
import { indexChange } from './commands/index-change.ts';
import { init } from './commands/init.ts';
import { load } from './commands/load.ts';
import { migrate } from './commands/migrate.ts';
import { months } from './commands/months.ts';
import { nightly } from './commands/nightly.ts';
import { policies } from './commands/policies.ts';
import { report } from './commands/report.ts';
import { runs } from './commands/runs.ts';
import { seed } from './commands/seed.ts';
import { self } from './commands/self.ts';
import { down, status, up, url } from './commands/topology.ts';
import { test } from './test.ts';

/** Every command of the program. */
export const olympus = new Command('olympus')
  .description('Load tests and benchmarks for a multi-tenant e-commerce database on PostgreSQL')
  .version(packageJson.version)
  .exitOverride()
  .addHelpText('after', '\nExample:\n  $ ./olympus bench');

const commands = [
  bench,
  test,
  doctor,
  init,
  up,
  status,
  url,
  down,
  migrate,
  months,
  seed,
  load,
  explain,
  policies,
  ab,
  indexChange,
  compare,
  nightly,
  history,
  capacity,
  drill,
  backup,
  analyse,
  self,
  report,
  runs,
  datasets,
  cache,
];
for (const command of commands) olympus.addCommand(command);
olympus.addCommand(completion(olympus));
