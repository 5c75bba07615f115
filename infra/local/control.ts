import { closeSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { type EndpointName, endpointNames } from '../endpoints/endpoints.ts';
import { isFree } from '../process/ports.ts';
import { isThere } from '../process/process-end.ts';
import { signalFamily } from '../process/signal-family.ts';
import type { Control, StopHow } from '../topology/control.ts';
import { forgetBreakage, noteBreakage } from './breakage.ts';
import type { Site } from './local-topology.ts';
import { resetDrillSettings } from './reset-drill-settings.ts';
import {
  follow,
  leaderIn,
  pointPooler,
  rejoin,
  restoreRoles,
  rolesMoved,
  straightenRoutes,
} from './roles.ts';
import { ballastIn, onSmallDisks, putOnSmallDisk, smallDiskTrouble, takeOffSmallDisk } from './small-disk.ts';
import { startParts } from './start-parts.ts';
import { type LocalState, readState } from './state.ts';
import { runningPart, stopPart } from './stop-parts.ts';

/** ms */
const goneWithin = 10_000;

/** @param siteOf made when it is first needed: most commands break nothing */
export function localControl(folder: string, siteOf: () => Promise<Site>): Control {
  let site: Promise<Site> | undefined;
  /** What is repaired must be repaired after an interruption, too. */
  const repairing = async (): Promise<Site> => {
    site ??= siteOf();
    return { ...(await site), signal: new AbortController().signal };
  };
  const start = async (parts: readonly EndpointName[]) => {
    for (const part of parts) if (pid(part) === undefined) await portFree(folder, part);
    await using undo = new AsyncDisposableStack();
    const { absent } = await startParts(await repairing(), stateOf(folder), { parts }, undo, 'fast');
    undo.move(); // the topology's own end stops it
    const failed = absent.find(({ part }) => parts.includes(part));
    if (failed) throw missing(`${failed.part} could not be started again: ${failed.why}`, failed.how);
  };
  const place = async () => ({ site: await repairing(), state: stateOf(folder) });
  const pid = (part: EndpointName) => runningPart(folder, part);
  const signal = (part: EndpointName, name: NodeJS.Signals) => {
    const found = pid(part);
    if (found !== undefined) signalFamily(found, name);
  };
  return {
    pid,
    breaking: () => noteBreakage(folder),
    stop: (part, how) => stop(folder, part, how),
    pause: async (part) => signal(part, 'SIGSTOP'),
    resume: async (part) => signal(part, 'SIGCONT'),
    start: (part) => start([part]),
    leads: () => leaderIn(folder, stateOf(folder)),
    pointPooler: async (to, port) => pointPooler(await place(), to, port),
    follow: async (standby, leader, port) => follow(await place(), standby, leader, port),
    rejoin: async (former, leader) => rejoin(await place(), former, leader),
    restoreRoles: async () => restoreRoles(await place()),
    smallDiskTrouble,
    async smallDisk(name, roomBytes) {
      await stop(folder, 'primary', 'fast');
      await putOnSmallDisk(await repairing(), join(folder, 'primary', name), roomBytes);
      await start(['primary']);
    },
    async fillDisk(name, full) {
      const ballast = ballastIn(join(folder, 'primary', name));
      if (full) fill(ballast);
      else await rm(ballast, { force: true });
    },
    async largeDisk() {
      const data = join(folder, 'primary');
      if (onSmallDisks(data).length === 0) return;
      await stop(folder, 'primary', 'fast');
      for (const each of onSmallDisks(data)) await takeOffSmallDisk(await repairing(), each);
      await start(['primary']);
    },
    async repair() {
      const { ports } = stateOf(folder);
      const had = endpointNames.filter((part) => ports[part] !== undefined);
      for (const part of had) signal(part, 'SIGCONT');
      await this.largeDisk();
      const found = await place();
      if (rolesMoved(found)) await restoreRoles(found);
      const away = had.filter((part) => pid(part) === undefined);
      if (away.length > 0) await start(away);
      await straightenRoutes(found);
      for (const part of had) await resetDrillSettings(found, part);
      await forgetBreakage(folder);
    },
  };
}

/** Writes until there is no room: what is left of it is less than a page. */
function fill(path: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    for (const piece of [Buffer.alloc(1024 ** 2), Buffer.alloc(4096)])
      try {
        for (;;) writeSync(file, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
  } finally {
    closeSync(file);
  }
}

function stateOf(folder: string): LocalState {
  const state = readState(folder);
  if (state) return state;
  throw missing(`${folder} is no topology any more.`, 'Bring one up: ./olympus up');
}

/** A part must come back at its port: what its process left there goes first. */
async function portFree(folder: string, part: EndpointName): Promise<void> {
  const port = stateOf(folder).ports[part];
  if (port === undefined) return;
  for (const end = performance.now() + goneWithin; !(await isFree(port)); await sleep(10))
    if (performance.now() > end)
      throw missing(
        `Port ${port} of ${part} is still taken.`,
        `\`ss -ltnp sport = :${port}\` shows who has it.`,
      );
}

async function stop(folder: string, part: EndpointName, how: StopHow): Promise<void> {
  if (how !== 'kill') {
    await stopPart(folder, part, how);
    return;
  }
  const pid = runningPart(folder, part);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  for (const end = performance.now() + goneWithin; isThere(pid); await sleep(5))
    if (performance.now() > end)
      throw missing(`${part} (process ${pid}) is still there after SIGKILL.`, 'The system is very busy.');
}
