import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { command } from '../command.ts';
import type { AnalyseOptions } from './analyse/options.ts';

export const analyse = command<AnalyseOptions>(
  'analyse <method> <files...>',
  'statistics of any data: usl, changes, compare (CSV) or hdr (HdrHistogram logs)',
  {
    options: [
      new Option('--columns <load,throughput>', 'usl: the two columns'),
      new Option('--seed <n>', 'usl: seed of the resampling').default('1'),
      new Option('--metric <column>', 'changes, compare: the column'),
      new Option('--window <n>', 'changes: points looked at together').default('50'),
      new Option('--p <p>', 'changes: rarer than this without a change').default('0.0001'),
      new Option('--magnitude <share>', 'changes: least change of the mean').default('0.05'),
      new Option('--paired', 'compare: row by row'),
      new Option('--unpaired', 'compare: never pair, also when a label column is shared'),
      new Option('--key <column>', 'compare: pair the rows of equal value in this column'),
      new Option(
        '--higher-is-better',
        'compare: more is better (default of a column called tps, qps, throughput)',
      ),
      new Option('--lower-is-better', 'compare: less is better (default of every other column)'),
      new Option('--level <percent>', 'compare: confidence (default: 99, from 20 pairs 98)'),
      new Option(
        '--unit <unit>',
        'hdr: what the recorded values are: ns, us, ms or s; prints them as they are',
      ),
    ],
    example: `printf 'load,throughput\\n1,64.9\\n18,995.9\\n36,1652.4\\n72,1853.2\\n108,1828.9\\n144,1775\\n216,1702.2\\n' > sdm91.csv
  $ ./olympus analyse usl sdm91.csv`,
    load: async () => {
      const methods = {
        usl: async () => (await import('./analyse/usl.ts')).usl,
        changes: async () => (await import('./analyse/changes.ts')).changes,
        compare: async () => (await import('./analyse/compare.ts')).compare,
        hdr: async () => (await import('./analyse/hdr.ts')).hdr,
      };
      return async (context, options, method = '', ...files) => {
        if (!Object.hasOwn(methods, method))
          throw usage(`analyse has no method "${method}".`, suggest(method, Object.keys(methods)));
        const work = await methods[method as keyof typeof methods]();
        return work(context, options, files);
      };
    },
  },
);
