import { Option } from 'commander';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';

/** An option with a fixed set of values, which the help lists. A misspelt one is refused with the nearest of them. */
export const choice = (flags: string, description: string, values: readonly string[]): Option =>
  new Option(flags, description).choices(values).argParser((given) => {
    if (values.includes(given)) return given;
    const name = /--[\w-]+/.exec(flags)![0];
    throw usage(`There is no ${name.slice(2)} "${given}".`, suggest(given, values));
  });
