import { Option } from 'commander';
import { command } from '../command.ts';
import { dataOptions } from '../options.ts';
import type { NightlyOptions } from '../run-nightly.ts';
import { runOptions } from '../run-options.ts';
import { storeOptions } from '../run-store-options.ts';
import { suiteOption } from '../suite-option.ts';

export const nightly = command<NightlyOptions>(
  'nightly',
  'the regression gate over time: head against a pinned control, and against the nights before',
  {
    options: [
      new Option(
        '--control <dir|revision>',
        'pin this build: a Git revision, or a directory of migrations; without it the one that is pinned, at first this one; `now` pins the indexes and statements of a database of yours as they are',
      ),
      new Option('--head <variant...>', 'what head changes besides its migrations: set:, sql:, rls:'),
      new Option('--budget <time>', 'the night plans itself to fit').default('30m'),
      suiteOption('how long each slot', 'nightly'),
      new Option('--only <statements>', 'statements or their groups, by comma'),
      ...runOptions('folder of the runs, and of the pinned control'),
      ...storeOptions('also store the night there, and share data sets with other machines'),
      ...dataOptions(),
    ],
    example: './olympus nightly --scale tiny --only orders --budget 5m',
    load: async () => (await import('../run-nightly.ts')).runNightly,
  },
);
