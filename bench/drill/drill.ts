import type { Control } from '../../infra/topology/control.ts';
import type { EndpointName } from '../../infra/topology/endpoint.ts';
import type { DrillResult } from '../../result/measures/drill.ts';
import type { Result } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import type { Under } from './under.ts';

/** What the user asked of the drills. */
export interface DrillOptions {
  /** Writes a second, and as many reads. */
  readonly rate: number;
  /** ms; the load before the injection, and after the repair. */
  readonly duration: number;
  readonly repeat: number;
  /** ms; how long a soak lasts. */
  readonly soakFor: number;
  /** Only cases whose name contains this. */
  readonly only: string | null;
  /** A load scenario that runs meanwhile, at so many requests a second. */
  readonly under: { readonly scenario: string; readonly rate: number } | null;
  /** On a server of the user's: both must be said. */
  readonly allowDrills: boolean;
  readonly notOurs: string | undefined;
}

/** What a case works with. */
export interface DrillSetting extends Setting {
  readonly options: DrillOptions;
  /** Undefined where no server may be stopped. */
  readonly control: Control | undefined;
  /** The scenario of `options.under`, ready to run. */
  readonly under: Under | undefined;
  /** What a case that watches memory saw of it. */
  readonly memory: DrillResult['memory'];
  /** Notes a moment for the report. */
  event(what: string): void;
}

/** Whether what was broken is whole again, and what was looked at; ok null: it could not be looked at, and why. */
export interface Healed {
  readonly ok: boolean | null;
  readonly how: string;
}

/** One thing that is broken in one way. */
export interface DrillCase {
  readonly name: string;
  /** Endpoints without which it is skipped. */
  readonly needs: readonly EndpointName[];
  /** Whether it stops servers: only on a topology of ours. */
  readonly stopsServers: boolean;
  /** Where the writes go; the pooler, else the primary, when absent. */
  readonly via?: EndpointName;
  /** Where the reads go; as the writes when absent. */
  readonly reads?: EndpointName;
  /** Whose availability is reported. */
  readonly judged: 'writes' | 'reads';
  /** no-loss: an acknowledged write that is gone misses the objective. none: the loss is measured. */
  readonly promise: 'no-loss' | 'none';
  /** Many faults one after the other: there is no one time to recover. */
  readonly many?: true;
  /** ms; how long it stays broken. */
  readonly holdMs?: number;
  /** Prepares what the load needs; what it returns is disposed after everything else. */
  prepare?(setting: DrillSetting): Promise<Prepared>;
  inject(setting: DrillSetting): Promise<void>;
  /** Repairs it. Is called again, where it failed or was cut off: it must be able to. */
  heal(setting: DrillSetting): Promise<void>;
  /** What follows the repair, while the load still runs. */
  afterRepair?(setting: DrillSetting): Promise<void>;
  /** After the load. */
  healed(setting: DrillSetting): Promise<Healed>;
}

/** URLs in place of the topology's, and why the case cannot be had. */
export interface Prepared extends AsyncDisposable {
  readonly writesUrl?: string;
  readonly readsUrl?: string;
  /** The server that is primary at the end, as admin. */
  primaryUrl?(): string;
}

/** A case cannot be had here: not a failure, and what would help. */
export class NotHere extends Error {
  readonly how: string;
  constructor(why: string, how: string) {
    super(why);
    this.how = how;
  }
}

interface Described {
  readonly name: string;
  /** One line for `--help` and the report. */
  readonly what: string;
  /** Endpoints that are brought up for it. */
  readonly wants: readonly EndpointName[];
  /** Whether `--all` runs it. */
  readonly inAll: boolean;
}

/** A fault: cases that are injected and healed under the ledger's load. */
export interface FaultDrill extends Described {
  cases(setting: DrillSetting): readonly DrillCase[];
}

/** An operation with a course of its own; it returns its sections of the result. */
export interface OwnDrill extends Described {
  /** The load that it runs itself, where no scenario may run beside it. */
  readonly ownLoad: string | null;
  run(setting: DrillSetting): Promise<Partial<Result>>;
}

export type Drill = FaultDrill | OwnDrill;
