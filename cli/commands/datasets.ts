import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { size } from '../../config/size.ts';
import type { Kept } from '../../infra/local/kept.ts';
import { command } from '../command.ts';

const verbs = ['list', 'prune'];

/** `cache` is what it was called: the word also means Redis and a folder. */
const named = (name: 'datasets' | 'cache', what: string) =>
  command<{ maxSize: string }>(`${name} [verb]`, what, {
    options: [
      new Option('--max-size <size>', 'prune: how much may stay, those used last first').default('20GB'),
    ],
    example: './olympus datasets prune --max-size 5GB',
    load: async () => {
      const { listKept, pruneKept } = await import('../../infra/local/kept.ts');
      const { cacheFolder } = await import('../../infra/setup/cache-folder.ts');
      return async (context, { maxSize }, verb = 'list') => {
        if (name === 'cache')
          context.progress.note('this command is called datasets now; cache goes on working');
        if (!verbs.includes(verb)) throw usage(`${name} cannot "${verb}".`, suggest(verb, verbs));
        const limit = size('--max-size', maxSize);
        const folder = cacheFolder(context.cache);
        const removed = verb === 'prune' ? await pruneKept(folder, limit, context.progress) : [];
        const kept = listKept(folder);
        context.answer(verb === 'prune' ? { removed, kept } : { kept }, text(kept, removed));
        return undefined;
      };
    },
  });

export const datasets = named('datasets', 'the data sets that are kept for the next run: list, prune');
export const cache = named('cache', 'the old name of datasets');

function text(kept: readonly Kept[], removed: readonly Kept[]): string {
  const line = ({ key, bytes, version, usedAt, label }: Kept) =>
    `${key}  ${`${(bytes / 1e6).toFixed(0)} MB`.padStart(9)}  PostgreSQL ${version.padEnd(6)}  used ${usedAt.toISOString().slice(0, 16)}  ${label}`;
  const gone = removed.map((entry) => `removed  ${line(entry)}`);
  return [...gone, ...(kept.length > 0 ? kept.map(line) : ['Nothing is kept.'])].join('\n');
}
