import type { Progress } from '../config/progress.ts';
import type { SuiteBudget } from '../config/suites.ts';
import type { EndpointName } from '../infra/topology/endpoint.ts';
import type { Topology } from '../infra/topology/topology.ts';
import type { Project } from '../project/project.ts';
import type { Part } from '../result/measures.ts';
import type { Environment, Result } from '../result/result.ts';
import type { Statement, Tenant } from '../scenarios/statement.ts';

/** What every measure is given. */
export interface Setting {
  readonly topology: Topology;
  /** The run that is measured: its id, and where. Absent where a measure is called by itself. */
  readonly run?: { readonly id: string; readonly environment: Environment };
  /** Name of the database that holds the dataset. Never altered by a measure: variants go to a clone. */
  readonly database: string;
  readonly project: Project;
  readonly catalogue: readonly Statement[];
  /** The whale, the median and the minnow of this dataset, in this order. */
  readonly tenants: readonly Tenant[];
  /** A load may search for the ceiling of a server of the user's. */
  readonly allowLoad?: boolean;
  /** Values of the user's rows and log stay out of what is kept: they are drawn and used, and neither written nor shown. */
  readonly masked?: boolean;
  readonly seed: number;
  readonly budget: SuiteBudget;
  readonly progress: Progress;
  /** Keeps raw samples: writes a file below raw/ of the run directory and returns its path relative to the run. */
  keep(file: string, content: string | Uint8Array): Promise<string>;
  /** Tells what is measured so far: it stays in the result should the measure be cut off or fail. */
  soFar?(sections: Partial<Result>): void;
  /** The parts that the user named with `--only`: what a suite measures briefly may then take its time. */
  readonly asked?: readonly string[];
  /** Aborted on Ctrl-C and SIGTERM: a measure stops soon and throws signal.reason. */
  readonly signal: AbortSignal;
}

/** The run of one measure; result/measures/ says everything else of it. `run` returns its sections of the result and nothing else; it computes no verdict. */
export interface Measure {
  readonly part: Part;
  /** Endpoints without which it is skipped, with the topology's reason. */
  readonly needs: readonly EndpointName[];
  /** Of these it needs one at least; without the others it measures less, and says so. */
  readonly needsOne?: readonly EndpointName[];
  /** Endpoints that are brought up for it too; without them it measures less, and says so. */
  readonly wants?: readonly EndpointName[];
  /** Why it measures the shop alone: it reads or writes tables of our own schema. Absent: it runs on any project. */
  readonly shopOnly?: string;
  /** Its load comes from k6, which is built once: beside what is done before anything is measured. */
  readonly drivenByK6?: true;
  /** It measures what the user typed: a usage fault of it ends the run with that fault, instead of skipping the part. */
  readonly userInput?: true;
  /** It stops servers on purpose, and starts them again: that one ends is no failure of the run. */
  readonly breaksServers?: true;
  run(setting: Setting): Promise<Partial<Result>>;
}
