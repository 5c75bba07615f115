import type { Figure, LoadResult, Result } from '../../result/result.ts';

/** What both runs measured, but not under the same conditions: its figures do not stand side by side. */
export interface Unlike {
  readonly what: string;
  readonly why: string;
  covers(figure: Figure): boolean;
}

/** Rates and durations that differ by more are another load. */
const tenth = 0.1;

export const unlikes = (a: Result, b: Result): Unlike[] => [
  ...unlikeLoads(a.load, b.load),
  ...unlikeLag(a, b),
  ...unlikeCapacity(a, b),
];

const nameOf = ({ scenario, model, via }: LoadResult) => `load ${scenario} ${model} ${via}`;

/** Loads of one scenario, model and route that differ in rate, duration or connections. */
function unlikeLoads(a: readonly LoadResult[], b: readonly LoadResult[]): Unlike[] {
  const before = new Map(a.map((load) => [nameOf(load), load]));
  return b.flatMap((load) => {
    const old = before.get(nameOf(load));
    const why = old ? loadDifferences(old, load) : [];
    if (why.length === 0) return [];
    const { scenario, model, via } = load;
    return [
      {
        ...{ what: nameOf(load), why: why.join(', ') },
        covers: ({ measure, labels }: Figure) =>
          measure === 'load' && labels.scenario === scenario && labels.model === model && labels.via === via,
      },
    ];
  });
}

function loadDifferences(a: LoadResult, b: LoadResult): string[] {
  return [
    arrivalsDiffer(a, b) ? differs('offered', a.offeredRate, b.offeredRate, '/s') : '',
    differs('measured for', scheduledSeconds(a), scheduledSeconds(b), ' s'),
    a.connections === b.connections ? '' : `${a.connections} against ${b.connections} connections`,
  ].filter((why) => why !== '');
}

/** How long requests fell due: the last answer may come later, which is what is compared. */
function scheduledSeconds({ series, seconds }: LoadResult): number {
  const last = series.findLast(({ due }) => (due ?? 0) > 0);
  return last === undefined ? seconds : last.s + 1;
}

/** Arrivals at random differ from run to run: only more than three standard deviations of them are another rate. */
function arrivalsDiffer(a: LoadResult, b: LoadResult): boolean {
  if (a.offeredRate === null || b.offeredRate === null) return a.offeredRate !== b.offeredRate;
  const seconds = Math.min(a.seconds, b.seconds);
  const [x, y] = [a.offeredRate * seconds, b.offeredRate * seconds];
  return Math.abs(x - y) > 3 * Math.sqrt(x + y);
}

function unlikeLag(a: Result, b: Result): Unlike[] {
  const [x, y] = [a.replicationStudy?.load, b.replicationStudy?.load];
  if (!x || !y) return [];
  const why = [
    x.name === y.name ? '' : `under ${x.name} against ${y.name}`,
    differs('offered', x.offeredRate, y.offeredRate, '/s'),
  ].filter((each) => each !== '');
  return why.length === 0
    ? []
    : [{ what: 'lag', why: why.join(', '), covers: ({ measure }) => measure === 'lag' }];
}

function unlikeCapacity({ capacity: a }: Result, { capacity: b }: Result): Unlike[] {
  if (!a || !b) return [];
  const why = [
    a.scenario === b.scenario ? '' : `${a.scenario} against ${b.scenario}`,
    a.via === b.via ? '' : `via ${a.via} against ${b.via}`,
    a.sloP99Ms === b.sloP99Ms ? '' : `p99 of at most ${a.sloP99Ms} ms against ${b.sloP99Ms} ms`,
  ].filter((each) => each !== '');
  return why.length === 0
    ? []
    : [{ what: 'capacity', why: why.join(', '), covers: ({ measure }) => measure === 'capacity' }];
}

function differs(word: string, a: number | null, b: number | null, unit: string): string {
  if (a === b || (a !== null && b !== null && Math.abs(a - b) <= tenth * Math.max(a, b))) return '';
  const told = (value: number | null) =>
    value === null ? 'nothing' : `${Number(value.toPrecision(3))}${unit}`;
  return `${word} ${told(a)} against ${told(b)}`;
}
