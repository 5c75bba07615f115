import type { Result, Skipped, Warning } from '../result/result.ts';
import { faultOf } from './fault-of.ts';
import type { Measure, Setting } from './measure.ts';

/** What a suite adds to a result, told part by part so that a later failure loses nothing. */
export interface Measured {
  readonly part: string;
  readonly seconds: number;
  readonly sections: Partial<Result>;
  readonly skipped: readonly Skipped[];
  readonly warnings: readonly Warning[];
}

/**
 * Runs the measures one after the other. A part whose endpoint is absent, or that fails, is skipped with its reason;
 * the others go on. Only an interruption ends it: what the part had measured so far is told, then it throws the
 * signal's reason.
 */
export async function* runSuite(measures: readonly Measure[], setting: Setting): AsyncGenerator<Measured> {
  for (const measure of measures) {
    setting.signal.throwIfAborted();
    setting.progress.stage(measure.part);
    const started = performance.now();
    const outcome = await runMeasure(measure, setting);
    yield {
      part: measure.part,
      seconds: (performance.now() - started) / 1000,
      sections: {},
      skipped: [],
      warnings: [],
      ...outcome,
    };
    setting.signal.throwIfAborted();
  }
}

async function runMeasure(measure: Measure, setting: Setting): Promise<Partial<Measured>> {
  if (measure.shopOnly && setting.project.data === 'asIs')
    return skip(measure, measure.shopOnly, 'Run it on the shop: ./olympus bench without --project.');
  const absent = measure.needs.find((name) => !setting.topology.find(name));
  if (absent) {
    const why = setting.topology.absent.find(({ part }) => part === absent);
    return skip(
      measure,
      `${absent} is not there: ${why?.why ?? 'it is off'}`,
      why?.how ?? 'Add it to the topology.',
    );
  }
  let soFar: Partial<Result> = {};
  const keep = (sections: Partial<Result>) => {
    soFar = sections;
  };
  try {
    const { warnings = [], skipped = [], ...sections } = await measure.run({ ...setting, soFar: keep });
    return { sections, warnings, skipped };
  } catch (error) {
    const { warnings: told = [], skipped: left = [], ...sections } = soFar;
    if (setting.signal.aborted) return { sections, warnings: told, skipped: left };
    const fault = faultOf(error);
    if (measure.userInput && fault.reason === 'usage') throw fault;
    setting.progress.warn(`${measure.part} failed: ${fault.message}`);
    return {
      sections,
      skipped: [...left, ...skip(measure, `it failed: ${fault.message}`, fault.next).skipped],
      warnings: [...told, { code: `${measure.part}-failed`, message: fault.message, advice: fault.next }],
    };
  }
}

const skip = ({ part }: Measure, why: string, how: string) => ({ skipped: [{ part, why, how }] });
