import { Option } from 'commander';
import { duration } from '../../config/duration.ts';
import { usage } from '../../config/fault.ts';
import type { SuiteName } from '../../config/suites.ts';
import type { IndexForm, IndexResult, Result, WritePrice } from '../../result/result.ts';
import { command } from '../command.ts';
import { type DataOptions, dataOptions, estimatesOption, integer } from '../options.ts';
import { type NewRunOptions, runOptions } from '../run-options.ts';
import { suiteOption } from '../suite-option.ts';

type IndexOptions = DataOptions &
  NewRunOptions & {
    estimates?: true;
    drop?: string[];
    only?: string;
    budget: string;
    candidates: string;
    suite: string;
  };

export const indexChange = command<IndexOptions>(
  'index [ddl...]',
  'an index change judged: who gains, who loses, what a write costs; `index advise` finds and judges candidates',
  {
    options: [
      new Option('--drop <name...>', 'indexes to drop, by name'),
      new Option(
        '--only <statements>',
        'statements or their groups, by comma, that are listed (advise: whose plans are looked at); every statement that can touch the table is judged',
      ),
      new Option('--budget <time>', 'advise: start no further candidate after this time').default('5m'),
      new Option('--candidates <n>', 'advise: how many candidates are measured at most').default('24'),
      estimatesOption(),
      suiteOption(),
      ...runOptions(),
      ...dataOptions(),
    ],
    example: './olympus index "CREATE INDEX ON core.orders (organization_id, total_cents)" --scale tiny',
    load: async () => {
      const { adviseMeasure } = await import('../../bench/index/advise.ts');
      const { indexMeasure } = await import('../../bench/index/index-change.ts');
      const { readDdl } = await import('../../bench/index/ddl.ts');
      const { selectStatements } = await import('../../bench/compare/select.ts');
      const { projectCatalogue } = await import('../../project/project-catalogue.ts');
      const { answerRun } = await import('../answer-run.ts');
      const { runBench } = await import('../run-bench.ts');
      return async (context, options, ...ddl) => {
        const drop = options.drop ?? [];
        const advising = ddl[0] === 'advise';
        if (advising && (ddl.length > 1 || drop.length > 0))
          throw usage('advise finds the changes itself: it takes no DDL and no --drop.', 'Leave them out.');
        if (ddl.length + drop.length === 0)
          throw usage(
            'No change of an index is given.',
            'Give a CREATE INDEX statement, --drop NAME, or advise.',
          );
        if (!advising) for (const text of ddl) readDdl(text); // what is no index change is refused before any server is started
        const catalogue = await projectCatalogue(context.project);
        const chosen = selectStatements(catalogue, options.only);
        const listed = options.only ? new Set(chosen.map(({ name }) => name)) : undefined;
        const bounds = {
          budget: duration('--budget', options.budget),
          candidates: integer('--candidates', options.candidates, 1, 100),
          only: listed,
        };
        const { estimatedAdviceMeasure } = await import('../../bench/estimates/advise-estimated.ts');
        const { estimatedIndexMeasure } = await import('../../bench/estimates/index-estimated.ts');
        const [advise, judge] = options.estimates
          ? [estimatedAdviceMeasure, estimatedIndexMeasure]
          : [adviseMeasure, indexMeasure];
        const measure = advising ? advise(bounds) : judge({ ddl, drop, listed });
        const run = await runBench(
          context,
          [measure],
          { ...options, kind: 'index', suite: options.suite as SuiteName },
          catalogue,
        );
        return answerRun(
          context,
          run,
          advising
            ? adviceText(run.result)
            : [...run.result.index.flatMap(textOf), ...lackingText(run.result)],
        );
      };
    },
  },
);

const shown = [
  'candidate-refused',
  'candidate-beaten',
  'candidates-left',
  'candidates-too-small',
  'no-candidates',
];

/** One line a candidate: what is proposed, then what was measured and is not. */
function adviceText({ index, warnings }: Result): string[] {
  if (index.some(({ estimated }) => estimated)) return estimatedAdviceText(index, warnings);
  const titled = (title: string, verdict: IndexResult['verdict']) => {
    const own = index.filter((one) => one.verdict === verdict);
    return own.length === 0 ? [] : [`  ${title}:`, ...own.flatMap(candidateLines)];
  };
  return [
    ...titled('Proposed', 'keep'),
    ...titled('To be decided', 'depends'),
    ...titled('Measured, and nothing can be said', 'cannot-say'),
    ...titled('Measured and not proposed', 'do-not'),
    ...warnings
      .filter(({ code }) => shown.includes(code))
      .map(({ message, advice }) => `  ${message} ${advice}`),
  ];
}

function estimatedAdviceText(index: readonly IndexResult[], warnings: Result['warnings']): string[] {
  const titled = (title: string, own: readonly IndexResult[]) =>
    own.length === 0 ? [] : [`  ${title}:`, ...own.flatMap(candidateLines)];
  const gains = index.filter(({ helped, regressed }) => helped.length > 0 && regressed.length === 0);
  const dearer = index.filter(({ regressed }) => regressed.length > 0);
  const nothing = index.filter((one) => !gains.includes(one) && !dearer.includes(one));
  return [
    ...titled('Estimated to make reads cheaper, not measured', gains),
    ...titled('Estimated to change the cost of no statement, not measured', nothing),
    ...titled('Estimated to make a statement dearer', dearer),
    ...warnings
      .filter(({ code }) => ['candidates-left', 'no-candidates', 'estimates-lack'].includes(code))
      .map(({ message, advice }) => `  ${message} ${advice}`),
  ];
}

const candidateLines = ({ change, answer, candidate }: IndexResult): string[] =>
  [`${change}`, `  ${answer}`, `  tried because ${candidate?.why}`].map((text) => `    ${text}`);

function estimatedText({
  answer,
  helped,
  regressed,
  unchanged,
  estimates = [],
  notes = [],
}: IndexResult): string[] {
  const figure = (value: number) => String(Number(value.toPrecision(4)));
  return [
    answer ?? '',
    `estimated cheaper: ${helped.join(', ') || 'none'}; estimated dearer: ${regressed.join(', ') || 'none'}; estimated the same: ${unchanged.length}`,
    ...estimates.map(
      ({ statement, tenantClass, before, after, indexes }) =>
        `  ${statement} ${tenantClass}: estimated cost ${figure(before)} → ${figure(after)}${indexes.length > 0 ? `, by ${indexes.join(', ')}` : ''}`,
    ),
    ...notes,
  ].map((line) => `  ${line}`);
}

/** What an estimate did not know. */
const lackingText = ({ warnings }: Result): string[] =>
  warnings
    .filter(({ code }) => code === 'estimates-lack')
    .map(({ message, advice }) => `  ${message} ${advice}`);

function textOf(result: IndexResult): string[] {
  if (result.estimated) return estimatedText(result);
  const {
    answer,
    helped,
    regressed,
    unchanged,
    statements = [],
    notes = [],
    locks = [],
    writeNotes = [],
    forms = [],
    hypothetical,
  } = result;
  const size = result.sizeBytes === null ? '–' : `${(result.sizeBytes / 1024).toFixed(0)} kB`;
  return [
    answer ?? '',
    `helped: ${helped.join(', ') || 'none'}; regressed: ${regressed.join(', ') || 'none'}; unchanged: ${unchanged.length}`,
    ...statements.map(
      ({ statement, tenantClass, before, after, indexes, time }) =>
        `  ${statement} ${tenantClass}: ${before} → ${after} pages${timeText(time)}${indexes.length > 0 ? `, by ${indexes.join(', ')}` : ''}`,
    ),
    ...priceText(result.writePriceBefore, result.writePrice),
    `size ${size}, built in ${result.buildMs === null ? '–' : `${result.buildMs.toFixed(0)} ms`}; ${locks.join('; ')}`,
    ...forms.map(formText),
    ...(hypothetical
      ? [
          hypothetical.usedBy
            ? `HypoPG: would be used by ${hypothetical.usedBy.join(', ') || 'none'}. ${hypothetical.why}`
            : hypothetical.why,
        ]
      : []),
    ...notes,
    ...writeNotes,
  ].map((line) => `  ${line}`);
}

function timeText(time: NonNullable<IndexResult['statements']>[number]['time']): string {
  if (!time) return '';
  const figure = (value: number) => String(Number(value.toPrecision(3)));
  const of = time.clock === 'cpu' ? 'CPU' : 'by the wall';
  const interval =
    time.low === null || time.high === null
      ? ''
      : ` (${figure(time.ratio ?? 1)} [${figure(time.low)}, ${figure(time.high)}])`;
  return `, ${figure(time.beforeMs)} → ${figure(time.afterMs)} ms ${of}${interval}`;
}

function formText({ form, ms, steps, locks, writeWaitMs, readWaitMs }: IndexForm): string {
  const how =
    form === 'plain' ? 'built again, plain' : `CONCURRENTLY${steps > 1 ? `, ${steps} statements` : ''}`;
  const waits = `a write waited ${writeWaitMs.toFixed(0)} ms at most, a read ${readWaitMs.toFixed(0)} ms`;
  return `${how}: ${ms.toFixed(0)} ms, ${waits}; ${locks.join('; ') || 'too short for its locks to be seen'}`;
}

function priceText(before: WritePrice | undefined, after: WritePrice): string[] {
  const figure = (value: number | null | undefined, unit: string) =>
    value === null || value === undefined ? '–' : `${value.toFixed(0)} ${unit}`;
  const line = (what: string, key: keyof WritePrice, unit: string) =>
    `${what}: ${figure(before?.[key], unit)} → ${figure(after[key], unit)}`;
  return [
    line('WAL per insert', 'walBytesPerInsert', 'B'),
    `${line('WAL per update', 'walBytesPerUpdate', 'B')}, ${line('HOT', 'hotPct', '%')}`,
    `${line('WAL per update of an indexed column', 'walBytesPerIndexedUpdate', 'B')}, ${line('HOT', 'hotPctIndexed', '%')}`,
  ];
}
