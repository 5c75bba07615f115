import { Argument, Command } from 'commander';

/** The project's tests, all set-up included. */
export const test = new Command('test')
  .description("the project's tests; the last line is `N passed, N failed, N skipped`")
  .addArgument(new Argument('[files...]', 'test files, by glob; all of them when none is named'))
  .option(
    '--pure',
    'only the tests that need neither a server nor another program: seconds, and nothing is installed',
  )
  .addHelpText('after', "\nExample:\n  $ ./olympus test 'migrations/**/*.test.ts'\n  $ ./olympus test --pure")
  .exitOverride()
  .action(async (files: string[], options: { pure?: boolean }) => {
    const { runTests } = await import('../test/run.ts');
    process.exitCode = await runTests(files, options);
  });
