import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Fault } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { type Milliseconds, milliseconds, seconds } from '../../config/units.ts';
import { type Ended, runChild } from '../../infra/process/run-child.ts';
import { temporaryFolder } from '../../infra/process/temporary-folder.ts';
import { k6Environment } from '../../infra/setup/k6.ts';
import type { LoadResult } from '../../result/result.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { type EngineReport, readReports } from './engine-report.ts';
import { failureOf } from './k6-failure.ts';

/** constant and poisson take the rate; a ramp starts at it; a replay has its own times (seconds, ascending). */
export type Arrivals =
  | { readonly kind: 'constant' | 'poisson' }
  | { readonly kind: 'ramp'; readonly to: number }
  | { readonly kind: 'replay'; readonly offsets: readonly number[]; readonly speed: number };

export interface LoadOptions {
  /** Path of a k6 with our module (`findK6`). */
  readonly k6: string;
  /** Path of the script (`scenarioScript`). */
  readonly script: string;
  readonly plan: LoadPlan;
  /** Connection string, or `null:` for the generator's own ceiling. Reaches k6 by its environment only. */
  readonly url: string;
  readonly protocol: 'simple' | 'extended' | 'prepared';
  /** Size of the pool; the script's own when absent. */
  readonly connections?: number;
  /** Clients that share the connections; one each when absent. */
  readonly clients?: number;
  /** Arrivals per second; 0 is the closed model; the script's own when absent. */
  readonly rate?: number;
  /** How requests arrive; the script's own way when absent. */
  readonly arrivals?: Arrivals;
  /** Mean pause between the requests of a client or a session; the script's own when absent. */
  readonly think?: Milliseconds;
  /** Reads go to these in turn, and wait for the last write of their tenant (`replicas` of run()). */
  readonly replicas?: readonly string[];
  readonly duration?: Milliseconds;
  readonly warmup?: Milliseconds;
  /** When a k6 that has not ended is stopped; what duration and warm-up need with room to spare when absent. */
  readonly deadline?: Milliseconds;
  readonly seed: number;
  /**
   * The share of this process where several run one load together: lanes, k6's execution segment, common start. More than
   * two must also be given k6's sequence of all segments: without it each cuts the whole in its own way.
   */
  readonly share?: {
    readonly lanes: number;
    readonly segment: string;
    readonly sequence?: string;
    readonly startAt: number;
  };
  /** Whether the script's thresholds count. */
  readonly thresholds?: boolean;
  /** false: k6 makes no summary of its own; the script saves its reports in teardown. */
  readonly summary?: false;
  /** k6's outputs, as after --out: "json=samples.json", "opentelemetry". */
  readonly outputs?: readonly string[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

type Thresholds = NonNullable<LoadResult['thresholds']>;

/** One call of run() in the script. */
export interface LoadReport extends EngineReport {
  /** Histograms of every second in the HdrHistogram log format. */
  readonly histogramLog: string;
}

export interface LoadRun {
  /** The first report; most scripts have one only. */
  readonly report: LoadReport;
  readonly reports: readonly LoadReport[];
  /** The script's thresholds as k6 judged them; none where they did not count. */
  readonly thresholds: Thresholds;
  /** Why it ended before its time: an interruption, a threshold that ends the load, a deadline. */
  readonly cut?: string;
  /** What the engine said while it ran: that it falls behind its schedule. */
  readonly warnings: readonly string[];
}

/** A load ended before its time. `kept` is what it reported nevertheless, marked as cut. */
export class LoadCut extends Fault {
  readonly kept: LoadRun;

  constructor(cause: Fault, kept: LoadRun) {
    super(cause.reason, cause.message, cause.next, cause);
    this.kept = kept;
  }
}

const overdueAfter = (deadline: Milliseconds) =>
  new Fault(
    'component',
    `k6 had not ended after ${deadline / 1000} s and was stopped.`,
    'Does the endpoint still answer (`./olympus status`)? A script that runs longer needs its duration by --duration.',
  );

/**
 * Runs one load script through k6 to its end. The plan, the url and everything else reach k6 by its environment and by
 * files in a folder of its own, which is removed.
 * @throws Fault (component or usage) when k6 fails, with its last words; LoadCut when it does not end in time or is
 *   aborted, with what it measured until then; the signal's reason when it is aborted before it measured anything.
 */
export async function runLoad(options: LoadOptions): Promise<LoadRun> {
  await using temporary = await temporaryFolder('load');
  const folder = temporary.path;
  const deadline = options.deadline ?? usualDeadline(options);
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(overdueAfter(deadline)), deadline);
  const warnings: string[] = [];
  const signal = AbortSignal.any([options.signal, overdue.signal]);
  try {
    const ended = await run({ ...options, signal }, await writeFiles(folder, options), warnings);
    const counted = options.thresholds === true;
    if (ended.code !== 0 && !(counted && ended.code === thresholdsFailed))
      throw failureOf(ended, options.url, options.script);
    const kept = await readFolder(folder, warnings);
    if (!kept)
      throw new Fault(
        'usage',
        [`${options.script} ended without a load: it never called run().`, ...ended.last].join('\n'),
        'Call run() of k6/x/olympus in its default function, as scenarios/load/storefront.ts does.',
      );
    return kept.reports.every(({ complete }) => complete) ? kept : { ...kept, cut: abortedBy(kept) };
  } catch (error) {
    if (!signal.aborted) throw error;
    const kept = await readFolder(folder, warnings).catch(() => undefined); // killed before it could report
    if (!kept || !(signal.reason instanceof Fault)) throw signal.reason;
    throw new LoadCut(signal.reason, { ...kept, cut: signal.reason.message });
  } finally {
    clearTimeout(timer);
  }
}

/** Nobody outside ended it: the script's own threshold did, or the script. */
function abortedBy({ report, thresholds }: LoadRun): string {
  const missed = thresholds.filter(({ ok }) => ok === false).map(({ source }) => source);
  const by = missed.length > 0 ? `the threshold ${missed.join(', ')} of the script` : 'the script';
  return `${by} ended the load after ${report.seconds.toFixed(1)} s.`;
}

/** A script may run its load more than once, each time with a drain; without a duration nobody knows how long. */
function usualDeadline({ duration, warmup }: LoadOptions): Milliseconds {
  return duration === undefined ? seconds(24 * 3600) : milliseconds(120_000 + 3 * (duration + (warmup ?? 0)));
}

interface Files {
  readonly plan: string;
  readonly offsets: string;
  readonly report: string;
  readonly thresholds: string;
  readonly histograms: string;
}

async function writeFiles(folder: string, { plan, arrivals }: LoadOptions): Promise<Files> {
  const files: Files = {
    plan: join(folder, 'load-plan.json'),
    offsets: arrivals?.kind === 'replay' ? join(folder, 'offsets.txt') : '',
    report: join(folder, 'report.json'),
    thresholds: join(folder, 'thresholds.json'),
    histograms: folder,
  };
  await writeFile(files.plan, JSON.stringify(plan));
  if (arrivals?.kind === 'replay') await writeFile(files.offsets, arrivals.offsets.join('\n'));
  return files;
}

/** What k6 wrote; undefined when the script never called run(). */
async function readFolder(folder: string, warnings: readonly string[]): Promise<LoadRun | undefined> {
  const reports = readReports(await readFile(join(folder, 'report.json'), 'utf8')).map((report) => ({
    ...report,
    histogramLog: logOf(folder, report.scenario),
  }));
  const [report] = reports;
  const judged = join(folder, 'thresholds.json');
  const thresholds = existsSync(judged) ? (JSON.parse(await readFile(judged, 'utf8')) as Thresholds) : [];
  return report && { report, reports, thresholds, warnings };
}

/** All lanes' logs of one scenario; empty when the script does not keep any. */
function logOf(folder: string, scenario: string): string {
  return readdirSync(folder)
    .filter(
      (file) => file === `${scenario}.hlog` || (file.startsWith(`${scenario}-`) && /-\d+\.hlog$/.test(file)),
    )
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
}

/** k6's exit code for it (errext/exitcodes). */
const thresholdsFailed = 99;

/** Begins a line of the engine's that is meant for the user (infra/k6/olympus/options.go). */
const warning = 'olympus: ';

async function run(options: LoadOptions, files: Files, warnings: string[]): Promise<Ended> {
  const { script, outputs = [], thresholds = false, share, progress } = options;
  const args = [
    ...['run', '--quiet', '--no-color', '--log-format', 'raw', '--address', ''],
    ...(thresholds ? ['--summary-trend-stats', trendStats(script)] : ['--no-thresholds']),
    ...(options.summary === false ? ['--summary-mode', 'disabled'] : []),
    ...(share ? ['--execution-segment', share.segment] : []),
    ...(share?.sequence ? ['--execution-segment-sequence', share.sequence] : []),
    ...outputs.flatMap((output) => ['--out', output]),
    resolve(script),
  ];
  const ticking = tick(options);
  try {
    return await runChild(options.k6, args, {
      signal: options.signal,
      openFiles: (options.connections ?? 0) * (1 + (options.replicas?.length ?? 0)) + 4096,
      env: { ...withoutK6(process.env), ...k6Environment, ...environmentOf(options, files) },
      onLine: (line) => {
        if (!line.startsWith(warning)) return;
        warnings.push(line.slice(warning.length));
        progress.warn(line.slice(warning.length));
      },
    });
  } finally {
    clearInterval(ticking);
  }
}

/** So that a threshold is shown with its value, k6 has to report every percentile that the script names. */
function trendStats(script: string): string {
  const named = readFileSync(script, 'utf8').match(/p\(\d+(?:\.\d+)?\)/g) ?? [];
  return [...new Set(['avg', 'min', 'med', 'max', 'count', 'p(90)', 'p(95)', 'p(99)', ...named])].join();
}

/** What scenarios/load/environment.ts reads. */
function environmentOf(options: LoadOptions, files: Files): Record<string, string> {
  const { arrivals, duration, warmup, think, share } = options;
  const asText = (value: number | undefined) => (value === undefined ? '' : String(value));
  const inSeconds = (value: Milliseconds | undefined) => asText(value === undefined ? value : value / 1000);
  return {
    OLYMPUS_URL: options.url,
    OLYMPUS_REPLICAS: (options.replicas ?? []).join(' '),
    OLYMPUS_PLAN: files.plan,
    OLYMPUS_PROTOCOL: options.protocol,
    OLYMPUS_CONNECTIONS: asText(options.connections),
    OLYMPUS_CLIENTS: asText(options.clients),
    OLYMPUS_RATE: asText(options.rate),
    OLYMPUS_ARRIVALS: arrivals?.kind ?? '',
    OLYMPUS_RATE_TO: arrivals?.kind === 'ramp' ? asText(arrivals.to) : '',
    OLYMPUS_OFFSETS: files.offsets,
    OLYMPUS_SPEED: arrivals?.kind === 'replay' ? asText(arrivals.speed) : '',
    OLYMPUS_THINK: inSeconds(think),
    OLYMPUS_DURATION: inSeconds(duration),
    OLYMPUS_WARMUP: inSeconds(warmup),
    OLYMPUS_SEED: String(options.seed),
    OLYMPUS_LANES: asText(share?.lanes),
    OLYMPUS_START_AT: asText(share?.startAt),
    OLYMPUS_RESULT: files.report,
    OLYMPUS_THRESHOLDS: options.thresholds ? files.thresholds : '',
    OLYMPUS_HISTOGRAMS: files.histograms,
  };
}

/** k6 reads options from its environment too; those that say where results go may stay, the rest is the script's. */
function withoutK6(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const stay = /^K6_(OUT|OTEL_|PROMETHEUS_|WEB_DASHBOARD)/;
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('K6_') || stay.test(name)),
  );
}

/** Seconds as progress, because k6 is silent while it measures. */
function tick({ progress, duration, warmup }: LoadOptions): NodeJS.Timeout {
  const total = Math.round(((duration ?? 0) + (warmup ?? 0)) / 1000);
  let second = 0;
  return setInterval(() => progress.count(Math.min(++second, total || second), total, 's'), 1000);
}
