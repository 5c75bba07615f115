import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import { commandLine } from '../process/command-line.ts';
import { findProcess } from '../process/find-process.ts';
import { onPort, PortTaken } from '../process/ports.ts';
import { stopChild, stopProcess } from '../process/stop.ts';
import { findProgram } from '../setup/program.ts';
import type { Absent } from '../topology/endpoint.ts';
import { connect, type Session } from '../topology/session.ts';
import {
  giveTo,
  launch,
  logAdvice,
  logSize,
  logTail,
  makePrivateFolder,
  partFolder,
  type Server,
  type Site,
} from './local-topology.ts';
import { accounts, localUrl } from './login.ts';
import { poolerSettings } from './pooler-settings.ts';
import type { LocalState } from './state.ts';

/** pgbouncer's path: $OLYMPUS_PGBOUNCER where that is set, else the installed one. */
export const findPooler = () => findProgram('pgbouncer', process.env.OLYMPUS_PGBOUNCER);

export const poolerAbsent: Absent = {
  part: 'pooler',
  why: 'pgbouncer is not installed',
  how: 'Install it (Debian, Ubuntu: apt-get install pgbouncer; macOS: brew install pgbouncer), or name it with OLYMPUS_PGBOUNCER=/path/to/pgbouncer.',
};

const maxClients = 5000;
/** Enough for the clients, the pools and PgBouncer's own; with too few it starts, and refuses clients later. */
const openFiles = 16_384;
const reservedFiles = 400;

/** root may raise the limit; others only up to the hard one. */
function allowedFiles(): number {
  if (process.getuid?.() === 0) return openFiles;
  const hard = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim();
  return hard === 'unlimited' ? openFiles : Number(hard);
}

/** Starts PgBouncer in front of the primary and waits until it answers. One that runs is returned as it is. */
export async function runPooler(
  site: Site,
  state: LocalState,
  primary: Server,
  program: string,
): Promise<Server> {
  const folder = partFolder(site, 'pooler');
  const pid = findRunningPooler(folder);
  if (pid !== undefined && state.ports.pooler) return { pid, port: state.ports.pooler, started: false };
  await makePrivateFolder(site, folder);
  await writeUsers(site, state, primary);
  const clients = Math.min(maxClients, allowedFiles() - reservedFiles);
  if (clients < maxClients)
    site.progress.warn(
      `PgBouncer takes ${clients} clients at most: \`ulimit -Hn\` of this machine allows no more`,
    );
  return onPort(state.ports.pooler, 'pooler', async (port) => {
    const file = iniFile(folder);
    await writeFile(
      file,
      poolerSettings({ port, primaryPort: primary.port, folder, clients, minor: minorVersion(program) }),
      {
        mode: 0o600,
      },
    );
    await giveTo(site, file);
    await rm(pidFile(folder), { force: true });
    site.signal.throwIfAborted();
    const logFrom = logSize(site, 'pooler');
    const child = launch(site, 'pooler', program, [file], { openFiles });
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code) => (ended = `it ended with code ${code}`));
    try {
      const end = performance.now() + seconds(60);
      while (!(await accepts(port))) {
        site.signal.throwIfAborted();
        if (ended !== undefined) throw new Error(ended);
        if (performance.now() > end) throw new Error('it took no connections within 60 s');
        await sleep(10);
      }
    } catch (error) {
      await stopChild(child, { signal: 'SIGTERM', deadline: seconds(1) });
      if (site.signal.aborted) throw site.signal.reason;
      const tail = logTail(site, 'pooler', logFrom);
      if (/already in use/.test(tail)) throw new PortTaken();
      throw missing(
        `PgBouncer did not start: ${(error as Error).message}\n${tail}`,
        logAdvice(site, 'pooler'),
      );
    }
    return { pid: child.pid!, port, started: true };
  });
}

/** PgBouncer logs in to the server with what the client proved, if both hold the same verifier: so it is copied. */
async function writeUsers(site: Site, state: LocalState, primary: Server): Promise<void> {
  await using admin = await connect(
    localUrl(accounts.admin, state.passwords.admin, primary.port, 'postgres'),
  );
  const { rows } = await admin.query<{ rolname: string; rolpassword: string }>(
    'SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY($1)',
    [[accounts.app, accounts.owner, accounts.admin]],
  );
  const file = join(partFolder(site, 'pooler'), 'users.txt');
  const lines = rows.map(({ rolname, rolpassword }) => `"${rolname}" "${rolpassword}"\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
  await giveTo(site, file);
}

/** Ends PgBouncer at once: a polite end would wait for its clients. */
export async function stopPooler(folder: string): Promise<boolean> {
  const pid = findRunningPooler(folder);
  if (pid === undefined) return false;
  await stopProcess(pid, () => isPooler(pid, folder), { signal: 'SIGTERM', deadline: seconds(1) });
  return true;
}

/** "PgBouncer 1.18.0", from the admin console. */
export async function poolerVersion(console: Session): Promise<string> {
  return (await console.query<{ version: string }>('SHOW VERSION')).rows[0]!.version;
}

export function findRunningPooler(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile(folder), 'utf8'));
    if (isPooler(pid, folder)) return pid;
  } catch {
    // It has not written its pid yet, or does not run.
  }
  return findProcess((command) => command.endsWith(` ${iniFile(folder)}`));
}

const iniFile = (folder: string) => join(folder, 'pgbouncer.ini');
const pidFile = (folder: string) => join(folder, 'pgbouncer.pid');
const isPooler = (pid: number, folder: string) => commandLine(pid)?.endsWith(` ${iniFile(folder)}`) ?? false;

/** 18 of "PgBouncer 1.18.0"; unknown settings would stop it. */
const minorVersion = (program: string) =>
  Number(/PgBouncer 1\.(\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 0);

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
