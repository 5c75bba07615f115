import { createRequire } from 'node:module';
import { Option } from 'commander';
import type { MeasureDescription } from '../result/measures.ts';

/** Loaded when somebody asks: the catalogue brings the schemas of all measures, for which no other command should wait. */
export const benchParts = (): readonly MeasureDescription[] => {
  const { benchParts: parts } = createRequire(import.meta.url)(
    '../result/measures.ts',
  ) as typeof import('../result/measures.ts');
  return parts;
};

/** `--only`, whose help names the parts of the catalogue. */
export function onlyOption(): Option {
  return Object.defineProperty(new Option('--only <parts>'), 'description', {
    get: () =>
      `parts of it, by comma: ${benchParts()
        .map(({ part }) => part)
        .join(',')}`,
  });
}
