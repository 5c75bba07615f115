import { type Fault, missing } from '../config/fault.ts';
import { makeRoom, saysFullDisk } from '../config/full-disk.ts';
import type { Absent, EndpointName } from '../infra/topology/endpoint.ts';
import type { Result, Skipped, Warning } from '../result/result.ts';
import { faultOf } from './fault-of.ts';
import { type PartEnd, type PartWatch, watchParts } from './host/part-watch.ts';
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
 * the others go on. A server that ends is named with its second, and is absent from then on. Only an interruption
 * ends it: what the part had measured so far is told, then it throws the signal's reason.
 */
export async function* runSuite(measures: readonly Measure[], setting: Setting): AsyncGenerator<Measured> {
  using watch = watchParts(
    measures.some(({ breaksServers }) => breaksServers) ? [] : setting.topology.endpoints,
  );
  const gone: Absent[] = [];
  for (const measure of measures) {
    setting.signal.throwIfAborted();
    setting.progress.stage(measure.part);
    const started = performance.now();
    const left = gone.length > 0 ? { ...setting, topology: setting.topology.without(gone) } : setting;
    const ended = () => newEnds(watch, gone, measure, started);
    const { warnings = [], ...outcome } = await runMeasure(measure, left, ended);
    const ends = await ended();
    for (const { why } of ends) setting.progress.warn(`${why}.`);
    gone.push(...ends);
    const full = diskFull(measure.part, { ...outcome, warnings }, ends);
    yield {
      part: measure.part,
      seconds: (performance.now() - started) / 1000,
      sections: {},
      skipped: [],
      ...outcome,
      warnings: [...full, ...ends.map(partEnded), ...warnings],
    };
    setting.signal.throwIfAborted();
  }
}

/** What ended since the last measure, with its second in this one. */
async function newEnds(
  watch: PartWatch,
  gone: readonly Absent[],
  { part }: Measure,
  started: number,
): Promise<Absent[]> {
  const ends = await watch.ends();
  return ends
    .filter((end) => !gone.some((known) => known.part === end.part))
    .map((end) => ({
      part: end.part,
      why: whenEnded(end, part, started),
      how: saysFullDisk(end.said ?? '') ? makeRoom : restart,
    }));
}

/** "replica2 ended, signal 9 (SIGKILL), 12.4 s into lag" */
const whenEnded = ({ part, at, how, said }: PartEnd, measured: string, started: number): string =>
  `${part} ${how}, ${Math.max(0, (at - started) / 1000).toFixed(1)} s into ${measured}${said ? `; its log says: ${said}` : ''}`;

const restart =
  'Look into its log (signal 9 is often the kernel, out of memory: dmesg says so), start it again with `./olympus up` where it is held, and measure again.';

const partEnded = ({ why, how }: Absent): Warning => ({
  code: 'part-ended',
  message: `${why}: its figures end there.`,
  advice: how,
});

/** SQLSTATE disk_full */
const noRoom = '53100';

/** A full disk, wherever it shows: in answers to the load, in the log of a server that ended, in what failed. */
function diskFull(
  part: string,
  { sections = {}, warnings = [] }: Partial<Measured>,
  ends: readonly Absent[],
): Warning[] {
  const requests = (sections.load ?? []).reduce((sum, { errors }) => sum + (errors[noRoom] ?? 0), 0);
  const signs = [
    ...(requests > 0 ? [`${requests} requests of ${part} were refused with SQLSTATE ${noRoom}`] : []),
    ...ends.filter(({ why }) => saysFullDisk(why)).map(({ part: server }) => `${server} ended by it`),
    ...warnings.filter(({ message }) => saysFullDisk(message)).map(({ message }) => message),
  ];
  if (signs.length === 0) return [];
  const message = `A disk was full in ${part}: ${signs.join('; ')}.`;
  return [{ code: 'disk-full', message, advice: makeRoom }];
}

async function runMeasure(
  measure: Measure,
  setting: Setting,
  ended: () => Promise<readonly Absent[]>,
): Promise<Partial<Measured>> {
  if (measure.shopOnly && setting.project.data === 'asIs')
    return skip(measure, measure.shopOnly, 'Run it on the shop: ./olympus bench without --project.', setting);
  const away = (name: EndpointName) => !setting.topology.find(name);
  const { needsOne = [] } = measure;
  const absent = measure.needs.find(away) ?? (needsOne.every(away) ? needsOne[0] : undefined);
  if (absent) {
    const { why, how } = setting.topology.absence(absent);
    return skip(
      measure,
      `${absent} is not there: ${why}`,
      how,
      setting.project.topology?.entries[absent] === undefined ? setting : undefined,
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
    const fault = causeOf(error, measure, await ended());
    if (measure.userInput && fault.reason === 'usage') throw fault;
    setting.progress.warn(`${measure.part} failed: ${fault.message}`);
    return {
      sections,
      skipped: [...left, ...skip(measure, `it failed: ${fault.message}`, fault.next).skipped],
      warnings: [...told, { code: `${measure.part}-failed`, message: fault.message, advice: fault.next }],
    };
  }
}

/** A server that ended is why a measure failed that uses it, whatever the failure called itself. */
function causeOf(error: unknown, { needs, wants = [] }: Measure, ends: readonly Absent[]): Fault {
  const used = ends.filter(({ part }) => part === 'primary' || needs.includes(part) || wants.includes(part));
  if (used.length > 0) return missing(used.map(({ why }) => why).join('; '), restart, error);
  return faultOf(error);
}

/**
 * What a project of the user's has nothing for (no replica, no policies of the shop) does not apply, unless it was asked
 * for by its name; what the shop lacks is missing.
 */
const skip = ({ part }: Measure, why: string, how: string, unlessAsked?: Setting) => ({
  skipped: [
    {
      ...{ part, why, how },
      ...(unlessAsked?.project.data === 'asIs' &&
        !unlessAsked.asked?.includes(part) && { applies: false as const }),
    },
  ],
});
