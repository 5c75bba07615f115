import { seeded } from '../../analysis/statistics/seeded.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import { pause, within } from '../pause.ts';
import type { Replica } from './replica.ts';
import { override, settingInForce, type TemporarySetting } from './temporary-setting.ts';
import type { Sighting } from './watch.ts';

/** From the least to the most that an acknowledged commit has reached. */
export const modes = ['off', 'local', 'remote_write', 'on', 'remote_apply'] as const;
export type Mode = (typeof modes)[number];

/** One commit: its row's id, what the client waited for it, and when a read on the replica sees it. */
export interface ModeCommit {
  readonly id: number;
  readonly commitMs: number;
  readonly visible: Sighting;
}

/** Commits of each mode by slot. Slots of one index ran beside each other. */
export interface ModeSlots {
  readonly standbys: string;
  readonly slots: ReadonlyMap<Mode, readonly (readonly ModeCommit[])[]>;
}

export interface CommitModesOptions {
  readonly primary: Endpoint;
  readonly database: string;
  readonly admin: Connection;
  readonly replica: Replica;
  readonly slots: number;
  readonly commits: number;
  readonly seed: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * A standby that waits for itself: whoever reads the setting after a kill sees whose it is. FIRST 1 waits for the
 * replica alone; the second name is nobody's.
 */
const standbysOf = (replica: string): TemporarySetting => ({
  name: 'synchronous_standby_names',
  value: `FIRST 1 (${replica}, olympus_bench_lag)`,
});
/** A standby that went away would let us wait without end: statement_timeout does not reach into a commit. */
const patienceMs = 5000;

/** Takes back what a killed comparison left on the primary: a commit there may wait for a standby that is gone. */
export const restoreStandbys = (admin: Connection, replica: string) =>
  settingInForce(admin, standbysOf(replica));

/**
 * Commits of one row under each mode, in slots in an order drawn for each round, one at a time. A slot ends when the
 * replica shows all of its rows, so that no later mode's flush hurries what an earlier one left behind.
 * Returns why it could not be measured, where it could not. The primary's setting is restored in any case.
 */
export async function commitModes(options: CommitModesOptions): Promise<ModeSlots | string> {
  const { primary, admin, replica, signal } = options;
  try {
    const standbys = standbysOf(replica.endpoint.name);
    const { setting, altered } = await settingInForce(admin, standbys);
    if (setting !== '') return await measure(options, setting); // it waits for standbys already, as its owner wants
    if (primary.provider === 'external')
      return 'synchronous_standby_names is empty, so that no mode waits for a replica; settings of an external server are left alone';
    if (altered) return 'synchronous_standby_names is set by somebody else';
    await using _ = await override(admin, standbys);
    if (!(await synchronous(options)))
      return `the primary did not take ${replica.endpoint.name} as its synchronous standby within 10 s`;
    return await measure(options, standbys.value);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TypeError || error instanceof ReferenceError) throw error; // ours, not the servers'
    return (error as Error).message;
  }
}

async function synchronous({ admin, replica, now, signal }: CommitModesOptions): Promise<boolean> {
  for (const until = now() + 10_000; now() < until; await pause(20, signal)) {
    const { rows } = await admin.query(
      `SELECT FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync'`,
      [replica.endpoint.name],
    );
    if (rows.length > 0) return true;
  }
  return false;
}

async function measure(options: CommitModesOptions, standbys: string): Promise<ModeSlots> {
  const { primary, database, seed, slots, signal } = options;
  await using owned = new AsyncDisposableStack();
  const sessions = new Map<Mode, Connection>();
  for (const mode of modes) {
    const session = owned.use(await connect(primary.url('admin', database), 'olympus-lag'));
    await session.query(`SET synchronous_commit = ${mode}`);
    sessions.set(mode, session);
  }
  const random = seeded(seed);
  const done = new Map<Mode, ModeCommit[][]>(modes.map((mode) => [mode, []]));
  for (let round = -1; round < slots; round++) {
    for (const mode of shuffled(modes, random)) {
      signal.throwIfAborted();
      const commits = await slot(options, sessions.get(mode)!);
      if (round >= 0) done.get(mode)!.push(commits); // the first round warms up
    }
  }
  return { standbys, slots: done };
}

async function slot(
  { replica, commits, now, signal }: CommitModesOptions,
  { client }: Connection,
): Promise<ModeCommit[]> {
  const underWay: Promise<ModeCommit>[] = [];
  for (let i = 0; i < commits; i++) {
    const sent = now();
    const answer = await within(client.query(insert), patienceMs, signal);
    if (answer === undefined) throw new Error('a commit was not acknowledged within 5 s');
    const commitMs = now() - sent;
    const id = Number(answer.rows[0].id);
    underWay.push(replica.visible.expect(id).then((visible) => ({ id, commitMs, visible })));
  }
  const seen = await within(Promise.all(underWay), patienceMs, signal);
  if (seen === undefined) throw new Error(`${replica.endpoint.name} did not show a commit within 5 s`);
  return seen;
}

const insert = { name: 'commit', text: 'INSERT INTO bench.lag_probe DEFAULT VALUES RETURNING id' };

/** Fisher and Yates. */
function shuffled<T>(all: readonly T[], random: () => number): T[] {
  const order = [...all];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
