import { printFault } from './command.ts';
import { olympus } from './program.ts';

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
