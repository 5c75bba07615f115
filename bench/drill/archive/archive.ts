import { connect, type Session } from '../../../infra/topology/session.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import type { DrillCase, DrillSetting, OwnDrill } from '../drill.ts';
import { runCase } from '../run-case.ts';
import { addItems, type ItemWriter } from './add-items.ts';
import { type ArchiveCounts, archiveCounts, judgeArchive } from './archive-counts.ts';

const batch = 100;

/** ops.archive_old_orders on a copy of the data, while items are added to the very orders that leave. */
export const archive: OwnDrill = {
  name: 'archive',
  what: 'archives old orders of a copy of the data under load, while items are added to them: none lost, none doubled',
  wants: ['pooler'],
  inAll: true,
  ownLoad: null,
  async run(setting) {
    const primary = setting.topology.get('primary');
    const drill = [];
    for (let repetition = 1; repetition <= setting.options.repeat; repetition++) {
      await using copy = await cloneDatabase(primary, setting.database, setting.database);
      const own: DrillSetting = { ...setting, database: copy.database };
      drill.push(await runCase('archive', archiving(primary.url('admin', copy.database)), repetition, own));
    }
    return { drill };
  },
};

/** @param url an administrator's, of the copy */
function archiving(url: string): DrillCase {
  let before: ArchiveCounts | undefined;
  let writer: ItemWriter | undefined;
  return {
    ...{ name: 'old orders', needs: ['primary'], stopsServers: false, judged: 'writes', promise: 'no-loss' },
    async inject({ signal, event }) {
      await using admin = await connect(url, 'olympus-drill');
      before = await archiveCounts(admin);
      const months = await monthsToTheMiddle(admin);
      writer = await addItems(url, months);
      let moved = 0;
      for (let last = 1; last > 0; moved += last) {
        signal.throwIfAborted();
        const { rows } = await admin.query<{ n: number }>('SELECT ops.archive_old_orders($1, $2) AS n', [
          months,
          batch,
        ]);
        last = rows[0]!.n;
      }
      event(`${moved} orders older than ${months} months were archived, ${batch} a transaction`);
    },
    heal: async () => await writer?.stop(),
    async healed() {
      await using admin = await connect(url, 'olympus-drill');
      const { acknowledged, uncertain } = writer!;
      if (uncertain > 0)
        return { ok: null, how: `of ${uncertain} items it is not known whether they were added` };
      return judgeArchive(before!, await archiveCounts(admin), acknowledged);
    },
  };
}

/** So that about half of the orders leave, however old the data set is. */
async function monthsToTheMiddle(session: Session): Promise<number> {
  const { rows } = await session.query<{ months: number }>(
    `SELECT greatest(1, floor(extract(epoch FROM now() - percentile_disc(0.5) WITHIN GROUP (ORDER BY created_at)) / 2629746))::int AS months
       FROM core.orders`,
  );
  return rows[0]!.months;
}
