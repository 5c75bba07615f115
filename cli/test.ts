import { Argument, Command } from 'commander';

/** The project's tests, all set-up included. */
export const test = new Command('test')
  .description("the project's tests; the last line is `N passed, N failed, N skipped`")
  .addArgument(new Argument('[files...]', 'test files, by glob; all of them when none is named'))
  .addHelpText('after', "\nExample:\n  $ ./olympus test 'migrations/**/*.test.ts'")
  .exitOverride()
  .action(async (files: string[]) => {
    const { runTests } = await import('../test/run.ts');
    process.exitCode = await runTests(files);
  });
