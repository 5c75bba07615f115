import type { TrustCheck, VerdictPart } from '../../result/run.ts';
import { couldBeMade } from './could-be-made.ts';
import { isOpen } from './objectives.ts';

/** What every time of a run rests on. */
const machine = 'machine';

type Skip = { readonly part: string; readonly why: string; readonly how?: string };

/**
 * Each part of a run in one line: what holds, what is missed, doubtful or not known, why, and what would help. What a
 * check or an objective is of is the first word of the figures that it names.
 */
export function partsOf(
  trust: readonly TrustCheck[],
  objectives: readonly TrustCheck[],
  skipped: readonly Skip[],
): VerdictPart[] {
  const asked = objectives.filter((each) => each.ok !== null || isOpen(each));
  const names = new Set([...asked, ...trust].map(partOf));
  const found = [...names].map((part) =>
    verdictOf(
      part,
      trust.filter((each) => partOf(each) === part),
      asked.filter((each) => partOf(each) === part),
    ),
  );
  const left = skipped
    .filter(({ part }) => !found.some((one) => one.part === part && one.status === 'missed'))
    .map(({ part, why, how }) => ({ part, status: 'skipped' as const, why, remedy: how ?? null }));
  return [...found.filter(({ part }) => !left.some((one) => one.part === part)), ...left];
}

function partOf({ figures = [] }: TrustCheck): string {
  const [first = '*'] = figures;
  return first === '*' ? machine : first.split('.')[0]!;
}

function verdictOf(
  part: string,
  trust: readonly TrustCheck[],
  objectives: readonly TrustCheck[],
): VerdictPart {
  const missed = objectives.filter(({ ok }) => ok === false);
  const doubts = trust.filter(({ ok }) => ok === false);
  const open = [...objectives.filter(({ ok }) => ok === null), ...trust.filter(couldBeMade)];
  const line = (status: VerdictPart['status'], of: readonly TrustCheck[]): VerdictPart => ({
    ...{ part, status, why: of.map(({ name, why }) => `${name}: ${why}`).join(' ') },
    remedy: of.find(({ remedy }) => remedy !== undefined)?.remedy ?? null,
  });
  if (missed.length > 0) return line('missed', missed);
  if (open.length > 0) return line('cannot-say', open);
  if (doubts.length > 0) return line('doubtful', doubts);
  const unseen = trust.filter(({ ok }) => ok === null);
  if (part === machine && unseen.length === trust.length && unseen.length > 0)
    return line('cannot-say', unseen);
  const met = objectives.length > 0 ? [`${objectives.length} objectives met`] : [];
  const held = trust.length > unseen.length ? [`${trust.length - unseen.length} checks hold`] : [];
  const rest = unseen.length > 0 ? [`not checked: ${unseen.map(({ name }) => name).join(', ')}`] : [];
  return { part, status: 'ok', why: `${[...met, ...held, ...rest].join(', ')}.`, remedy: null };
}
