import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { ab } from './ab.ts';
import { analyse } from './analyse.ts';
import { bench } from './bench.ts';
import { cache } from './cache.ts';
import { capacity } from './capacity.ts';
import { printFault } from './command.ts';
import { compare } from './compare.ts';
import { completion } from './completion.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { history } from './history.ts';
import { indexChange } from './index-change.ts';
import { load } from './load.ts';
import { migrate } from './migrate.ts';
import { nightly } from './nightly.ts';
import { policies } from './policies.ts';
import { report } from './report.ts';
import { seed } from './seed.ts';
import { self } from './self.ts';
import { test } from './test.ts';
import { down, status, up, url } from './topology.ts';

const olympus = new Command('olympus')
  .description('Load tests and benchmarks for a multi-tenant e-commerce database on PostgreSQL')
  .version(packageJson.version)
  .exitOverride()
  .addHelpText('after', '\nExample:\n  $ ./olympus bench');

const commands = [
  bench,
  test,
  doctor,
  up,
  status,
  url,
  down,
  migrate,
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
  analyse,
  self,
  report,
  cache,
];
for (const command of commands) olympus.addCommand(command);
olympus.addCommand(completion(olympus));

// A reader that closes the pipe early (`| head`) has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await olympus.parseAsync();
} catch (error) {
  process.exitCode = printFault(error);
}
// A long answer to a pipe may still wait for its reader; process.exit would cut it off.
await new Promise((resolve) => process.stdout.write('', resolve));
// Whatever was started is stopped by now; a stray handle must not keep a finished command alive.
process.exit();
