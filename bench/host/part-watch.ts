import { createConnection } from 'node:net';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, isThere } from '../../infra/process/process-end.ts';
import type { Endpoint, EndpointName } from '../../infra/topology/endpoint.ts';
import { logOf } from './server-log.ts';

/** A part that ended, or stopped answering, while it was watched. */
export interface PartEnd {
  readonly part: EndpointName;
  /** By performance.now(). */
  readonly at: number;
  /** How, as the end of a sentence: "ended, signal 9 (SIGKILL)". */
  readonly how: string;
  /** The last reason that its log gives, where it writes one on this machine. */
  readonly said?: string;
}

/** Watches whether the servers that are measured stay. Disposing it ends the watching. */
export interface PartWatch extends Disposable {
  /** Looks once more, and gives all that ended so far, in the order of their ends. */
  ends(): Promise<readonly PartEnd[]>;
}

const looksEvery = 250; // ms
/** A server of the user's is asked for a connection no oftener than this. */
const asksEvery = 2000;
/** One refused connection may be a full backlog; two in a row, this long apart, are a server that is away. */
const asksAgainAfter = 200;

/**
 * Of a process that we started the exit and its signal are known; of another one on this machine, that its process is
 * gone; of a server elsewhere, that it takes no connection.
 */
export function watchParts(endpoints: readonly Endpoint[]): PartWatch {
  const seen = new Map<EndpointName, PartEnd>();
  /** Gone at the last look: at the next one its exit would be known, were it a child of ours. */
  const missed = new Map<EndpointName, number>();
  const logs = new Map(
    endpoints.flatMap(({ name, pid }) => {
      const log = pid === undefined ? undefined : logOf(pid);
      return log ? [[name, log] as const] : [];
    }),
  );
  const local = endpoints.filter(({ pid }) => pid !== undefined && (endOf(pid) || isThere(pid)));
  const remote = endpoints.filter((endpoint) => !local.includes(endpoint));
  const look = () => {
    for (const { name, pid } of local) {
      if (seen.has(name)) continue;
      const end = endOf(pid!);
      if (end) seen.set(name, { part: name, at: end.at, how: howEnded(end) });
      else if (missed.has(name))
        seen.set(name, { part: name, at: missed.get(name)!, how: 'ended: its process is gone' });
      else if (!isThere(pid!)) missed.set(name, performance.now());
    }
  };
  const ask = async () => {
    await Promise.all(
      remote.map(async ({ name, host, port }) => {
        if (seen.has(name)) return;
        const at = performance.now();
        if (await answers(host, port)) return;
        await sleep(asksAgainAfter);
        if (!(await answers(host, port)) && !seen.has(name))
          seen.set(name, { part: name, at, how: 'does not answer any more' });
      }),
    );
  };
  const timers = [setInterval(look, looksEvery), setInterval(() => void ask(), asksEvery)];
  for (const timer of timers) timer.unref();
  return {
    async ends() {
      look();
      await sleep(exitArrivesWithin); // a connection breaks before its server's exit is told
      look();
      await ask();
      return [...seen.values()]
        .sort((a, b) => a.at - b.at)
        .map((end) => {
          const said = logs.get(end.part)?.reason();
          return said === undefined ? end : { ...end, said };
        });
    },
    [Symbol.dispose]() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

const exitArrivesWithin = 50; // ms

function howEnded({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  return signal === null ? `ended, exit code ${code}` : `ended, signal ${numberOf(signal)} (${signal})`;
}

const numberOf = (signal: NodeJS.Signals) => constants.signals[signal];

/** Whether somebody takes connections there: it is closed at once, and says nothing. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(
      host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
    );
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => done(false));
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
