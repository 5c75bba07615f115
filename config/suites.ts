import { type Milliseconds, seconds } from './units.ts';

/** How much a suite measures. One literal; `--suite` picks a row. */
export interface SuiteBudget {
  /** Executions of each EXPLAIN; the last is kept. */
  readonly planRepeats: number;
  /** Pages' depths per method, as shares of the tenant's rows. */
  readonly pageDepths: readonly number[];
  /** Interleaved pairs per statement and RLS form. */
  readonly rlsPairs: number;
  /** Identities whose rows the leak check reads, per statement. */
  readonly leakReads: number;
  readonly lagProbe: Milliseconds;
  readonly loadWarmup: Milliseconds;
  readonly loadMeasured: Milliseconds;
  /** Offered rate of the open model as a share of the measured ceiling. */
  readonly loadShare: number;
  readonly microTime: Milliseconds;
}

export const suites = {
  smoke: {
    planRepeats: 2,
    pageDepths: [0, 0.25, 0.9],
    rlsPairs: 6,
    leakReads: 5,
    lagProbe: seconds(3),
    loadWarmup: seconds(1),
    loadMeasured: seconds(5),
    loadShare: 0.5,
    microTime: seconds(0.5),
  },
  quick: {
    planRepeats: 3,
    pageDepths: [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.98],
    rlsPairs: 12,
    leakReads: 50,
    lagProbe: seconds(15),
    loadWarmup: seconds(5),
    loadMeasured: seconds(30),
    loadShare: 0.5,
    microTime: seconds(2),
  },
  nightly: {
    planRepeats: 5,
    pageDepths: [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.98],
    rlsPairs: 20,
    leakReads: 500,
    lagProbe: seconds(60),
    loadWarmup: seconds(10),
    loadMeasured: seconds(120),
    loadShare: 0.5,
    microTime: seconds(5),
  },
  release: {
    planRepeats: 5,
    pageDepths: [0, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98],
    rlsPairs: 20,
    leakReads: 2000,
    lagProbe: seconds(120),
    loadWarmup: seconds(30),
    loadMeasured: seconds(300),
    loadShare: 0.5,
    microTime: seconds(10),
  },
} as const satisfies Record<string, SuiteBudget>;

export type SuiteName = keyof typeof suites;
export const defaultSuite: SuiteName = 'quick';
