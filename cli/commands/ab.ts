import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import type { SuiteName } from '../../config/suites.ts';
import { falseAlarmSentence } from '../../reports/false-alarms.ts';
import type { ComparisonResult, Result } from '../../result/result.ts';
import { command } from '../command.ts';
import { type DataOptions, dataOptions, estimatesOption } from '../options.ts';
import { type NewRunOptions, runOptions } from '../run-options.ts';
import { suiteOption } from '../suite-option.ts';

type AbOptions = DataOptions &
  NewRunOptions & {
    estimates?: true;
    a?: string[];
    b?: string[];
    aa?: boolean;
    only?: string;
    suite: string;
  };

export const ab = command<AbOptions>('ab', 'two variants compared on identical data: results, pages, time', {
  options: [
    new Option(
      '--a <variant...>',
      'what A is: sql:, set:, migrations:, rls:, via:, pg:; the base by default',
    ),
    new Option('--b <variant...>', 'what B is; several changes at once'),
    new Option('--aa', 'self-test: the same build twice; prints the false alarms'),
    new Option('--only <statements>', 'statements or their groups, by comma'),
    estimatesOption(),
    suiteOption(),
    ...runOptions(),
    ...dataOptions(),
  ],
  example: './olympus ab --b "sql:DROP INDEX core.idx_products_listing" --only products --scale tiny',
  load: async () => {
    const { parseSide } = await import('../../bench/variant/parse.ts');
    const { comparisonMeasure } = await import('../../bench/compare/compare.ts');
    const { selectStatements } = await import('../../bench/compare/select.ts');
    const { falseAlarmRecord } = await import('../../bench/compare/false-alarm-record.ts');
    const { cacheFolder } = await import('../../infra/setup/cache-folder.ts');
    const { projectCatalogue } = await import('../../project/project-catalogue.ts');
    const { answerRun } = await import('../answer-run.ts');
    const { runBench } = await import('../run-bench.ts');
    return async (context, options) => {
      if (options.aa ? options.b : !options.b)
        throw usage(
          options.aa
            ? '--aa compares A with itself: it takes no --b.'
            : 'There is nothing to compare with: --b is missing.',
          'For example: ./olympus ab --b set:work_mem=64MB, or ./olympus ab --aa',
        );
      if (options.aa && options.estimates)
        throw usage('--aa is about noise, and estimates have none.', 'Leave one of them out.');
      const a = await parseSide(options.a ?? []);
      const b = options.aa ? a : await parseSide(options.b!);
      const catalogue = selectStatements(await projectCatalogue(context.project), options.only);
      const { estimatedComparison } = await import('../../bench/estimates/compare-estimated.ts');
      const measure = options.estimates
        ? estimatedComparison(a, b)
        : comparisonMeasure({ a, b, record: falseAlarmRecord(cacheFolder(context.cache)) });
      const run = await runBench(
        context,
        [measure],
        { ...options, kind: 'ab', suite: options.suite as SuiteName },
        catalogue,
      );
      return answerRun(context, run, rowsOf(run.result));
    };
  },
});

/** What decides and what changed; the rest is in the report. */
function rowsOf({ comparison, falseAlarms, warnings }: Result): string[] {
  if (comparison.some(({ estimated }) => estimated)) return estimatedRows(comparison, warnings);
  const shown = comparison.filter(
    ({ role, verdict }) => role !== 'advisory' || (verdict !== 'pass' && verdict !== 'inconclusive'),
  );
  return [
    falseAlarmSentence(falseAlarms ?? null),
    ...shown.map(rowText),
    ...(comparison.length > shown.length
      ? [
          `${comparison.length - shown.length} more metrics, which do not decide and did not clearly change, are in the report.`,
        ]
      : []),
    ...warnings.map(({ message, advice }) => `${message} ${advice}`),
  ].map((line) => `  ${line}`);
}

function estimatedRows(comparison: readonly ComparisonResult[], warnings: Result['warnings']): string[] {
  const figure = (value: number | null) => (value === null ? '' : ` ${Number(value.toPrecision(4))}`);
  return [
    ...comparison.map(({ metric, a, b }) => (a === null ? metric : `${metric}:${figure(a)} →${figure(b)}`)),
    comparison[0]!.why ?? '',
    ...warnings.map(({ message, advice }) => `${message} ${advice}`),
  ].map((line) => `  ${line}`);
}

function rowText(row: ComparisonResult): string {
  const { metric, a, b, ratio, low, high, verdict, role, pairs, unit, why } = row;
  const figure = (value: number | null) => (value === null ? '–' : String(Number(value.toPrecision(4))));
  const interval =
    unit === 'pages' || low === null || high === null
      ? ''
      : ` [${low.toFixed(3)}, ${high.toFixed(3)}], ${pairs} pairs`;
  const times = ratio === null ? '' : `, B/A ${ratio.toFixed(3)}${interval}`;
  const advisory = role === 'advisory' ? ' (advisory)' : '';
  const reason = ratio === null && why ? `. ${why}` : '';
  return `${verdict}${advisory}: ${metric} ${figure(a)} → ${figure(b)}${times}${reason}`;
}
