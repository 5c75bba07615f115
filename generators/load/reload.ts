import { usage } from '../../config/fault.ts';
import { type Connection, transaction } from '../../infra/topology/session.ts';
import { readMark } from './dataset.ts';
import { quoted } from './preflight.ts';
import { alone } from './prepare.ts';
import { filledTables } from './work.ts';

/**
 * Empties a complete data set, with every row that refers to it, so that one can be loaded in its place. Indexes, keys
 * and partitions stay. A database that was never filled is left as it is.
 * @throws Fault (usage) when the data set is half loaded: its indexes wait to be built again
 */
export async function emptyDataset(control: Connection): Promise<void> {
  await alone(control, async () => {
    const mark = await readMark(control);
    if (!mark) return;
    if (mark.state !== 'ready')
      throw usage(
        `The data set of scale ${mark.scale}, seed ${mark.seed} is half loaded: it cannot be replaced before it is whole.`,
        'Let `./olympus seed` go on with it first, without --reload.',
      );
    const tables = filledTables.map(({ name }) => quoted(name)).join(', ');
    await transaction(control, async () => {
      await control.query("SET LOCAL session_replication_role = 'replica'"); // no trigger, as in the load
      await control.query(`TRUNCATE ${tables} RESTART IDENTITY CASCADE`);
      // What was archived has gone with them, so no month counts as archived any more.
      await control.query('TRUNCATE archive.months, bench.dataset, bench.chunk, bench.secondary');
    });
  });
}
