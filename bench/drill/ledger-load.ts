import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { outcomeOf, timeoutCode, unservedCode } from './outcome-of.ts';
import type { DrillRequest } from './request.ts';

/** One connection to an endpoint. After an error it is closed, and another is opened for the next request. */
export interface Client {
  alive(): boolean;
  write(token: string): Promise<unknown>;
  read(token: string): Promise<unknown>;
  close(): void;
}

export interface Stream {
  readonly kind: DrillRequest['kind'];
  /** Requests a second, in equal steps. */
  readonly rate: number;
  readonly clients: number;
  open(): Promise<Client>;
}

export interface LedgerLoad {
  /** Every request so far that has ended. */
  readonly requests: readonly DrillRequest[];
  /** Ends the schedule and serves what was due before; what is never begun is recorded as that. */
  stop(): Promise<void>;
}

/** ms; so long after its end a load still sends what was due before, and waits for answers. */
const lastAnswersWithin = 6000;
/** ms; a client that was refused tries no oftener than this. */
const retryAfter = 20;

/**
 * Writes and reads in an open model: each request has its time, whether or not those before it were answered, and waits
 * for a free client where none is. Every write inserts a token that only its client knows.
 */
export function startLedgerLoad(streams: readonly Stream[], now = () => performance.now()): LedgerLoad {
  const requests: DrillRequest[] = [];
  const started = now();
  const acknowledged: string[] = [];
  const ending = new AbortController();
  const stopped: { at: number | null } = { at: null };
  const lanes = streams.flatMap((stream) => {
    const schedule = { next: 0 };
    const take = () => {
      const due = started + (1000 * schedule.next) / stream.rate;
      if (stopped.at !== null && due >= stopped.at) return undefined;
      schedule.next++;
      return due;
    };
    const record = (request: DrillRequest) => {
      requests.push(request);
      if (request.kind === 'write' && request.outcome === 'acknowledged') acknowledged.push(request.token);
    };
    return Array.from({ length: stream.clients }, () =>
      lane(stream, { take, record, now, ending: ending.signal, acknowledged, stopped }),
    );
  });
  const all = Promise.all(lanes);
  all.catch(() => {}); // stop() reports it
  return {
    requests,
    async stop() {
      stopped.at ??= now();
      ending.abort();
      await all;
    },
  };
}

interface Lane {
  readonly take: () => number | undefined;
  readonly record: (request: DrillRequest) => void;
  readonly now: () => number;
  readonly ending: AbortSignal;
  readonly acknowledged: readonly string[];
  readonly stopped: { readonly at: number | null };
}

async function lane(stream: Stream, { take, record, now, ending, acknowledged, stopped }: Lane) {
  let client: Client | undefined;
  try {
    for (;;) {
      const due = take();
      if (due === undefined) return;
      const early = due - now();
      if (early > 0) await sleep(early, undefined, { signal: ending }).catch(() => {});
      const token = stream.kind === 'write' ? randomUUID() : tokenToRead(acknowledged, due);
      const base = { kind: stream.kind, token, due };
      if (stopped.at !== null) {
        if (due >= stopped.at) return; // its time had not come when the load ended
        if (now() > stopped.at + lastAnswersWithin) {
          record({ ...base, sent: null, ended: now(), outcome: 'notSent', code: unservedCode });
          continue;
        }
      }
      let sent: number | null = null;
      try {
        if (!client?.alive()) {
          client?.close();
          client = undefined;
          client = await stream.open();
        }
        sent = now();
        await answered(stream.kind === 'write' ? client.write(token) : client.read(token), ending);
        record({ ...base, sent, ended: now(), outcome: 'acknowledged', code: null });
      } catch (error) {
        record({ ...base, sent, ended: now(), ...outcomeOf(error, sent !== null) });
        if (sent === null) await sleep(retryAfter);
        else {
          client?.close();
          client = undefined;
        }
      }
    }
  } finally {
    client?.close();
  }
}

/** A request that was sent when the load ended may take so long; then nobody waits for its answer. */
async function answered(work: Promise<unknown>, ending: AbortSignal): Promise<void> {
  const done = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const begin = () => {
      const timer = setTimeout(
        () => reject(Object.assign(new Error('the load ended'), { code: timeoutCode })),
        lastAnswersWithin,
      );
      done.signal.addEventListener('abort', () => clearTimeout(timer));
    };
    if (ending.aborted) begin();
    else {
      ending.addEventListener('abort', begin, { once: true, signal: done.signal });
    }
  });
  late.catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
    work.catch(() => {});
  }
}

/** One that was acknowledged; any, where none was yet. The schedule picks it, so that nothing random is needed. */
const tokenToRead = (acknowledged: readonly string[], due: number): string =>
  acknowledged[Math.floor(due) % Math.max(1, acknowledged.length)] ?? 'none yet';
