import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, usage } from '../../../config/fault.ts';
import { type Imported, importFrom } from '../../../history/import.ts';
import { shareAcceptances } from '../../../history/shared-acceptances.ts';
import { fetchRun, storedRuns } from '../../../reports/run-store.ts';
import type { Context } from '../../command.ts';
import { openNamedStore } from '../../run-store-options.ts';
import type { HistoryOptions } from './options.ts';

export async function importRuns(context: Context, { out, storeEndpoint }: HistoryOptions, from?: string) {
  if (from === undefined)
    throw usage('No runs are named.', 'For example: ./olympus history import /mnt/ci/runs');
  const { imported, known, damaged } = from.startsWith('s3://')
    ? await importStored(context, from, storeEndpoint, out)
    : await importFrom(from, out);
  context.answer(
    { imported, known, damaged },
    [
      `${imported.length} runs imported, ${known.length} were there already.`,
      ...damaged.map(({ run, why }) => `  left out ${run}: ${why}`),
    ].join('\n'),
  );
  return undefined;
}

/** The runs of a bucket that are not here yet. */
async function importStored(
  { signal }: Context,
  url: string,
  storeEndpoint: string | undefined,
  root: string,
): Promise<Imported> {
  using store = (await openNamedStore({ store: url, ...(storeEndpoint && { storeEndpoint }) }, signal))!;
  const [imported, known]: string[][] = [[], []];
  const damaged: { run: string; why: string }[] = [];
  for (const id of await storedRuns(store))
    try {
      const here = existsSync(join(root, id));
      await fetchRun(store, root, id);
      (here ? known! : imported!).push(id);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      damaged.push({ run: id, why: error.message });
    }
  await shareAcceptances(store, root);
  return { imported: imported!, known: known!, damaged };
}
