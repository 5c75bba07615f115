/** What one probe of the search for the maximum showed. Rates per second, times in milliseconds. */
export interface Step {
  readonly offeredRate: number;
  readonly achievedRate: number;
  readonly requests: number;
  /** Share of all requests that failed, 0 to 1. */
  readonly errorShare: number;
  /** Share of all requests whose response took longer than the objective, 0 to 1. */
  readonly slowShare: number;
  /** Median response of each second, in order; null where a second has too few. */
  readonly medians: readonly (number | null)[];
}

export interface Slo {
  /** Limit of the response time's p99: at most 1 % of the requests may take longer. */
  readonly p99Ms: number;
}

/** Capacity rules: a step fails below this share of the offered rate, and above this share of errors. */
const minAchieved = 0.98;
const maxErrors = 0.001;
const maxSlow = 0.01;
/** Fewer requests say nothing about one in a hundred. */
const minRequests = 300;

/** Whether the load of a step can be kept up, and why not. All reasons are looked at; the first that fails is told. */
export function judgeStep(step: Step, { p99Ms }: Slo): { readonly ok: boolean; readonly why: string } {
  const { offeredRate, achievedRate, requests, errorShare, slowShare } = step;
  const failed = (why: string) => ({ ok: false, why });
  if (requests < minRequests)
    return failed(`${requests} requests were answered: at least ${minRequests} are needed to judge`);
  if (errorShare > maxErrors) return failed(`${percent(errorShare)} of the requests failed`);
  if (achievedRate < minAchieved * offeredRate)
    return failed(`${percent(achievedRate / offeredRate)} of the offered rate was achieved`);
  if (slowShare > maxSlow)
    return failed(`${percent(slowShare)} of the responses took longer than ${p99Ms} ms`);
  if (backlogGrows(step.medians, p99Ms)) return failed('the backlog grew from second to second');
  return { ok: true, why: `${percent(slowShare)} of the responses took longer than ${p99Ms} ms` };
}

/**
 * A backlog makes every response wait longer than the one before, long before the objective is missed: the median of
 * the last third lies a quarter of the objective above that of the first.
 */
function backlogGrows(medians: Step['medians'], p99Ms: number): boolean {
  const known = medians.filter((value) => value !== null);
  const third = Math.floor(known.length / 3);
  if (third === 0) return false;
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  return middle(known.slice(-third)) - middle(known.slice(0, third)) > p99Ms / 4;
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
