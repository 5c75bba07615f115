import type { Between } from '../../result/percentiles.ts';
import type { TrustCheck } from '../../result/run.ts';
import { samplesThatBound } from '../statistics/quantile-ranks.ts';
import { againWith, replays } from './again.ts';
import { betweenText, boundsOf, samplesToSettle, within } from './bounds.ts';
import type { Facts, LoadFacts } from './facts.ts';
import { minWindows, unsteadyAgainst, unsteadyShare } from './steadiness.ts';
import { trustLimits } from './trust-limits.ts';

type Run = Facts['run'];

/** Times from the due time, which a late start lengthens; service times begin when the request does. */
const responses = ['load.response', 'load.statement-response'];
const times = [...responses, 'load.service', 'load.statement-service'];
const rates = ['load.achieved-rate', 'load.succeeded-rate'];

/** The checks of one load on itself. @param brief It only looked for the rate: nothing is said of its steadiness. */
export const loadTrust = (load: LoadFacts, run: Run, brief: boolean): TrustCheck[] => [
  ...(load.model === 'open' ? [startLag(load, run), ceiling(load, run)] : []),
  dropped(load, run),
  cpu(load, run),
  ...(brief ? [] : [samples(load, run), steady(load, run)]),
];

/** Half the rate, as a command. */
function slower({ offeredRate }: LoadFacts, run: Run, factor = 2): string | undefined {
  if (!offeredRate) return;
  return againWith(run, { '--rate': String(Math.max(1, Math.floor(offeredRate / factor))) });
}

const longer = (seconds: number, run: Run) =>
  replays(run.command)
    ? 'replay a longer recording'
    : againWith(run, { '--duration': `${Math.ceil(seconds)}s` });

const remedy = (text: string | undefined) => (text === undefined ? {} : { remedy: text });

function startLag(load: LoadFacts, run: Run): TrustCheck {
  const { startLagMs } = load;
  const limit = trustLimits.startLagP99;
  const base = { name: 'start lag p99', limit, unit: 'ms', figures: responses };
  const bounds = boundsOf(startLagMs, 'p99');
  const value = startLagMs.p99 ?? null;
  const ok = value === null ? within(bounds, limit) : value <= limit;
  if (ok)
    return {
      ...{ ...base, ok, value: value ?? bounds.high },
      why: 'Requests start when the schedule says, so waiting is charged to the server rightly.',
    };
  const how = slower(load, run);
  if (ok === null) return { ...{ ...base, ok, value }, ...lagNotKnown(load, run, bounds) };
  return {
    ...{ ...base, ok, value: value ?? bounds.low },
    why: 'Requests started later than scheduled: response times contain the generator’s own delay, and lie between service and response time.',
    ...remedy(how && `${how}; ./olympus doctor says how the generator may start in time`),
  };
}

/** Too few starts to bound their p99, or so many that lie on both sides of the limit. */
function lagNotKnown(load: LoadFacts, run: Run, bounds: Between): Pick<TrustCheck, 'why' | 'remedy'> {
  const { samples } = load.startLagMs;
  const so = 'response times are bounded by service time from below';
  if (samples < samplesThatBound(0.99))
    return {
      why: `${samples} starts are too few to say how late they are at p99: ${so}.`,
      ...remedy(enough(load, samples, run)),
    };
  const needed = samplesToSettle(bounds, trustLimits.startLagP99, { samples, level: 'p99' });
  return {
    why: `By ${samples} starts they are late by ${betweenText(bounds, 'ms')} at p99, which does not lie on one side of the limit: ${so}.`,
    ...remedy(needed === null ? slower(load, run) : longer((load.seconds * needed) / samples, run)),
  };
}

/**
 * As long as it takes to bound a p99 with samples that come as fast as these did, and to see whether the load is steady:
 * longer than it was, else nothing would be settled by it.
 */
function enough({ seconds }: LoadFacts, samples: number, run: Run): string | undefined {
  const needed = samples > 0 ? (samplesThatBound(0.99) * seconds) / samples : Math.max(30, 2 * seconds);
  return longer(Math.max(minWindows + 1, 1.2 * needed, seconds + 1), run);
}

/** Requests that fail have no response time: a longer run of failures has no more of them. */
function moreAnswers(load: LoadFacts, run: Run): string | undefined {
  const { requests, responseMs } = load;
  if (requests < samplesThatBound(0.99)) return enough(load, responseMs.samples, run);
  return `see to the ${(requests - responseMs.samples).toLocaleString('en-US')} requests that failed, then measure again`;
}

function dropped(load: LoadFacts, run: Run): TrustCheck {
  const { dropped: value } = load;
  return {
    name: 'dropped starts',
    ok: value <= trustLimits.dropped,
    value,
    limit: trustLimits.dropped,
    unit: 'starts',
    figures: times, // that so many were not served is in the rates
    why:
      value > 0
        ? 'Scheduled requests never started; the slowest ones are missing from the percentiles.'
        : 'Every scheduled request was started and is in the percentiles.',
    ...(value > 0 && remedy(slower(load, run))),
  };
}

function ceiling(load: LoadFacts, run: Run): TrustCheck {
  const { ceilingRate, offeredRate } = load;
  const limit = trustLimits.ceiling;
  const base = { name: 'generator ceiling', limit, unit: 'x offered rate', figures: [...times, ...rates] };
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
    ...(!ok && remedy(slower(load, run, (1.1 * limit) / value))),
  };
}

function cpu(load: LoadFacts, run: Run): TrustCheck {
  const { clientCpuShare } = load;
  const limit = trustLimits.generatorCpu;
  const base = { name: 'generator CPU', limit, unit: '% of all cores', figures: [...times, ...rates] };
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
    ...(!ok && remedy(slower(load, run))),
  };
}

/** False only where a p99 is stated as one number that rests on too few samples; else enough for its interval are asked. */
function samples(load: LoadFacts, run: Run): TrustCheck {
  const { responseMs } = load;
  const stated = responseMs.p99 != null;
  const limit = stated ? trustLimits.p99Samples : samplesThatBound(0.99);
  const base = {
    name: 'samples for p99',
    value: responseMs.samples,
    limit,
    unit: 'requests',
    figures: responses,
  };
  if (responseMs.samples >= limit)
    return {
      ...base,
      ok: true,
      why: stated
        ? 'At least 100 requests lie beyond the p99.'
        : `They bound the p99; as one number it is stated from ${trustLimits.p99Samples.toLocaleString('en-US')} on.`,
    };
  return stated
    ? {
        ...base,
        ok: false,
        why: 'A p99 is shown that rests on fewer than 100 requests beyond it.',
        ...remedy(enough(load, responseMs.samples, run)),
      }
    : { ...base, ok: null, why: 'Too few to bound a p99.', ...remedy(moreAnswers(load, run)) };
}

function steady(load: LoadFacts, run: Run): TrustCheck {
  const { series, seconds, stalls = [] } = load;
  const limit = trustLimits.unsteady;
  const base = { name: 'steady throughput', limit, unit: '% of seconds off', figures: [...times, ...rates] };
  const whole = series.filter(({ s }) => s + 1 <= seconds);
  const scheduled = scheduledSeconds(whole);
  const value = scheduled ? unsteadyAgainst(scheduled) : unsteadyShare(whole.map(({ requests }) => requests));
  if (value === null) {
    const stalled = stalls.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
    const share = seconds > 0 ? (100 * stalled) / seconds : 0;
    if (share > limit)
      return {
        ...{ ...base, ok: false, value: share },
        why: `Nothing was answered for ${stalled.toFixed(1)} of ${seconds.toFixed(1)} s although requests were due: the run stalled.`,
      };
    return {
      ...{ ...base, ok: null, value },
      why: `Only ${(scheduled ?? whole).length} whole seconds: too few to tell.`,
      ...remedy(enough(load, load.requests, run)),
    };
  }
  const ok = value <= limit;
  return {
    ...base,
    ok,
    value,
    why: steadyText(ok, scheduled !== undefined),
    ...(!ok && remedy(longer(2 * seconds, run))),
  };
}

function steadyText(ok: boolean, scheduled: boolean): string {
  if (scheduled)
    return ok
      ? 'Each second answers as large a share of what was due in it as the others.'
      : 'Some seconds answer more or less of what was due in them than the others: the run stalled, or reached a limit on the way.';
  return ok
    ? 'Throughput per second stays near its median, beyond what random arrivals explain.'
    : 'Throughput per second leaves its median: the run describes a transition or stalls, not a state.';
}

/** The seconds up to the last in which anything was due, or undefined where there is no schedule. */
function scheduledSeconds(series: LoadFacts['series']) {
  const windows = series.flatMap(({ requests, due }) =>
    due === undefined ? [] : [{ count: requests, due }],
  );
  const last = windows.findLastIndex(({ due }) => due > 0);
  return last < 0 ? undefined : windows.slice(0, last + 1);
}
