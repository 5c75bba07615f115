import type { TrustCheck } from '../../result/run.ts';
import type { Facts, LoadFacts, OthersFacts, ReplicaFacts } from './facts.ts';
import { p99AtMost } from './p99-at-most.ts';
import { unsteadyAgainst, unsteadyShare } from './steadiness.ts';

/** The limits, each with its reason. One literal. */
export const trustLimits = {
  /** ms. A start later than that would be charged to the server although the generator caused it. */
  startLagP99: 1,
  dropped: 0,
  /** Times the offered rate: a generator near its own ceiling measures itself. */
  ceiling: 2,
  /** % of the machine's cores: above half, generator and server fight for the same cores. */
  generatorCpu: 50,
  /** Requests: a p99 then rests on at least 100 samples beyond it. */
  p99Samples: 10_000,
  /** % of 1-second windows off the median. */
  unsteady: 10,
  /** % of CPU time that the hypervisor gave to others. */
  steal: 5,
  /** % of the machine's cores: what other programs take is missing to what is measured. */
  others: 10,
  /** ms. A lag below the probe's own error says nothing. */
  lagProbeError: 2,
} as const;

/** Whether the figures of a run may be believed: the load generator certifies itself, and so does the machine. */
export function trustChecks({
  load,
  environment,
  replication,
  trust,
}: Pick<Facts, 'load' | 'environment' | 'replication' | 'trust'>): TrustCheck[] {
  const cores = trust?.machine?.cores;
  return [
    ...load.flatMap((one) => loadChecks(one, load.length > 1, cores)),
    ...replication.map(lagProbeError),
    ...(trust?.machine && cores ? [others(trust.machine, cores)] : []),
    steal(environment.host.stealPct),
  ];
}

/** Whoever else used the cores; one sentence says that nobody did, and it is said only here. */
function others({ othersCores, others: named, why }: OthersFacts, cores: number): TrustCheck {
  const limit = (trustLimits.others / 100) * cores;
  const base = { name: 'other programs', limit, unit: 'cores' };
  if (othersCores === null)
    return {
      ...base,
      ok: null,
      value: null,
      why: `Who else used the machine could not be seen: ${why ?? 'the system does not tell'}.`,
    };
  const ok = othersCores <= limit;
  const told = `${othersCores.toFixed(2)} of ${cores} cores`;
  return {
    ...base,
    ok,
    value: othersCores,
    why: ok
      ? `Other programs took ${told}.`
      : `Other programs took ${told}${named.length > 0 ? `, most of it ${named.map(({ name, cores: own }) => `${name} (${own.toFixed(2)})`).join(', ')}` : ''}: they are missing to what was measured.`,
  };
}

function lagProbeError({ replica, probeErrorMs, why }: ReplicaFacts): TrustCheck {
  const limit = trustLimits.lagProbeError;
  const base = { name: `lag probe error, ${replica}`, limit, unit: 'ms' };
  if (probeErrorMs === null || probeErrorMs === undefined)
    return { ...base, ok: null, value: null, why: why ? `${why}.` : 'No probe arrived there.' };
  const ok = probeErrorMs <= limit;
  return {
    ...base,
    ok,
    value: probeErrorMs,
    why: ok
      ? why
        ? `${why}.`
        : 'Against an injected delay of known length, and from the pauses between looks.'
      : 'The machine is too busy to tell lag more finely than this.',
  };
}

function loadChecks(load: LoadFacts, several: boolean, cores: number | undefined): TrustCheck[] {
  const checks = [dropped(load), cpu(load), samples(load), steady(load)];
  if (load.others && cores)
    checks.push({ ...others(load.others, cores), name: 'other programs during the load' });
  if (load.model === 'open') checks.unshift(startLag(load), ceiling(load));
  return several
    ? checks.map((check) => ({ ...check, name: `${load.scenario}, ${load.model}: ${check.name}` }))
    : checks;
}

function startLag({ startLagMs }: LoadFacts): TrustCheck {
  const limit = trustLimits.startLagP99;
  const { ok, value, why } = p99AtMost(startLagMs, limit);
  const meaning =
    ok === false
      ? 'Requests started later than scheduled: response times contain the generator’s own delay.'
      : 'Requests start when the schedule says, so waiting is charged to the server rightly.';
  return { name: 'start lag p99', ok, value, limit, unit: 'ms', why: why || meaning };
}

function dropped({ dropped: value }: LoadFacts): TrustCheck {
  return {
    name: 'dropped starts',
    ok: value <= trustLimits.dropped,
    value,
    limit: trustLimits.dropped,
    unit: 'starts',
    why:
      value > 0
        ? 'Scheduled requests never started; the slowest ones are missing from the percentiles.'
        : 'Every scheduled request was started and is in the percentiles.',
  };
}

function ceiling({ ceilingRate, offeredRate }: LoadFacts): TrustCheck {
  const limit = trustLimits.ceiling;
  const base = { name: 'generator ceiling', limit, unit: 'x offered rate' };
  if (ceilingRate === null || !offeredRate)
    return { ...base, ok: null, value: null, why: 'The generator was not run against a null target.' };
  const value = ceilingRate / offeredRate;
  const ok = value >= limit;
  return {
    ...base,
    ok,
    value,
    why: ok
      ? 'Against a null target the generator is at least twice as fast as it had to be.'
      : 'The generator is too near its own limit; what is measured may be its own slowness.',
  };
}

function cpu({ clientCpuShare }: LoadFacts): TrustCheck {
  const limit = trustLimits.generatorCpu;
  const base = { name: 'generator CPU', limit, unit: '% of all cores' };
  if (clientCpuShare === null)
    return { ...base, ok: null, value: null, why: 'The generator’s CPU time could not be read.' };
  const value = clientCpuShare * 100;
  const ok = value <= limit;
  return {
    ...base,
    ok,
    value,
    why: ok
      ? 'The generator leaves the server its cores.'
      : 'Generator and server fight for the same cores: latencies contain that fight.',
  };
}

/** False only where a p99 is printed that rests on too few samples; without one, nothing is claimed. */
function samples({ responseMs }: LoadFacts): TrustCheck {
  const limit = trustLimits.p99Samples;
  const base = { name: 'samples for p99', value: responseMs.samples, limit, unit: 'requests' };
  if (responseMs.samples >= limit)
    return { ...base, ok: true, why: 'At least 100 requests lie beyond the p99.' };
  return responseMs.p99 === null
    ? { ...base, ok: null, why: 'Too few for a p99, so none is shown; a longer run has one.' }
    : { ...base, ok: false, why: 'A p99 is shown that rests on fewer than 100 requests beyond it.' };
}

function steady({ series, seconds }: LoadFacts): TrustCheck {
  const limit = trustLimits.unsteady;
  const base = { name: 'steady throughput', limit, unit: '% of seconds off' };
  const whole = series.filter(({ s }) => s + 1 <= seconds);
  const scheduled = scheduledSeconds(whole);
  const value = scheduled ? unsteadyAgainst(scheduled) : unsteadyShare(whole.map(({ requests }) => requests));
  if (value === null)
    return { ...base, ok: null, value, why: `Only ${whole.length} whole seconds: too few to tell.` };
  const ok = value <= limit;
  if (scheduled)
    return {
      ...base,
      ok,
      value,
      why: ok
        ? 'Each second answers as large a share of what was due in it as the others.'
        : 'Some seconds answer more or less of what was due in them than the others: the run stalled, or reached a limit on the way.',
    };
  return {
    ...base,
    ok,
    value,
    why: ok
      ? 'Throughput per second stays near its median, beyond what random arrivals explain.'
      : 'Throughput per second leaves its median: the run describes a transition or stalls, not a state.',
  };
}

/** The seconds up to the last in which anything was due, or undefined where there is no schedule. */
function scheduledSeconds(series: LoadFacts['series']) {
  const windows = series.flatMap(({ requests, due }) =>
    due === undefined ? [] : [{ count: requests, due }],
  );
  const last = windows.findLastIndex(({ due }) => due > 0);
  return last < 0 ? undefined : windows.slice(0, last + 1);
}

function steal(value: number | null | undefined): TrustCheck {
  const base = { name: 'CPU steal', limit: trustLimits.steal, unit: '% of CPU time' };
  if (value === null || value === undefined)
    return { ...base, ok: null, value: null, why: 'This system does not tell what the hypervisor took.' };
  const ok = value <= trustLimits.steal;
  return {
    ...base,
    ok,
    value,
    why: ok
      ? 'The hypervisor gave the machine its time.'
      : 'Other guests took CPU time: times are longer and scatter more than the software causes.',
  };
}
