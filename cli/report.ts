import { Option } from 'commander';
import { command } from './command.ts';

const formats = ['html', 'md', 'junit', 'openmetrics'] as const;

export const report = command<{ format: (typeof formats)[number]; out: string }>(
  'report <run>',
  'render a stored run again: its folder, its id, or "latest"',
  {
    options: [
      new Option('--format <format>', 'what to print').choices(formats).default('md'),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
    ],
    example: './olympus report latest --format junit > junit.xml',
    load: async () => {
      const { readRun } = await import('../reports/run-directory.ts');
      const { render } = await import('../reports/render.ts');
      return async (context, { format, out }, name = '') => {
        const { result } = await readRun(out, name);
        context.answer(result, await render(result, format));
        return undefined;
      };
    },
  },
);
