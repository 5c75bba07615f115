import type { Figure, TrustCheck } from '../../result/result.ts';

/** Whether a check speaks of a figure: by its name, as one of its part, or as one of all times. */
function speaksOf(
  { figures = [], labels = {} }: Pick<TrustCheck, 'figures' | 'labels'>,
  { measure, name, labels: own }: Pick<Figure, 'measure' | 'name' | 'labels'>,
): boolean {
  if (!figures.some((each) => each === '*' || each === `${measure}.*` || each === `${measure}.${name}`))
    return false;
  return Object.entries(labels).every(([label, value]) => own[label] === undefined || own[label] === value);
}

/**
 * What each timed figure rests on, by the trust checks that name it: doubtful where one of them failed, ok where all of
 * them held, unchecked where none names it or one could not be made. An exact figure depends on no clock. A response
 * time with late starts, or with starts of which it is not known, reaches down to the service time of the same requests.
 */
export const withTrust = (figures: readonly Figure[], checks: readonly TrustCheck[]): Figure[] =>
  figures.map((figure) => {
    if (figure.kind === 'exact') return figure;
    const own = checks.filter((check) => speaksOf(check, figure));
    const failed = own.filter(({ ok }) => ok === false);
    const open = own.filter(({ ok }) => ok === null);
    const whys = [...failed, ...open].map(({ name, why }) => `${name}: ${why}`).join(' ');
    const bounded = [...failed, ...open].some(isStartLag)
      ? { ...figure, low: serviceLow(figure, figures) }
      : figure;
    if (failed.length > 0) return { ...bounded, trust: 'doubtful', why: whys };
    if (open.length > 0) return { ...bounded, trust: 'unchecked', why: figure.why ?? whys };
    return { ...figure, trust: own.length > 0 ? 'ok' : 'unchecked' };
  });

const isStartLag = ({ name }: TrustCheck) => name.endsWith('start lag p99');

/** Of the same requests, from when they started. */
function serviceLow(figure: Figure, figures: readonly Figure[]): number | null {
  const name = figure.name.replace(/response$/, 'service');
  if (name === figure.name) return figure.low;
  const service = figures.find(
    (each) =>
      each.measure === figure.measure &&
      each.name === name &&
      Object.keys(figure.labels).every((label) => each.labels[label] === figure.labels[label]),
  );
  return service?.low ?? service?.value ?? null;
}
