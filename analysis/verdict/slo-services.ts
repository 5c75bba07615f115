import type { TrustCheck } from '../../result/run.ts';

/** What a store beside PostgreSQL promises (config/slo.ts reads it). */
export interface StoreLimits {
  readonly equalAnswers?: true;
  readonly limitExact?: string;
  readonly oneWriter?: true;
}

/** The figures that a promise is about, among others; a `Result` has them. */
export interface StoreResult {
  readonly olap?: readonly (
    | {
        readonly kind: 'question';
        readonly name: string;
        readonly question: string;
        readonly equal: boolean | null;
      }
    | { readonly kind: 'freshness' | 'interference' | 'loading' | 'refresh' }
  )[];
  readonly cache?: readonly (
    | {
        readonly kind: 'rate limit';
        readonly name: string;
        readonly method: string;
        readonly limit: number;
        readonly windows: number;
        readonly allowedMin: number;
        readonly allowedMax: number;
      }
    | { readonly kind: 'aside' | 'stampede' | 'staleness' | 'sessions' | 'pub/sub' }
  )[];
  readonly objects?: readonly (
    | {
        readonly kind: 'race';
        readonly writers: number;
        readonly rounds: number;
        readonly acceptedMax: number;
        readonly overwritten: number;
      }
    | { readonly kind: 'transfer' }
  )[];
}

const names = {
  equalAnswers: 'SLO olap equal answers',
  limitExact: (method: string) => `SLO cache limit exact by ${method}`,
  oneWriter: 'SLO objects one writer',
} as const;

/** These have no noise: whatever the machine did meanwhile, they hold or not. */
export const exactPromises: readonly string[] = [
  names.equalAnswers,
  names.oneWriter,
  ...['increment', 'script', 'read, then write'].map(names.limitExact),
];

type Why = (part: 'olap' | 'cache' | 'objects') => string;

/** Each promise with its answer; open where nothing of it was measured. */
export function storeChecks(result: StoreResult, limits: StoreLimits, why: Why): TrustCheck[] {
  return [
    ...(limits.equalAnswers ? [equalAnswers(result, why)] : []),
    ...(limits.limitExact === undefined ? [] : [limitExact(result, limits.limitExact, why)]),
    ...(limits.oneWriter ? [oneWriter(result, why)] : []),
  ];
}

function equalAnswers({ olap = [] }: StoreResult, why: Why): TrustCheck {
  const base = { name: names.equalAnswers, limit: 0, unit: 'answers unlike the primary' };
  const asked = olap.flatMap((one) => (one.kind === 'question' && one.equal !== null ? [one] : []));
  if (asked.length === 0)
    return { ...base, ok: null, value: null, why: `No question was compared. ${why('olap')}`.trim() };
  const other = asked.filter(({ equal }) => !equal);
  const first = other[0];
  return {
    ...base,
    ok: other.length === 0,
    value: other.length,
    why: first
      ? `${first.question} at ${first.name} gave other rows than the primary.`
      : `All ${asked.length} answers are the primary's, row by row.`,
  };
}

function limitExact({ cache = [] }: StoreResult, method: string, why: Why): TrustCheck {
  const name = names.limitExact(method);
  const counted = cache.flatMap((one) => (one.kind === 'rate limit' && one.method === method ? [one] : []));
  if (counted.length === 0)
    return {
      ...{ name, ok: null, value: null, limit: null, unit: 'requests let through' },
      why: `No limit was tried by it. ${why('cache')}`.trim(),
    };
  const off = (one: (typeof counted)[number]) =>
    Math.max(Math.abs(one.allowedMax - one.limit), Math.abs(one.allowedMin - one.limit));
  const worst = counted.reduce((a, b) => (off(b) > off(a) ? b : a));
  const { limit, allowedMin, allowedMax, windows } = worst;
  return {
    ...{ name, limit, unit: 'requests let through' },
    ok: off(worst) === 0,
    value: allowedMax > limit ? allowedMax : allowedMin,
    why: `${windows} windows at ${worst.name}, in which all asked at once, let ${allowedMin === allowedMax ? allowedMin : `${allowedMin} to ${allowedMax}`} through.`,
  };
}

function oneWriter({ objects = [] }: StoreResult, why: Why): TrustCheck {
  const base = { name: names.oneWriter, limit: 1, unit: 'writers told that they wrote' };
  const races = objects.flatMap((one) => (one.kind === 'race' ? [one] : []));
  if (races.length === 0)
    return { ...base, ok: null, value: null, why: `No writers raced. ${why('objects')}`.trim() };
  const most = Math.max(...races.map(({ acceptedMax }) => acceptedMax));
  const overwritten = races.reduce((sum, race) => sum + race.overwritten, 0);
  const rounds = races.reduce((sum, race) => sum + race.rounds, 0);
  return {
    ...base,
    ok: most === 1 && overwritten === 0,
    value: most,
    why:
      overwritten > 0
        ? `In ${overwritten} of ${rounds} rounds the object was not that of the writer who was told so.`
        : `${rounds} rounds of ${races[0]!.writers} writers who put the same key at once.`,
  };
}
