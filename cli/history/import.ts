import { missing, usage } from '../../config/fault.ts';
import { importFrom } from '../../history/import.ts';
import type { Context } from '../command.ts';
import type { HistoryOptions } from '../history.ts';

export async function importRuns(context: Context, { out }: HistoryOptions, from?: string) {
  if (from === undefined)
    throw usage('No runs are named.', 'For example: ./olympus history import /mnt/ci/runs');
  if (from.startsWith('s3://'))
    throw missing(
      `${from}: this version does not read buckets.`,
      'Copy the runs to a directory first, for example with `aws s3 sync`, and import that.',
    );
  const { imported, known, damaged } = await importFrom(from, out);
  context.answer(
    { imported, known, damaged },
    [
      `${imported.length} runs imported, ${known.length} were there already.`,
      ...damaged.map(({ run, why }) => `  left out ${run}: ${why}`),
    ].join('\n'),
  );
  return undefined;
}
