import type { Verdict, VerdictPart } from '../result/result.ts';

const words = {
  missed: 'missed',
  'cannot-say': 'cannot say',
  doubtful: 'doubtful',
  skipped: 'skipped',
} as const;

/** Which parts of a run hold. */
export const partsThatHold = ({ parts = [] }: Verdict): string =>
  parts
    .filter(({ status }) => status === 'ok')
    .map(({ part }) => part)
    .join(', ');

/** A part that does not hold, in words, and what to do next. */
export interface PartWords {
  readonly part: string;
  readonly word: string;
  readonly why: string;
  readonly remedy: string | null;
}

export const partsThatDoNot = ({ parts = [] }: Verdict): PartWords[] =>
  parts.flatMap(({ part, status, why, remedy }: VerdictPart) =>
    status === 'ok' ? [] : [{ part, word: words[status], why, remedy }],
  );
