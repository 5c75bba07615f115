import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usage } from '../config/fault.ts';
import { tryLock } from '../infra/process/lock.ts';
import { turnName, turnOf } from '../infra/process/this-run.ts';
import { holdLock } from '../infra/topology/advisory-hold.ts';
import type { Endpoint } from '../infra/topology/endpoint.ts';
import { connect } from '../infra/topology/session.ts';
import type { Context } from './command.ts';
import { commandLine } from './command-line.ts';
import { project } from './holder.ts';

type Waiting = Pick<Context, 'wait' | 'progress' | 'signal'>;

/** Milliseconds between two tries. */
const pause = 200;

/**
 * One measuring command at a time works on what is held: whoever reads and whoever writes takes its turn. The lock is
 * the kernel's, and free when its process ends, however that ends.
 * @throws Fault (usage) with --no-wait when another has it, naming that; the signal's reason
 */
export async function takeTurn(context: Waiting, cache: string): Promise<Disposable> {
  const file = join(cache, 'held.run');
  const turn = await inTurn(
    context,
    async () => tryLock(`${file}.lock`),
    async () => whoHas(`${file}.json`),
  );
  const who = { command: commandLine(), project, pid: process.pid, since: new Date().toISOString() };
  await writeFile(`${file}.json`, JSON.stringify(who));
  return turn;
}

function whoHas(file: string): string {
  try {
    const { command, project: folder, pid, since } = JSON.parse(readFileSync(file, 'utf8'));
    return `${command} (process ${pid} of ${folder}, since ${`${since}`.slice(11, 19)} UTC)`;
  } catch {
    return 'another command'; // it has the lock, and has not said yet who it is
  }
}

/** Names the locks of runs among the advisory locks: "olru". */
const lockClass = 0x6f6c_7275;
/** The lock of a server: one for all that measure it, whichever way they name it, and whichever of its databases. */
const wholeServer = 'server';

/**
 * The turn on the server itself, whoever measures it from wherever, and whether it is held here or is a server of the
 * user's: an advisory lock, held by a session on another database, so that it is not in the way of a copy. What a run
 * starts for itself takes its turn among its like, inside the run's own.
 */
export async function takeTurnOn(context: Waiting, primary: Endpoint): Promise<AsyncDisposable> {
  const url = await lockingUrl(primary);
  const name = process.env[turnOf] ?? wholeServer;
  return inTurn(
    context,
    () => holdLock(url, turnName(), lockClass, name),
    () => whoHasOn(url, name),
  );
}

/** Of the database `postgres`, where this login may connect to it. */
async function lockingUrl(primary: Endpoint): Promise<string> {
  const url = primary.url('admin', 'postgres');
  try {
    await using _ = await connect(url, 'olympus-run');
    return url;
  } catch {
    return primary.url('admin');
  }
}

async function whoHasOn(url: string, name: string): Promise<string> {
  await using session = await connect(url, 'olympus-run');
  const { rows } = await session.query<{ who: string }>(holder, [lockClass, name]);
  return rows[0]?.who ?? 'another command';
}

const holder = `
  SELECT format('%s of %s at %s (server process %s, since %s UTC)', application_name, usename,
                coalesce(host(client_addr), 'this machine'), a.pid,
                to_char(backend_start AT TIME ZONE 'UTC', 'HH24:MI:SS')) AS who
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
   WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::bigint::oid
     AND l.objid = ((hashtext($2)::bigint + 4294967296) % 4294967296)::oid`;

async function inTurn<T>(
  { wait, progress, signal }: Waiting,
  take: () => Promise<T | undefined>,
  who: () => Promise<string>,
): Promise<T> {
  for (let [noted, tries] = ['', 0]; ; tries++) {
    signal.throwIfAborted();
    const taken = await take();
    if (taken !== undefined) return taken;
    // the session of a run that was killed ends a moment after it
    if (!wait && tries < 3) {
      await sleep(pause);
      continue;
    }
    const other = await who();
    if (!wait)
      throw usage(
        `Another command works on this topology: ${other}. Two at once would measure each other.`,
        'Let it end, or leave out --no-wait: this one waits for it then.',
      );
    if (other !== noted) progress.note(`waiting for ${other}, which works on this topology`);
    noted = other;
    await sleep(pause);
  }
}
