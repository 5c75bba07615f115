import { connect } from '../../../infra/topology/session.ts';
import { pause } from '../../pause.ts';
import { type DrillCase, type DrillSetting, type FaultDrill, NotHere, type Prepared } from '../drill.ts';
import { until } from '../until.ts';
import { writesAndStreams } from '../writes-and-streams.ts';

/** The primary's tables, or its WAL, lie on a tmpfs with little room, which is filled and emptied again. */
export const diskFull: FaultDrill = {
  name: 'disk-full',
  what: 'fills the disk of the primary’s tables, and that of its WAL (a small tmpfs; needs root)',
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: true,
  cases: () => [
    {
      ...full('tables', async (setting) => `base/${await databaseOid(setting)}`),
      holdMs: 5000, // a page of the ledger's table is full after a second or two
    },
    {
      ...full('WAL', async () => 'pg_wal'),
      inject: async (setting) => {
        await setting.control!.fillDisk('pg_wal', true);
        await useUpWal(setting);
      },
    },
  ],
};

/** A WAL segment and some. */
const room = 24 * 1024 ** 2;

/** ms */
const backWithin = 60_000;

function full(name: string, folderOf: (setting: DrillSetting) => Promise<string>): DrillCase {
  let folder: string | undefined;
  return {
    name,
    needs: ['primary'],
    stopsServers: true,
    judged: 'writes',
    promise: 'no-loss',
    holdMs: 1000,
    async prepare(setting): Promise<Prepared> {
      const { control } = setting;
      const trouble = control!.smallDiskTrouble();
      if (trouble) throw new NotHere(trouble, 'Run it as root on Linux, in a container with CAP_SYS_ADMIN.');
      folder = await folderOf(setting);
      await control!.smallDisk(folder, room);
      return { [Symbol.asyncDispose]: () => control!.largeDisk() };
    },
    inject: async ({ control }) => control!.fillDisk(folder!, true),
    async heal({ control }) {
      if (folder === undefined) return; // it was never put there
      await control!.fillDisk(folder, false);
      // a primary without room for its WAL has ended, or recovers again and again until there is room
      const back = await until(
        async () => {
          await control!.start('primary');
          return true;
        },
        backWithin,
        new AbortController().signal,
      );
      if (!back)
        throw new Error(`the primary was not back ${backWithin / 1000} s after there was room again`);
    },
    healed: writesAndStreams,
  };
}

async function databaseOid({ topology, database }: DrillSetting): Promise<string> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-drill');
  const { rows } = await admin.query<{ oid: string }>(
    'SELECT oid FROM pg_database WHERE datname = current_database()',
  );
  return rows[0]!.oid;
}

/** ms */
const usedUpWithin = 20_000;

/** Writes WAL until the primary has no room for more, and ends. */
async function useUpWal({ topology, signal, event }: DrillSetting): Promise<void> {
  const end = performance.now() + usedUpWithin;
  try {
    await using admin = await connect(topology.get('primary').url('admin', 'postgres'), 'olympus-drill');
    while (performance.now() < end) {
      await admin.query("SELECT pg_logical_emit_message(false, 'olympus-drill', repeat('x', 1000000))");
      await pause(0, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    event(`the primary ended: ${(error as Error).message}`);
    return;
  }
  throw new Error(`the primary found room for its WAL for ${usedUpWithin / 1000} s on a full disk`);
}
