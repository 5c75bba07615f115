import type { MigrationResult } from '../../result/measures/migration.ts';
import type { TrustCheck } from '../../result/run.ts';

export type MigrationFacts = Pick<
  MigrationResult,
  'pattern' | 'way' | 'file' | 'direction' | 'line' | 'verdict' | 'why' | 'agrees' | 'disagreements'
>;

const unsafe = 'unsafe statements';
const disagreeing = 'measured otherwise than predicted';
const asShipped = 'ways that are not what they show';

/** Kinds of locks, files that were written anew and refused statements hold whatever the machine did meanwhile. */
export const isMigrationObjective = (name: string): boolean =>
  [unsafe, disagreeing, asShipped].some((end) => name.endsWith(`: ${end}`));

/**
 * Of a file of the user: no statement is unsafe, and each is judged. Of the shipped patterns: the safe way is safe, the
 * unsafe way is not. Of both: what was measured is what was predicted.
 */
export function migrationObjectives(rows: readonly MigrationFacts[]): TrustCheck[] {
  if (rows.length === 0) return [];
  const own = rows.filter(({ pattern }) => pattern === null);
  const shipped = rows.filter(({ pattern }) => pattern !== null);
  return [
    ...(own.length > 0 ? [noneUnsafe(own)] : []),
    ...(shipped.length > 0 ? [waysHold(shipped)] : []),
    allAgree(rows),
  ];
}

function noneUnsafe(rows: readonly MigrationFacts[]): TrustCheck {
  const base = { name: `migration: ${unsafe}`, limit: 0, unit: 'statements' };
  const bad = rows.filter(({ verdict }) => verdict === 'unsafe');
  const open = rows.find(({ verdict }) => verdict === 'cannot say');
  if (bad[0]) return { ...base, ok: false, value: bad.length, why: `${at(bad[0])}: ${bad[0].why}.` };
  if (open) return { ...base, ok: null, value: null, why: `${at(open)}: ${open.why}.` };
  return {
    ...base,
    ok: true,
    value: 0,
    why: `Each of ${rows.length} statements is safe by kind and was under load.`,
  };
}

function waysHold(rows: readonly MigrationFacts[]): TrustCheck {
  const base = { name: `migration patterns: ${asShipped}`, limit: 0, unit: 'ways' };
  const ups = rows.filter(({ direction, way }) => direction === 'up' || way === 'safe');
  const all = [...Map.groupBy(ups, ({ pattern, way }) => `${pattern}, the ${way} way`)];
  const shows = (of: readonly MigrationFacts[]): boolean | null => {
    const has = (word: MigrationFacts['verdict']) => of.some(({ verdict }) => verdict === word);
    if (has('unsafe')) return of[0]!.way === 'unsafe';
    return has('cannot say') ? null : of[0]!.way === 'safe';
  };
  const wrong = all.filter(([, of]) => shows(of) === false);
  const first = wrong[0] ?? all.find(([, of]) => shows(of) === null);
  if (!first)
    return { ...base, ok: true, value: 0, why: `Each of ${all.length} ways is what it shows, under load.` };
  const odd = first[1].find(({ verdict, way }) => verdict !== way) ?? first[1][0]!;
  const why = `${first[0]}: ${at(odd)} is ${odd.verdict}: ${odd.why}.`;
  return wrong.length > 0
    ? { ...base, ok: false, value: wrong.length, why }
    : { ...base, ok: null, value: null, why };
}

function allAgree(rows: readonly MigrationFacts[]): TrustCheck {
  const base = { name: `migration: ${disagreeing}`, limit: 0, unit: 'statements' };
  const wrong = rows.filter(({ agrees }) => agrees === false);
  const open = rows.filter(({ agrees }) => agrees === null);
  if (wrong[0])
    return {
      ...base,
      ok: false,
      value: wrong.length,
      why: `${at(wrong[0])}: ${wrong[0].disagreements.join('; ')}.`,
    };
  if (open[0])
    return {
      ...base,
      ok: null,
      value: null,
      why: `Of ${rows.length} statements ${open.length} could not be compared; the first is ${at(open[0])}.`,
    };
  return {
    ...base,
    ok: true,
    value: 0,
    why: `Locks and rewrites of each of ${rows.length} statements are the predicted ones.`,
  };
}

const at = ({ file, line }: MigrationFacts) => `${file}:${line}`;
