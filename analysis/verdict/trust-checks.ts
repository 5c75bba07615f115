import type { TrustCheck } from '../../result/run.ts';
import type { Facts, LoadFacts, OthersFacts, ReplicaFacts } from './facts.ts';
import { lagRemedy } from './lag-remedy.ts';
import { loadTrust } from './load-trust.ts';
import { trustLimits } from './trust-limits.ts';

type Judged = Pick<Facts, 'load' | 'environment' | 'replication' | 'trust'> & { run?: Facts['run'] };

/**
 * Whether the figures of a run may be believed, each check with the figures that it speaks of: the load generator
 * certifies itself, so does the lag probe, and so does the machine, of which every time is a matter.
 */
export function trustChecks({ run = unnamed, load, environment, replication, trust }: Judged): TrustCheck[] {
  const cores = trust?.machine?.cores;
  return [
    ...load.flatMap((one) => ofLoad(one, { run, load, trust })),
    ...replication.map((replica) => lagProbeError(replica, run)),
    ...(trust?.machine && cores ? [others(trust.machine, cores, ['*'])] : []),
    steal(environment.host.stealPct),
  ];
}

/** Of logs that were merged: no command gave them. */
const unnamed: Facts['run'] = { complete: true, stages: [] };

function ofLoad(
  one: LoadFacts,
  { run, load, trust }: Pick<Facts, 'run' | 'load'> & { trust: Facts['trust'] | undefined },
): TrustCheck[] {
  const cores = trust?.machine?.cores;
  // beside an open run, the closed one only looked for the rate
  const brief = one.model === 'closed' && load.some(({ model }) => model === 'open');
  const checks = loadTrust(one, run, brief);
  if (one.others && cores)
    checks.push({ ...others(one.others, cores, ['load.*']), name: 'other programs during the load' });
  const labels = { scenario: one.scenario, model: one.model };
  return checks.map((check) => ({
    ...check,
    name: load.length > 1 ? `${one.scenario}, ${one.model}: ${check.name}` : check.name,
    labels,
  }));
}

/** Whoever else used the cores; one sentence says that nobody did, and it is said only here. */
function others(
  { othersCores, others: named, why }: OthersFacts,
  cores: number,
  figures: string[],
): TrustCheck {
  const limit = (trustLimits.others / 100) * cores;
  const base = { name: 'other programs', limit, unit: 'cores', figures };
  if (othersCores === null)
    return {
      ...base,
      ok: null,
      value: null,
      why: `Who else used the machine could not be seen: ${why ?? 'the system does not tell'}.`,
    };
  const ok = othersCores <= limit;
  const told = `${othersCores.toFixed(2)} of ${cores} cores`;
  if (ok) return { ...base, ok, value: othersCores, why: `Other programs took ${told}.` };
  const who = named.map(({ name, cores: own }) => `${name} (${own.toFixed(2)})`).join(', ');
  return {
    ...base,
    ok,
    value: othersCores,
    why: `Other programs took ${told}${who && `, most of it ${who}`}: they are missing to what was measured.`,
    remedy: `End ${named.length > 0 ? named.map(({ name }) => name).join(', ') : 'what else runs there'}, or measure on a machine that has nothing else to do.`,
  };
}

function lagProbeError({ replica, probeErrorMs, why }: ReplicaFacts, run: Facts['run']): TrustCheck {
  const limit = trustLimits.lagProbeError;
  const base = {
    ...{ name: `lag probe error, ${replica}`, limit, unit: 'ms' },
    ...{ figures: ['lag.lag', 'lag.read-your-writes', 'lag.stale-reads'], labels: { replica } },
  };
  if (probeErrorMs === null || probeErrorMs === undefined)
    return { ...base, ok: null, value: null, why: why ? `${why}.` : 'No probe arrived there.' };
  const ok = probeErrorMs <= limit;
  const remedy = ok ? undefined : lagRemedy(probeErrorMs, run);
  return {
    ...base,
    ok,
    value: probeErrorMs,
    why: ok
      ? why
        ? `${why}.`
        : 'Against an injected delay of known length, and from the pauses between looks.'
      : 'The machine is too busy to tell lag more finely than this.',
    ...(remedy && { remedy }),
  };
}

function steal(value: number | null | undefined): TrustCheck {
  const base = { name: 'CPU steal', limit: trustLimits.steal, unit: '% of CPU time', figures: ['*'] };
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
    ...(!ok && { remedy: 'Measure at another hour, or on a machine of its own.' }),
  };
}
