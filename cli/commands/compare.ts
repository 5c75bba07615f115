import { Option } from 'commander';
import { command } from '../command.ts';
import type { CompareOptions } from '../compare-runs.ts';

export const compare = command<CompareOptions>(
  'compare <run_a> <run_b>',
  'two stored runs: what has no noise is judged, the rest stands side by side',
  {
    options: [
      new Option('--cross', 'also runs of unequal fingerprints; every figure is labelled then'),
      new Option(
        '--write <dir>',
        'write result.json, index.html, summary.md and junit.xml of the comparison there',
      ),
      new Option('--html <file>', 'write both runs and what moved between them to this file, as one page'),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
    ],
    example: `./olympus bench --only plans --scale tiny --name before && ./olympus bench --only plans --scale tiny
  $ ./olympus compare before latest`,
    load: async () => {
      const { compareStored } = await import('../compare-runs.ts');
      return compareStored;
    },
  },
);
