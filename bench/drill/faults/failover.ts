import { isThere } from '../../../infra/process/process-end.ts';
import { connect } from '../../../infra/topology/session.ts';
import { pause } from '../../pause.ts';
import type { DrillCase, DrillSetting, FaultDrill, Prepared } from '../drill.ts';
import { insertToken, readToken } from '../ledger-table.ts';
import { pgClient } from '../pg-client.ts';
import { until } from '../until.ts';

/**
 * The primary is killed and replica 1 promoted. In the cases "behind" the primary sends no WAL for a moment before that,
 * as over a network that stands: what it acknowledges meanwhile is on no other server.
 */
export const failover: FaultDrill = {
  name: 'failover',
  what: 'kills the primary and promotes replica1, asynchronous against synchronous; pooler, replica2 and the old primary follow',
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: true,
  cases: () => [
    failedOver('asynchronous', 'none', 0),
    failedOver('asynchronous, replicas behind', 'none', behindMs),
    failedOver('synchronous (remote_apply), replicas behind', 'no-loss', behindMs),
  ],
};

/** ms; how long the primary sends no WAL before it dies. */
const behindMs = 500;
/** ms */
const within = 30_000;

const synchronous = { synchronous_standby_names: 'FIRST 1 (replica1)', synchronous_commit: 'remote_apply' };

const failedOver = (name: string, promise: DrillCase['promise'], behind: number): DrillCase => ({
  name,
  needs: ['primary', 'pooler', 'replica1', 'replica2'],
  stopsServers: true,
  via: 'pooler',
  judged: 'writes',
  promise,
  prepare: (setting) => prepare(setting, promise === 'no-loss'),
  inject: (setting) => killPrimary(setting, behind),
  async heal(setting) {
    await promote(setting);
    await setting.control!.pointPooler('replica1');
    setting.event('the pooler serves replica1');
  },
  async afterRepair(setting) {
    const { control, event } = setting;
    event(await control!.follow('replica2', 'replica1'));
    await control!.start('primary');
    event(await splitBrain(setting));
    event(await control!.rejoin('primary', 'replica1'));
  },
  healed: rejoined,
});

async function prepare(
  { topology, database, control, signal }: DrillSetting,
  wait: boolean,
): Promise<Prepared> {
  if (wait) {
    await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-drill');
    for (const [name, value] of Object.entries(synchronous))
      await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await admin.query('SELECT pg_reload_conf()');
    const ready = await until(
      async () => {
        const { rows } = await admin.query<{ waits: boolean }>(
          `SELECT sync_state = 'sync' AND current_setting('synchronous_commit') = 'remote_apply' AS waits
           FROM pg_stat_replication WHERE application_name = 'replica1'`,
        );
        return rows[0]?.waits === true;
      },
      within,
      signal,
    );
    if (!ready) throw new Error('replica1 did not become the synchronous standby within 30 s');
  }
  return {
    primaryUrl: () => topology.get(control!.leads()).url('admin', database),
    [Symbol.asyncDispose]: () => control!.restoreRoles(),
  };
}

/** The senders are stopped, so that not even a socket's buffer holds what they would have sent; they die with it. */
async function killPrimary(
  { topology, control, signal, event }: DrillSetting,
  behind: number,
): Promise<void> {
  const senders = behind > 0 ? await walSenders(topology.get('primary').url('admin', 'postgres')) : [];
  for (const pid of senders) process.kill(pid, 'SIGSTOP');
  try {
    if (senders.length > 0) event(`no WAL is sent for ${behind} ms`);
    await pause(behind, signal);
    await control!.stop('primary', 'kill');
  } finally {
    for (const pid of senders) if (isThere(pid)) process.kill(pid, 'SIGKILL');
  }
  event('the primary is dead');
}

async function walSenders(url: string): Promise<number[]> {
  await using admin = await connect(url, 'olympus-drill');
  const { rows } = await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_replication');
  return rows.map(({ pid }) => pid);
}

async function promote({ topology, event }: DrillSetting): Promise<void> {
  await using admin = await connect(topology.get('replica1').url('admin', 'postgres'), 'olympus-drill');
  const { rows } = await admin.query<{ leads: boolean }>(
    'SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(true, 60) ELSE true END AS leads',
  );
  if (!rows[0]!.leads) throw new Error('replica1 was not promoted within 60 s');
  event('replica1 leads');
}

/** ms; longer than any commit that waits for nobody. */
const patience = 1000;

/** The old primary comes back and does not know: whether a client that still talks to it is told a lie. */
async function splitBrain({ topology, database }: DrillSetting): Promise<string> {
  const token = `split-brain-${process.pid}-${Math.round(performance.now())}`;
  const old = await pgClient(topology.get('primary').url('app', database), patience);
  let acknowledged = true;
  try {
    await old.write(token);
  } catch {
    acknowledged = false;
  } finally {
    old.close();
  }
  await using leading = await connect(topology.get('replica1').url('admin', database), 'olympus-drill');
  const { rows } = await leading.query<{ count: string }>(readToken, [token]);
  const there = Number(rows[0]!.count) > 0;
  if (!acknowledged)
    return `split brain: the old primary came back, and a write to it was not acknowledged within ${patience} ms${there ? '' : '; it is not on the new one'}`;
  return `split brain: the old primary came back and acknowledged a write${there ? '' : ' that the new one does not have'}: two servers lead until one is stopped`;
}

/** Both follow the new primary, and a write there arrives at both. */
async function rejoined({ topology, database, signal }: DrillSetting) {
  const token = `rejoined-${process.pid}-${Math.round(performance.now())}`;
  await using leading = await connect(topology.get('replica1').url('admin', database), 'olympus-drill');
  await leading.query(insertToken, [token]);
  try {
    for (const part of ['primary', 'replica2'] as const) {
      await using follower = await connect(topology.get(part).url('admin', database), 'olympus-drill');
      const arrives = await until(
        async () =>
          Number((await follower.query<{ count: string }>(readToken, [token])).rows[0]!.count) === 1,
        within,
        signal,
      );
      if (!arrives) return { ok: false, how: `a write on the new primary did not arrive at ${part}` };
    }
  } finally {
    await leading.query('DELETE FROM olympus_drill.ledger WHERE token = $1', [token]);
  }
  return { ok: true, how: 'a write on the new primary arrives at replica2 and at the old primary' };
}
