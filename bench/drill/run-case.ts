import type { EndpointName } from '../../infra/topology/endpoint.ts';
import type { DrillResult } from '../../result/measures/drill.ts';
import { pause } from '../pause.ts';
import { percentilesOf } from '../percentiles.ts';
import { availability, byPhase, steadyFor } from './availability.ts';
import { clientOf } from './client-of.ts';
import { courseOf, errorsOf } from './course.ts';
import type { DrillCase, DrillSetting, Healed, Prepared } from './drill.ts';
import { judgeLedger } from './judge-ledger.ts';
import { type LedgerLoad, type Stream, startLedgerLoad } from './ledger-load.ts';
import { createLedger, dropLedger, readLedger } from './ledger-table.ts';
import { pgClient } from './pg-client.ts';
import { type DrillRequest, succeeded } from './request.ts';
import { underResult } from './under.ts';
import { until } from './until.ts';

const clientsEach = 16;
/** ms; then a client closes its connection and counts the request as failed. */
const answerWithin = 5000;
/** ms; connections are opened, and the first plans made. */
const warmUp = 500;
/** ms; how long a case waits for its requests to succeed again, beyond the time that it loads anyway. */
const recoversWithin = 60_000;
const prepareWithin = 10_000;

/** One case, once: load, injection, repair, and then what became of every write. */
export async function runCase(
  name: string,
  one: DrillCase,
  repetition: number,
  base: DrillSetting,
): Promise<DrillResult> {
  const { topology, options, signal, control } = base;
  const events: { at: number; what: string }[] = [];
  const setting: DrillSetting = {
    ...base,
    memory: [],
    event: (what) => {
      events.push({ at: performance.now(), what });
      base.event(what);
    },
  };
  const via: EndpointName = one.via ?? (topology.find('pooler') ? 'pooler' : 'primary');
  const reads = one.reads ?? via;
  const admin = (prepared: Prepared | undefined) =>
    prepared?.primaryUrl?.() ?? topology.get('primary').url('admin', setting.database);
  await createLedger(admin(undefined));
  await using owned = new AsyncDisposableStack();
  let prepared: Prepared | undefined;
  owned.defer(() => dropLedger(admin(prepared)));
  if (control) await control.breaking();
  let healthy = false;
  owned.defer(async () => {
    try {
      if (!healthy) await one.heal(setting);
    } finally {
      await control?.repair();
    }
  });
  prepared = one.prepare && owned.use(await one.prepare(setting));
  const urls = {
    write: prepared?.writesUrl ?? topology.get(via).url('app', setting.database),
    read: prepared?.readsUrl ?? topology.get(reads).url('app', setting.database),
  };
  await readable(urls, reads, setting);
  const load = startLedgerLoad([
    stream('write', options.rate, () => pgClient(urls.write, answerWithin)),
    stream('read', options.rate, () => clientOf(reads, urls.read, answerWithin)),
  ]);
  const endUnder = setting.under?.start();
  const started = performance.now() + warmUp;
  let injected = Number.NaN;
  let repaired = Number.NaN;
  let failure: unknown;
  try {
    await pause(warmUp + options.duration, signal);
    injected = performance.now();
    setting.event(`injected: ${one.name}`);
    await one.inject(setting);
    await pause(one.holdMs ?? 0, signal);
    setting.event('repair began');
    await one.heal(setting);
    healthy = true;
    repaired = performance.now();
    setting.event('repaired');
    await one.afterRepair?.(setting);
    await pause(options.duration, signal);
    await untilCalm(load, one, { started, injected, repaired }, signal);
  } catch (error) {
    failure = error;
  } finally {
    await load.stop();
  }
  const ended = performance.now();
  const seen = await endUnder?.().catch((error: unknown) => {
    failure ??= error;
    return undefined;
  });
  if (failure !== undefined) throw failure;
  const healed = await lookedAt(one, setting);
  const judgement = judgeLedger(load.requests, await readLedger(admin(prepared)));
  const judged = load.requests.filter(({ kind, due }) => `${kind}s` === one.judged && due >= started);
  const known = availability(judged, { injected, repaired, ended });
  const found = one.many
    ? {
        ...known,
        recoverMs: null,
        why: known.why ?? 'many faults, one after the other, have no one recovery',
      }
    : known;
  const phases = byPhase(judged, injected, found.recoverMs);
  const times = (of: readonly DrillRequest[]) =>
    percentilesOf(of.filter(succeeded).map((each) => each.ended - each.due));
  const responseMs = {
    before: times(phases.before),
    during: times(phases.during),
    after: times(phases.after),
  };
  const file = await setting.keep(
    `drill/${fileName(name, one.name, repetition)}.json`,
    JSON.stringify({ injected, repaired, ended, events, requests: load.requests }),
  );
  const { why, ...figures } = found;
  return {
    ...{
      name,
      case: one.name,
      repetition,
      under: options.under?.scenario ?? null,
      via,
      judged: one.judged,
      reads,
    },
    offeredRate: options.rate,
    requests: {
      before: phases.before.length,
      during: phases.during.length,
      after: phases.after.length,
    },
    brokenMs: repaired - injected,
    ...figures,
    errors: errorsOf(load.requests.filter(({ due }) => due >= started)),
    p99Ms: { before: responseMs.before.p99, during: responseMs.during.p99, after: responseMs.after.p99 },
    responseMs,
    healed: healed.ok,
    healedHow: healed.how,
    promise: one.promise,
    load: seen && options.under ? underResult(seen, options.under.scenario, injected, found.recoverMs) : null,
    ...judgement,
    why,
    memory: [...setting.memory],
    seconds: courseOf(load.requests, injected),
    events: events.map(({ at, what }) => ({ s: (at - injected) / 1000, what })),
    file,
  };
}

const stream = (kind: Stream['kind'], rate: number, open: Stream['open']): Stream => ({
  ...{ kind, rate, open },
  clients: Math.min(clientsEach, Math.max(2, Math.ceil(rate / 4))),
});

/** A reader of a replica needs the ledger there; it must have been replayed before the load begins. */
async function readable(
  { read }: { readonly read: string },
  reads: EndpointName,
  { signal }: DrillSetting,
): Promise<void> {
  const look = async () => {
    const client = await clientOf(reads, read, 1000);
    try {
      await client.read('none yet');
      return true;
    } finally {
      client.close();
    }
  };
  await until(look, prepareWithin, signal);
}

/** ms; beyond what a recovery needs to be known: an answer that is on its way arrives. */
const margin = 500;

/** Until the clients are known to be served again: `steadyFor` without trouble, which is not waited for twice. */
async function untilCalm(
  load: LedgerLoad,
  one: DrillCase,
  { started, ...fault }: { started: number; injected: number; repaired: number },
  signal: AbortSignal,
): Promise<void> {
  await until(async () => servesAgain(load, one.judged), recoversWithin, signal);
  if (one.many) return await pause(steadyFor + margin, signal); // it has no one recovery
  const known = async () => {
    const judged = load.requests.filter(({ kind, due }) => `${kind}s` === one.judged && due >= started);
    const ended = performance.now() - margin;
    const { unavailableMs, recoverMs } = availability(judged, { ...fault, ended });
    return recoverMs !== null || unavailableMs === null;
  };
  await until(known, recoversWithin, signal);
}

/** Whether the last of the judged requests succeeded, ten in a row. */
function servesAgain({ requests }: LedgerLoad, judged: DrillCase['judged']): boolean {
  const last = requests.filter(({ kind }) => `${kind}s` === judged).slice(-10);
  return last.length === 10 && last.every(succeeded);
}

async function lookedAt(one: DrillCase, setting: DrillSetting): Promise<Healed> {
  try {
    return await one.healed(setting);
  } catch (error) {
    setting.signal.throwIfAborted();
    return { ok: null, how: `it could not be looked at: ${(error as Error).message}` };
  }
}

const fileName = (...words: readonly (string | number)[]) =>
  words
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
