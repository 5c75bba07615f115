import type { FigureSpec } from '../../result/figure-tree.ts';
import { judgeWork, type Work } from '../statistics/judge-work.ts';

/** How two values of one figure stand to each other: by its rule, or by how far one measurement each can say anything. */
export interface FigureJudgement {
  readonly moved: Work;
  readonly why: string;
}

/**
 * A choice, and no measured rate of false alarms (docs/method.md, "Comparing two stored runs"): a time that was measured
 * once is called worse from half as much again on, and even then it advises.
 */
const timedLimit = 1.5;
/** A share that moves by fewer points than this is as it was, whatever its complement does. */
const sharePoints = 0.05;
/** An increase of a count of errors beyond so many standard deviations is not chance. */
const deviations = 3;

/** @returns more: b is above a by more than the figure's rule allows. It does not say whether that is worse. */
export function judgeFigure(spec: FigureSpec, a: number, b: number): FigureJudgement {
  if (spec.floor > 0 && a < spec.floor && b < spec.floor)
    return {
      moved: 'same',
      why: `Both are below ${spec.floor} ${spec.unit}, where a ratio is one of noise.`,
    };
  if (spec.kind === 'timed')
    return { moved: timed(spec, a, b), why: 'Measured once on each side: it advises.' };
  switch (spec.decides ?? usual(spec)) {
    case 'work':
      return {
        moved: judgeWork(a, b),
        why: 'It has no noise; a tenth and three more count as a regression.',
      };
    case 'chance':
      return {
        moved: beyondChance(a, b),
        why: 'Errors come by chance too: the first one counts, and then more than three standard deviations.',
      };
    default:
      return {
        moved: b > a ? 'more' : b < a ? 'less' : 'same',
        why: 'It has no noise; any increase counts as a regression.',
      };
  }
}

const usual = ({ unit }: FigureSpec) => (unit === 'pages' || unit === 'B' ? 'work' : 'any');

function beyondChance(a: number, b: number): Work {
  if (a === b) return 'same';
  if (Math.min(a, b) > 0 && Math.abs(b - a) <= deviations * Math.sqrt(a + b)) return 'same';
  return b > a ? 'more' : 'less';
}

function timed({ unit }: FigureSpec, a: number, b: number): Work {
  const whole = unit === '%' ? 100 : unit === 'share' ? 1 : null;
  if (whole !== null) {
    const [x, y] = [a / whole, b / whole];
    if (Math.abs(x - y) < sharePoints) return 'same';
    // of a share that is nearly all, what is missing moves: 0.98 to 0.9 is five times as much
    if (far(x, y) || (x <= 1 && y <= 1 && far(1 - x, 1 - y))) return y > x ? 'more' : 'less';
    return 'same';
  }
  return far(a, b) ? (b > a ? 'more' : 'less') : 'same';
}

const far = (a: number, b: number) => Math.max(a, b) > 0 && Math.max(a, b) >= timedLimit * Math.min(a, b);
