/** What a long-running stage tells its caller. The CLI draws it (cli/progress.ts); tests pass `silent`. */
export interface Progress {
  /** A stage began: "topology", "seed". Ends the one before. */
  stage(name: string): void;
  /** One line about what was done and why, kept in log.ndjson. */
  note(text: string): void;
  /** `done` of `total` of the stage's work, in `unit` ("rows"); total 0 means unknown. `detail` stands beside the bar. */
  count(done: number, total: number, unit: string, detail?: string): void;
  /** Something the user should know that does not stop the run. */
  warn(text: string): void;
}

/** The stages of a run in their order, with the seconds that each took in former runs; null: none had it. */
export interface RunPlan {
  readonly stages: readonly { readonly name: string; readonly seconds: number | null }[];
  /** How many former runs say so. */
  readonly runs: number;
}

export const silent: Progress = { stage() {}, note() {}, count() {}, warn() {} };
