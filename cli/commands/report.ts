import { Option } from 'commander';
import { command } from '../command.ts';
import { openNamedStore, type StoreOptions, storeOptions } from '../run-store-options.ts';

const formats = ['html', 'md', 'junit', 'openmetrics', 'csv', 'png'] as const;

export const report = command<
  { format: (typeof formats)[number]; out: string; write?: string } & StoreOptions
>('report <run>', 'render a stored run again: its folder, its id, or "latest"', {
  options: [
    new Option('--format <format>', 'what to print; png writes a picture of each chart')
      .choices(formats)
      .default('md'),
    new Option(
      '--write <dir>',
      'of png: folder for the pictures (default: pictures/ in the folder of the run)',
    ),
    new Option('--out <dir>', 'folder of the runs').default('runs'),
    ...storeOptions('fetch the run from there first'),
  ],
  example: `./olympus report latest --format junit > junit.xml
  $ ./olympus report latest --format png --write pictures`,
  load: async () => {
    const { usage } = await import('../../config/fault.ts');
    const { readRun } = await import('../../reports/run-directory.ts');
    const { fetchRun } = await import('../../reports/run-store.ts');
    const { render } = await import('../../reports/render.ts');
    return async (context, { format, out, write, ...where }, name = '') => {
      if (write !== undefined && format !== 'png')
        throw usage(
          `--write ${write}: the format ${format} is printed, and only png is written into a folder.`,
          `./olympus report ${name} --format png --write ${write}, or without --write: --format ${format} > FILE`,
        );
      using store = await openNamedStore(where, context.signal);
      const { result, directory } = await readRun(out, store ? await fetchRun(store, out, name) : name);
      if (format === 'png') {
        const { answerPictures } = await import('../answer-pictures.ts');
        return answerPictures(context, result, directory, write);
      }
      context.answer(result, await render(result, format, directory));
      return undefined;
    };
  },
});
