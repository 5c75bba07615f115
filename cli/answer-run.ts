import { exitCodes } from '../config/fault.ts';
import { headlineFigures } from '../reports/headline-figures.ts';
import { sentence } from '../reports/html/section.ts';
import { partsThatDoNot, partsThatHold } from '../reports/part-words.ts';
import type { Readiness, Result, Verdict } from '../result/result.ts';
import type { Context } from './command.ts';

/**
 * Prints a run's verdict and where its report is, and returns the exit code that the verdict stands for.
 * @param headline what was asked for, answered; the verdict's own word by default
 */
export function answerRun(
  context: Context,
  { result, directory }: { result: Result; directory: string },
  details: readonly string[] = [],
  headline: string = result.verdict.answer ?? result.verdict.status.toUpperCase(),
): number {
  const { status } = result.verdict;
  context.answer(result, runText({ result, directory }, details, headline));
  if (result.warnings.some(({ code }) => code === 'disk-full')) return exitCodes.component;
  if (status === 'regression' || status === 'objective-missed') return exitCodes.regression;
  if (result.skipped.some(({ applies }) => applies !== false)) return exitCodes.component;
  return status === 'pass' ? exitCodes.done : exitCodes.inconclusive;
}

/** What a run says on a terminal: its verdict and why, the figures looked for first, the worst findings, its report. */
export function runText(
  { result, directory }: { result: Result; directory: string },
  details: readonly string[] = [],
  headline: string = result.verdict.answer ?? result.verdict.status.toUpperCase(),
): string {
  return [
    `${headline}${result.run.complete ? '' : ' (incomplete)'}`,
    ...(result.readiness ? readinessText(result.readiness) : []),
    ...partsText(result.verdict),
    ...result.verdict.reasons.map((reason) => `  ${reason}`),
    ...figuresText(result),
    ...details,
    ...findingsText(result),
    ...result.skipped.map(
      ({ part, why, how, applies }) =>
        `  ${applies === false ? 'absent' : 'skipped'} ${part}: ${sentence(why)} ${how}`,
    ),
    `Report: ${directory}/index.html`,
  ].join('\n');
}

/** Which parts hold and which do not, and what to do next; nothing where there is but one answer. */
function partsText(verdict: Verdict): string[] {
  const holds = partsThatHold(verdict);
  return [
    ...(holds ? [`  Holds: ${holds}.`] : []),
    ...partsThatDoNot(verdict)
      .filter(({ word }) => word !== 'skipped')
      .map(
        ({ part, word, remedy }) =>
          `  Does not hold: ${part} (${word}).${remedy === null ? '' : ` Next: ${remedy}`}`,
      ),
  ];
}

const figuresText = (result: Result): string[] =>
  headlineFigures(result).map(({ name, value, beside, doubt }) =>
    `  ${name}: ${value}${beside && ` (${beside})`}${doubt ? `, ${doubt}` : ''}`.replaceAll('\u00a0', ' '),
  );

const maxFindings = 3;

/** The worst of those that are not accepted; the report has all. */
function findingsText({ findings = [] }: Result): string[] {
  const open = findings.filter(({ known }) => known === undefined);
  if (open.length === 0) return [];
  const left = open.length - maxFindings;
  return [
    `Findings, worst first${left > 0 ? ` (${left} more in the report)` : ''}:`,
    ...open.slice(0, maxFindings).map(({ sentence }, at) => `  ${at + 1}. ${sentence}`),
  ];
}

const words = { ready: 'READY', 'not-ready': 'NOT READY', 'cannot-say': 'CANNOT SAY' } as const;

const readinessText = ({ status, answer, obstacles }: Readiness): string[] => [
  `Release: ${words[status]}. ${answer}`,
  ...(obstacles.length > 0 ? ['What would make it pass:'] : []),
  ...obstacles.map(({ what, kind, remedy }) => `  ${what} (${kind}): ${remedy}`),
];
