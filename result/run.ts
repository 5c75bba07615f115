/** Of result.json: the run, its verdict, what it is believed for, the machine, what was left out. */
import { type Static, Type } from 'typebox';
import { GeneratorClass, Others } from './others.ts';
import { Nullable } from './percentiles.ts';
import { words } from './words.ts';

const Strings = Type.Array(Type.String());

/** What made a run. Runs of different kinds are no series. */
export const RunKind = words(
  'bench',
  'load',
  'index',
  'ab',
  'nightly',
  'capacity',
  'drill',
  'explain',
  'compare',
  'replay',
);
export type RunKind = Static<typeof RunKind>;

export const Run = Type.Object({
  id: Type.String(),
  kind: RunKind,
  startedAt: Type.String(),
  finishedAt: Nullable(Type.String()),
  suite: Type.String(),
  command: Type.String({ description: 'the command that reproduces the run' }),
  name: Type.Optional(Type.String({ description: 'given by --name; it can stand where an id can' })),
  note: Type.Optional(Type.String({ description: 'given by --note' })),
  complete: Type.Boolean(),
  /** Wall time of each stage, in the order in which they ran. */
  stages: Type.Array(Type.Object({ name: Type.String(), seconds: Type.Number() })),
});
export type Run = Static<typeof Run>;
/** What is known of a run before it measures. */
export type RunFacts = Pick<Run, 'id' | 'kind' | 'startedAt' | 'suite' | 'command' | 'name' | 'note'>;

/** What a part of the run says. */
export const VerdictPart = Type.Object({
  part: Type.String(),
  status: words('ok', 'missed', 'cannot-say', 'doubtful', 'skipped'),
  why: Type.String(),
  remedy: Nullable(Type.String({ description: 'a command, or what to do before the next one' })),
});
export type VerdictPart = Static<typeof VerdictPart>;

export const Verdict = Type.Object({
  status: words('pass', 'regression', 'objective-missed', 'inconclusive', 'untrusted'),
  reasons: Strings,
  parts: Type.Optional(Type.Array(VerdictPart)),
  answer: Type.Optional(
    Type.String({ description: 'of a comparison or an index change: what was asked for, in a line' }),
  ),
});
export type Verdict = Static<typeof Verdict>;

/** A condition under which the figures may be believed. ok null: could not be checked, `why` says so. */
export const TrustCheck = Type.Object({
  name: Type.String(),
  ok: Nullable(Type.Boolean()),
  value: Nullable(Type.Number()),
  limit: Nullable(Type.Number()),
  unit: Type.String(),
  why: Type.String(),
  /** Where the value lies, with everything that it is in doubt by; null: nothing bounds it there. */
  low: Type.Optional(Nullable(Type.Number())),
  high: Type.Optional(Nullable(Type.Number())),
  figures: Type.Optional(
    Type.Array(Type.String(), {
      description: 'which figures it speaks of: "load.response", all of a part ("load.*"), every time ("*")',
    }),
  ),
  labels: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'of those figures, the ones with these labels',
    }),
  ),
  remedy: Type.Optional(Type.String({ description: 'what would settle it' })),
});
export type TrustCheck = Static<typeof TrustCheck>;

/** Whose the machine was while it was measured. null: the system does not tell, and why. */
export const Machine = Type.Object({
  ...Others.properties,
  stealPct: Nullable(Type.Number({ description: 'CPU time that the hypervisor gave to others' })),
  cores: Type.Integer(),
  generatorClass: Type.Optional(GeneratorClass),
});
export type Machine = Static<typeof Machine>;

/** A goal of the system under test. ok null: not measured, and why. */
export const Objective = TrustCheck;
export type Objective = TrustCheck;

export const Environment = Type.Object({
  fingerprint: Type.String({ description: 'two runs compare only when these are equal' }),
  harness: Type.Object({
    version: Type.String(),
    commit: Nullable(Type.String()),
    node: Type.String(),
    k6: Nullable(Type.String()),
  }),
  host: Type.Object({
    cpu: Type.String(),
    cores: Type.Integer(),
    memoryBytes: Type.Number(),
    kernel: Type.String(),
    os: Type.String(),
    stealPct: Type.Optional(
      Nullable(Type.Number({ description: 'CPU time that the hypervisor gave to others while measuring' })),
    ),
  }),
  endpoints: Type.Array(
    Type.Object({
      name: Type.String(),
      provider: Type.String(),
      version: Type.String(),
      settings: Type.Record(Type.String(), Type.String()),
    }),
  ),
});
export type Environment = Static<typeof Environment>;

export const Skipped = Type.Object({
  part: Type.String(),
  why: Type.String(),
  how: Type.String(),
  /** false: the project that is measured has nothing that this part could measure, and nobody asked for it. */
  applies: Type.Optional(Type.Literal(false)),
});
export type Skipped = Static<typeof Skipped>;

export const Warning = Type.Object({ code: Type.String(), message: Type.String(), advice: Type.String() });
export type Warning = Static<typeof Warning>;
