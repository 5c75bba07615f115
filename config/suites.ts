import { type Milliseconds, seconds } from './units.ts';

/** How much a suite measures. One literal; `--suite` picks a row. */
export interface SuiteBudget {
  /** Executions of each EXPLAIN; the last is kept. */
  readonly planRepeats: number;
  /** Whether plans are also made once for all parameters (generic) and as the server decides (auto). */
  readonly planModes: boolean;
  /** Pages' depths per method, as shares of the tenant's rows. */
  readonly pageDepths: readonly number[];
  /** Interleaved pairs per statement and RLS form. */
  readonly rlsPairs: number;
  /** Identities whose rows the leak check reads, per statement. */
  readonly leakReads: number;
  /** Reads of the leak check beyond those, in loops on the server: over all statements, directly and through the pooler. */
  readonly bulkLeakReads: number;
  readonly lagProbe: Milliseconds;
  /** How long a read lasts that replay may cancel, on each replica; 0 leaves the comparison out. */
  readonly conflictRead: Milliseconds;
  /** Slots of each synchronous_commit mode, and commits in each; 0 leaves the comparison out. */
  readonly commitSlots: number;
  readonly commitsPerSlot: number;
  /** Crowds before the pooler, one after the other; `--only pooler` takes the nightly ones. */
  readonly poolerClients: readonly number[];
  readonly poolerMeasured: Milliseconds;
  /** Interleaved pairs of slots, direct and pooled. */
  readonly poolerPairs: number;
  readonly loadWarmup: Milliseconds;
  readonly loadMeasured: Milliseconds;
  /** Offered rate of the open model as a share of the measured ceiling. */
  readonly loadShare: number;
  readonly microTime: Milliseconds;
  /** How long one thing is asked of cache, vector store or OLAP. */
  readonly partTime: Milliseconds;
  /** Of a comparison: how long one side of one statement is timed in a round, at most. */
  readonly slotTime: Milliseconds;
}

export const suites = {
  smoke: {
    planRepeats: 2,
    planModes: false,
    pageDepths: [0, 0.25, 0.9],
    rlsPairs: 6,
    leakReads: 5,
    bulkLeakReads: 0,
    lagProbe: seconds(5), // 500 probes: 368 bound a p99
    conflictRead: seconds(0),
    commitSlots: 0,
    commitsPerSlot: 0,
    poolerClients: [200],
    poolerMeasured: seconds(1),
    poolerPairs: 6,
    partTime: seconds(0.5),
    loadWarmup: seconds(1),
    loadMeasured: seconds(11), // ten whole seconds say whether it is steady
    loadShare: 0.5,
    microTime: seconds(0.25),
    slotTime: seconds(0.024),
  },
  quick: {
    planRepeats: 3,
    planModes: false,
    pageDepths: [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.98],
    rlsPairs: 12,
    leakReads: 50,
    bulkLeakReads: 20_000,
    lagProbe: seconds(10), // 1,000 probes
    conflictRead: seconds(4),
    commitSlots: 12,
    commitsPerSlot: 10,
    poolerClients: [1000],
    poolerMeasured: seconds(3),
    poolerPairs: 8,
    partTime: seconds(2),
    loadWarmup: seconds(3), // the search for the rate has warmed the server before
    loadMeasured: seconds(20), // twice the ten seconds that say whether it is steady
    loadShare: 0.5,
    microTime: seconds(0.5),
    slotTime: seconds(0.12),
  },
  nightly: {
    planRepeats: 5,
    planModes: true,
    pageDepths: [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.98],
    rlsPairs: 20,
    leakReads: 500,
    bulkLeakReads: 200_000,
    lagProbe: seconds(60),
    conflictRead: seconds(6),
    commitSlots: 20,
    commitsPerSlot: 50,
    poolerClients: [1000, 3000],
    poolerMeasured: seconds(10),
    poolerPairs: 20,
    partTime: seconds(5),
    loadWarmup: seconds(10),
    loadMeasured: seconds(120),
    loadShare: 0.5,
    microTime: seconds(5),
    slotTime: seconds(0.12),
  },
  release: {
    planRepeats: 5,
    planModes: true,
    pageDepths: [0, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98],
    rlsPairs: 20,
    leakReads: 2000,
    bulkLeakReads: 1_000_000,
    lagProbe: seconds(120),
    conflictRead: seconds(10),
    commitSlots: 30,
    commitsPerSlot: 50,
    poolerClients: [1000, 3000],
    poolerMeasured: seconds(20),
    poolerPairs: 20,
    partTime: seconds(15),
    loadWarmup: seconds(30),
    loadMeasured: seconds(300),
    loadShare: 0.5,
    microTime: seconds(10),
    slotTime: seconds(0.24),
  },
} as const satisfies Record<string, SuiteBudget>;

export type SuiteName = keyof typeof suites;
export const defaultSuite: SuiteName = 'quick';
