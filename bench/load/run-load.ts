import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Fault } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Progress } from '../../config/progress.ts';
import type { Milliseconds } from '../../config/units.ts';
import { type Ended, runChild } from '../../infra/process/run-child.ts';
import { k6Environment } from '../../infra/setup/k6.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { type EngineReport, readReports } from './engine-report.ts';
import { failureOf } from './k6-failure.ts';

const scripts = join(import.meta.dirname, '..', '..', 'scenarios', 'load');
/** Files beside the scripts that are none. */
const shared = ['environment.ts'];

/** The shipped load scripts, by name. */
export const loadScenarios = (): string[] =>
  readdirSync(scripts)
    .filter((file) => /^[a-z-]+\.ts$/.test(file) && !shared.includes(file))
    .map((file) => basename(file, '.ts'));

/** The script of a scenario: a shipped name, or a path of the user's own. @throws Fault (usage) naming the nearest. */
export function scenarioScript(name: string): string {
  if (name.endsWith('.ts') && existsSync(name)) return resolve(name);
  const known = loadScenarios();
  if (known.includes(name) || name.startsWith('self/')) return join(scripts, `${name}.ts`);
  throw new Fault('usage', `There is no load scenario "${name}".`, suggest(name, known));
}

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
  readonly duration?: Milliseconds;
  readonly warmup?: Milliseconds;
  readonly seed: number;
  /** The share of this process where several run one load together: lanes, k6's execution segment, common start. */
  readonly share?: { readonly lanes: number; readonly segment: string; readonly startAt: number };
  /** Whether the script's thresholds count. */
  readonly thresholds?: boolean;
  /** k6's outputs, as after --out: "json=samples.json", "opentelemetry". */
  readonly outputs?: readonly string[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One call of run() in the script. */
export interface LoadReport extends EngineReport {
  /** Histograms of every second in the HdrHistogram log format. */
  readonly histogramLog: string;
}

export interface LoadRun {
  /** The first report; most scripts have one only. */
  readonly report: LoadReport;
  readonly reports: readonly LoadReport[];
  /** Whether the script's thresholds were kept; null when they did not count. */
  readonly thresholdsKept: boolean | null;
}

/**
 * Runs one load script through k6 to its end.
 * @throws Fault (component or usage) when k6 fails, with its last words; the signal's reason when aborted.
 */
export async function runLoad(options: LoadOptions): Promise<LoadRun> {
  const folder = await mkdtemp(join(tmpdir(), 'olympus-load-')); // mode 0700
  try {
    const files = {
      plan: join(folder, 'load-plan.json'),
      report: join(folder, 'report.json'),
      histograms: folder,
    };
    await writeFile(files.plan, JSON.stringify(options.plan));
    const ended = await run(options, files);
    const counted = options.thresholds === true;
    if (ended.code !== 0 && !(counted && ended.code === thresholdsFailed))
      throw failureOf(ended, options.url);
    const reports = readReports(await readFile(files.report, 'utf8')).map((report) => ({
      ...report,
      histogramLog: logOf(folder, report.scenario),
    }));
    const [report] = reports;
    if (!report) {
      throw new Fault(
        'usage',
        [`${options.script} ended without a load: it never called run().`, ...ended.last].join('\n'),
        'Call run() of k6/x/olympus in its default function, as scenarios/load/storefront.ts does.',
      );
    }
    return { report, reports, thresholdsKept: counted ? ended.code === 0 : null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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

async function run(
  options: LoadOptions,
  files: { plan: string; report: string; histograms: string },
): Promise<Ended> {
  const { script, outputs = [], thresholds = false, share } = options;
  const args = [
    ...['run', '--quiet', '--no-color', '--log-format', 'raw', '--address', ''],
    ...(thresholds ? [] : ['--no-thresholds']),
    ...(share ? ['--execution-segment', share.segment] : []),
    ...outputs.flatMap((output) => ['--out', output]),
    resolve(script),
  ];
  const asText = (value: number | undefined) => (value === undefined ? '' : String(value));
  const ticking = tick(options);
  try {
    return await runChild(options.k6, args, {
      signal: options.signal,
      openFiles: (options.connections ?? 0) + 4096,
      env: {
        ...withoutK6(process.env),
        ...k6Environment,
        OLYMPUS_URL: options.url,
        OLYMPUS_PLAN: files.plan,
        OLYMPUS_PROTOCOL: options.protocol,
        OLYMPUS_CONNECTIONS: asText(options.connections),
        OLYMPUS_CLIENTS: asText(options.clients),
        OLYMPUS_RATE: asText(options.rate),
        OLYMPUS_DURATION: asText(options.duration && options.duration / 1000),
        OLYMPUS_WARMUP: asText(options.warmup && options.warmup / 1000),
        OLYMPUS_SEED: String(options.seed),
        OLYMPUS_LANES: asText(share?.lanes),
        OLYMPUS_START_AT: asText(share?.startAt),
        OLYMPUS_RESULT: files.report,
        OLYMPUS_HISTOGRAMS: files.histograms,
      },
    });
  } finally {
    clearInterval(ticking);
  }
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
