import type { Figure, TrustCheck } from '../../result/result.ts';

/**
 * What each timed figure rests on, by the trust checks that name it ("load.response"): doubtful where one of them failed,
 * ok where all of them held, unchecked where none names it or one could not be made. An exact figure needs none.
 */
export const withTrust = (figures: readonly Figure[], checks: readonly TrustCheck[]): Figure[] =>
  figures.map((figure) => {
    if (figure.kind === 'exact') return figure;
    const own = checks.filter(({ figures: named }) => named?.includes(`${figure.measure}.${figure.name}`));
    const failed = own.find(({ ok }) => ok === false);
    if (failed) return { ...figure, trust: 'doubtful', why: `${failed.name}: ${failed.why}` };
    const open = own.find(({ ok }) => ok === null);
    if (open) return { ...figure, trust: 'unchecked', why: figure.why ?? `${open.name}: ${open.why}` };
    return { ...figure, trust: own.length > 0 ? 'ok' : 'unchecked' };
  });
