import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { feedbackOff } from '../../../infra/topology/drill-settings.ts';
import { type Connection, connect, type Session } from '../../../infra/topology/session.ts';
import type { VacuumResult } from '../../../result/measures/vacuum.ts';
import { override } from '../../lag/temporary-setting.ts';
import { type DrillSetting, NotHere, type OwnDrill } from '../drill.ts';
import { dropLedger } from '../ledger-table.ts';
import { until } from '../until.ts';
import {
  changeAndVacuum,
  createHeldTable,
  type HeldTable,
  lookAtHeldTable,
  vacuum as vacuumOnce,
} from './held-table.ts';
import { judgeVacuum } from './judge-vacuum.ts';
import { openLongRead } from './long-read.ts';
import { requireOurs, runCases } from './upkeep-cases.ts';

const sql = (file: string) => readFile(join(import.meta.dirname, file), 'utf8');
const horizonQuery = await sql('horizon.sql');
const wraparoundQuery = await sql('wraparound.sql');

const rounds = 8;
/** ms; feedback goes to the primary once a second. */
const feedbackWithin = 10_000;
/** ms; until nothing is held any more, and the replica has replayed what waited. */
const healedWithin = 15_000;

/** A long transaction on replica2, while a table of the drill's own is changed and vacuumed on the primary. */
export const vacuum: OwnDrill = {
  name: 'vacuum',
  what: 'a long transaction on replica2 with hot_standby_feedback on and off: dead rows that stay, growth, pages read',
  wants: ['replica2'],
  inAll: true,
  ownLoad: 'changes of a table of its own, whose dead rows and pages are counted',
  async run(setting) {
    const cases = [true, false].map((feedback) => ({
      name: caseName(feedback),
      run: async (repetition: number) => ({ vacuum: [await once(setting, feedback, repetition)] }),
    }));
    const { rows, ...left } = await runCases('vacuum', setting, cases);
    return { vacuum: rows.flatMap((row) => row.vacuum ?? []), ...left };
  },
};

const caseName = (feedback: boolean) => `hot_standby_feedback ${feedback ? 'on' : 'off'}`;

async function once(setting: DrillSetting, feedback: boolean, repetition: number): Promise<VacuumResult> {
  const { topology, database, control, signal, event } = setting;
  const replicaUrl = topology.find('replica2')?.url('admin', database);
  if (replicaUrl === undefined)
    throw new NotHere('replica2 is not there', 'Bring it up: ./olympus up --with replica2');
  const url = topology.get('primary').url('admin', database);
  await using owned = new AsyncDisposableStack();
  await control!.breaking();
  owned.defer(() => control!.repair());
  const replica = owned.use(await connect(replicaUrl, 'olympus-drill'));
  if ((await requireOurs(replica, feedbackOff)) !== 'on')
    throw new NotHere(
      'hot_standby_feedback of replica2 is off',
      'Make the topology anew: ./olympus down && ./olympus up',
    );
  const primary = owned.use(await connect(url, 'olympus-drill'));
  owned.defer(() => dropLedger(url));
  await createHeldTable(primary);
  const { rows: nearest } = await primary.query<VacuumResult['wraparound']>(wraparoundQuery);
  const before = await lookAtHeldTable(primary);
  const seen = await hold(setting, { primary, replica, replicaUrl, feedback });
  event(`${seen.held.deadRows} dead rows stayed while the transaction was open; it was ended`);
  const clean = await heal(primary, replica, seen.pid, signal);
  const phases = { before, held: seen.held, after: clean.table };
  const each = (key: keyof HeldTable) => ({
    before: phases.before[key],
    held: phases.held[key],
    after: phases.after[key],
  });
  return {
    ...{ case: caseName(feedback), repetition, rows: 4000, rounds },
    ...{ deadRows: each('deadRows'), tableBytes: each('tableBytes') },
    ...{ scanPages: each('scanPages'), lookupPages: each('lookupPages') },
    ...{ heldXids: seen.heldXids, replayBehindBytes: seen.behindBytes },
    ...{ sameAnswer: seen.sameAnswer, sqlState: seen.sqlState },
    wraparound: nearest[0]!,
    ...judgeVacuum(clean, seen),
  };
}

interface Held {
  readonly primary: Connection;
  readonly replica: Connection;
  readonly replicaUrl: string;
  readonly feedback: boolean;
}

/** The transaction is open from before the first change until after the last look; the setting is back at the end. */
async function hold({ signal }: DrillSetting, { primary, replica, replicaUrl, feedback }: Held) {
  await using _ = feedback ? undefined : await override(replica, feedbackOff);
  const asked = await until(
    async () => ((await horizon(primary)).heldXids !== null) === feedback,
    feedbackWithin,
    signal,
  );
  const there = await until(
    async () => (await replica.query('SELECT FROM olympus_drill.held LIMIT 1')).rows.length === 1,
    feedbackWithin,
    signal,
  );
  if (!there) throw new Error(`replica2 did not replay the table within ${feedbackWithin / 1000} s`);
  if (!asked)
    throw new Error(
      `replica2 ${feedback ? 'did not ask the primary to keep anything' : 'still had the primary keep rows'} after ${feedbackWithin / 1000} s`,
    );
  await using read = await openLongRead(replicaUrl);
  await changeAndVacuum(primary, rounds, signal);
  const held = await lookAtHeldTable(primary);
  const { heldXids, behindBytes } = await horizon(primary);
  return { pid: read.pid, feedback, held, heldXids, behindBytes, ...(await read.again()) };
}

async function heal(primary: Session, replica: Session, pid: number, signal: AbortSignal) {
  const ended = await until(
    async () => (await replica.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).rows.length === 0,
    healedWithin,
    signal,
  );
  let table = await lookAtHeldTable(primary);
  await until(
    async () => {
      await vacuumOnce(primary);
      table = await lookAtHeldTable(primary);
      return table.deadRows === 0;
    },
    healedWithin,
    signal,
  );
  const replayed = await until(
    async () => {
      await primary.query("SELECT pg_logical_emit_message(true, 'olympus-bench', '')");
      const { behindBytes, streams } = await horizon(primary);
      return streams === true && behindBytes !== null && behindBytes < 100_000;
    },
    healedWithin,
    signal,
  );
  const { rows } = await replica.query<{ feedback: string }>(
    "SELECT current_setting('hot_standby_feedback') AS feedback",
  );
  return { ended, replayed, table, feedback: rows[0]!.feedback };
}

async function horizon(primary: Session) {
  const { rows } = await primary.query<{
    streams: boolean | null;
    held_xids: number | null;
    behind_bytes: number | null;
  }>(horizonQuery);
  const { streams, held_xids, behind_bytes } = rows[0]!;
  return { streams, heldXids: held_xids, behindBytes: behind_bytes };
}
