import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { command } from '../command.ts';
import type { HistoryOptions } from './history/options.ts';

export const history = command<HistoryOptions>(
  'history [action] [what]',
  'the runs as series: show [METRIC], accept METRIC --reason TEXT, import DIR|s3://BUCKET/PREFIX',
  {
    options: [
      new Option('--reason <text>', 'accept: why the change is right'),
      new Option('--suite <suite>', 'show: quick, nights, ...; the one of the newest run by default'),
      new Option('--html <file>', 'show: write a page with the charts there'),
      new Option(
        '--store <s3://bucket/prefix>',
        'accept: tell it to the other machines that share this store',
      ),
      new Option(
        '--store-endpoint <url>',
        'accept, import: of a store that is not on AWS; AWS_ENDPOINT_URL by default',
      ),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
    ],
    example: './olympus history show',
    load: async () => {
      const actions = {
        show: async () => (await import('./history/show.ts')).show,
        accept: async () => (await import('./history/accept.ts')).accept,
        import: async () => (await import('./history/import.ts')).importRuns,
      };
      return async (context, options, action = 'show', what?: string) => {
        if (!Object.hasOwn(actions, action))
          throw usage(`history has no action "${action}".`, suggest(action, Object.keys(actions)));
        const work = await actions[action as keyof typeof actions]();
        return work(context, options, what);
      };
    },
  },
);
