import { Option } from 'commander';
import { command } from '../command.ts';
import { openNamedStore, type StoreOptions, storeOptions } from '../run-store-options.ts';

const formats = ['html', 'md', 'junit', 'openmetrics', 'csv'] as const;

export const report = command<{ format: (typeof formats)[number]; out: string } & StoreOptions>(
  'report <run>',
  'render a stored run again: its folder, its id, or "latest"',
  {
    options: [
      new Option('--format <format>', 'what to print').choices(formats).default('md'),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
      ...storeOptions('fetch the run from there first'),
    ],
    example: './olympus report latest --format junit > junit.xml',
    load: async () => {
      const { readRun } = await import('../../reports/run-directory.ts');
      const { fetchRun } = await import('../../reports/run-store.ts');
      const { render } = await import('../../reports/render.ts');
      return async (context, { format, out, ...where }, name = '') => {
        using store = await openNamedStore(where, context.signal);
        const { result, directory } = await readRun(out, store ? await fetchRun(store, out, name) : name);
        context.answer(result, await render(result, format, directory));
        return undefined;
      };
    },
  },
);
