/** Every method's options, as commander hands them over. */
export interface AnalyseOptions {
  readonly columns?: string;
  readonly metric?: string;
  readonly paired?: boolean;
  readonly unpaired?: boolean;
  readonly key?: string;
  readonly higherIsBetter?: boolean;
  readonly lowerIsBetter?: boolean;
  readonly level?: string;
  readonly window: string;
  readonly p: string;
  readonly magnitude: string;
  readonly unit?: string;
  readonly seed: string;
}
