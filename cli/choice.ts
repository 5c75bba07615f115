import { Option } from 'commander';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';

/** An option with a fixed set of values, which the help lists. A misspelt one is refused with the nearest of them. */
export const choice = (
  flags: string,
  description: string,
  values: readonly string[],
  what = /--([\w-]+)/.exec(flags)![1]!,
): Option =>
  new Option(flags, description).choices(values).argParser((given) => {
    if (values.includes(given)) return given;
    throw usage(`There is no ${what} "${given}".`, suggest(given, values));
  });
