import { mkdir } from 'node:fs/promises';
import { compareRuns, type Ground, type RunComparison } from '../analysis/runs/compare-runs.ts';
import { emptyResult } from '../bench/empty-result.ts';
import { differences, fingerprintInput } from '../bench/host/fingerprint.ts';
import { exitCodes, usage } from '../config/fault.ts';
import { quantity, ratio } from '../reports/format.ts';
import { sentence } from '../reports/html/section.ts';
import { redactAll } from '../reports/redact.ts';
import { readRun } from '../reports/run-directory.ts';
import { writeReports, writeResult } from '../reports/write-run.ts';
import type { ComparisonResult, Result } from '../result/result.ts';
import type { Context } from './command.ts';
import { writePage } from './write-page.ts';

export interface CompareOptions {
  cross?: boolean;
  write?: string;
  html?: string;
  out: string;
}

/** @throws Fault (usage) for runs that cannot be read, and for unequal fingerprints without --cross */
export async function compareStored(
  context: Context,
  { cross, write, html, out }: CompareOptions,
  runA = '',
  runB = '',
): Promise<number> {
  const [a, b] = [(await readRun(out, runA)).result, (await readRun(out, runB)).result];
  if (a.run.id === b.run.id) throw usage(`${runA} and ${runB} are one and the same run.`, 'Name two runs.');
  const ground = groundOf(a, b);
  if (ground.kind === 'cross' && !cross)
    throw usage(
      `The runs cannot be compared, because their fingerprints differ: ${ground.parts.join('; ')}.`,
      'Measure both on the same machine, version, settings and data; or give --cross, and every figure is labelled.',
    );
  const { unlike, compared, ...sections } = compareRuns(a, b, ground, cross);
  const rest = [...compared].filter((part) => part !== 'dataset');
  if (unlike.length > 0 && rest.length === 0)
    throw usage(
      `The runs cannot be compared: ${unlike.map(({ what, why }) => `${what}: ${why}`).join('; ')}.`,
      'Measure both alike; or give --cross, and every row says what differs.',
    );
  const result = document(a, b, sections);
  if (write !== undefined) {
    await mkdir(write, { recursive: true });
    await writeReports(write, await writeResult(write, result));
  }
  if (html !== undefined) await writeBoth(html, result, a, b);
  context.answer(result, textOf(result, html ?? (write === undefined ? undefined : `${write}/index.html`)));
  const { status } = result.verdict;
  if (status === 'regression' || status === 'objective-missed') return exitCodes.regression;
  return status === 'pass' ? exitCodes.done : exitCodes.inconclusive;
}

/** Both runs and what moved between them, on one page. @throws Fault (usage) for a file that cannot be written */
async function writeBoth(file: string, result: Result, a: Result, b: Result): Promise<void> {
  const { renderHtml } = await import('../reports/html/report.ts');
  const { twoRuns } = await import('../reports/html/two-runs.ts');
  await writePage(file, renderHtml(redactAll(result), null, twoRuns(redactAll(a), redactAll(b))));
}

function groundOf(a: Result, b: Result): Ground {
  const { fingerprint: x } = a.environment;
  const { fingerprint: y } = b.environment;
  if (x === y && x !== '') return { kind: 'equal' };
  const input = ({ environment, dataset }: Result) => fingerprintInput(environment, dataset?.digest ?? null);
  const parts = differences(input(a), input(b));
  if (parts.length > 0) return { kind: 'cross', parts };
  const why =
    x === '' || y === '' ? 'a run ended before its environment was read' : 'in a part that is not kept';
  return { kind: 'cross', parts: [why] };
}

/** The comparison as a result of its own, so that every format can show it. */
function document(
  a: Result,
  b: Result,
  { warnings, ...sections }: Omit<RunComparison, 'unlike' | 'compared'>,
): Result {
  const facts = {
    id: `${a.run.id}..${b.run.id}`,
    startedAt: b.run.startedAt,
    kind: 'compare' as const,
    suite: 'compare',
    command: `./olympus compare ${a.run.id} ${b.run.id}`,
  };
  const empty = emptyResult(facts);
  return {
    ...empty,
    ...sections,
    run: { ...empty.run, finishedAt: b.run.finishedAt, complete: a.run.complete && b.run.complete },
    environment: b.environment,
    dataset: b.dataset,
    warnings,
  };
}

/** Rows of the terminal; the report has all. */
const maxRows = 40;

function textOf({ verdict, comparison, warnings, run }: Result, page: string | undefined): string {
  const told = comparison.filter(({ verdict: judged }) => judged !== 'not judged');
  const alike = comparison.length - told.length;
  return [
    `${verdict.status.toUpperCase()}${run.complete ? '' : ' (a run is incomplete)'}`,
    ...verdict.reasons.map((reason) => `  ${reason}`),
    ...told.slice(0, maxRows).map((row) => `  ${rowText(row)}`),
    ...(told.length > maxRows ? [`  ${told.length - maxRows} more rows: --json, or --write DIR.`] : []),
    ...(alike > 0
      ? [`  ${alike} figures that only advise did not move by half: --json, or --write DIR.`]
      : []),
    ...warnings.map(({ message, advice }) => `  ${sentence(message)} ${advice}`),
    ...(page === undefined ? [] : [`Report: ${page}`]),
  ].join('\n');
}

function rowText({ metric, a, b, ratio: times, unit = '', verdict, why }: ComparisonResult): string {
  if (a === null || b === null) return `${verdict}: ${metric}. ${why ?? ''}`.trim();
  return `${verdict}: ${metric} ${quantity(a, unit)} → ${quantity(b, unit)}${times === null ? '' : ` (${ratio(times)})`}`;
}
