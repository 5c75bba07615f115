import { Option } from 'commander';
import { statementFailed } from '../../analysis/verdict/failed-statements.ts';
import { exitCodes, usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { sentence } from '../../reports/html/section.ts';
import type { PlanModes, PlanResult } from '../../result/result.ts';
import { type Context, command } from '../command.ts';
import { type DataOptions, dataOptions, estimatesOption } from '../options.ts';
import { type NewRunOptions, runOptions } from '../run-options.ts';
import { writePage } from '../write-page.ts';

type ExplainOptions = DataOptions &
  NewRunOptions & {
    estimates?: true;
    plan?: string[];
    all?: true;
    failOn?: 'more-work';
    html?: string;
    modes?: true;
    statements?: string;
  };

export const explain = command<ExplainOptions>(
  'explain [statements...]',
  'plans of the catalogue for whale, median and minnow; or the reading of any EXPLAIN file, or of two side by side',
  {
    options: [
      new Option(
        '--plan <file>',
        'read this file (text, JSON, YAML, XML, from psql, a grid, a mail, a log) instead of asking a server; FILE#2 is its second plan; given twice, what changed from the first to the second',
      ).argParser((file: string, before: string[] = []) => [...before, file]),
      new Option('--all', 'with one --plan: every plan of the file'),
      new Option(
        '--fail-on <verdict>',
        'with two --plan: exit code 1 when the second does more work',
      ).choices(['more-work']),
      new Option('--html <file>', 'write the plans to this file, as one page; two of them side by side'),
      new Option('--modes', 'also the pages by plan mode: custom, generic and auto'),
      new Option('--statements <dir>', 'folder of statements; scenarios/statements when absent'),
      estimatesOption(),
      ...runOptions(),
      ...dataOptions(),
    ],
    example: `./olympus explain orders/recent --scale tiny
  $ printf 'Seq Scan on t  (cost=0.00..1.00 rows=9 width=4)\\n' > plan.txt
  $ ./olympus explain --plan plan.txt --html plan.html
  $ ./olympus explain --plan plan.txt --plan plan.txt --fail-on more-work`,
    load: async () => {
      const { projectCatalogue } = await import('../../project/project-catalogue.ts');
      return async (context, options, ...names) => {
        if (options.plan) return answerFiles(context, options.plan, options);
        if (options.all || options.failOn)
          throw usage(
            `${options.all ? '--all' : '--fail-on'} is about plans in files.`,
            'Name them: --plan plans.log --all, or --plan A.json --plan B.json --fail-on more-work',
          );
        if (options.estimates && options.modes)
          throw usage('--modes counts pages, and --estimates reads none.', 'Leave one of them out.');
        const catalogue = await projectCatalogue({
          ...context.project,
          ...(options.statements && { statements: options.statements }),
        });
        const known = catalogue.map(({ name }) => name);
        for (const name of names)
          if (!known.includes(name)) throw usage(`There is no statement "${name}".`, suggest(name, known));
        const chosen = names.length > 0 ? catalogue.filter(({ name }) => names.includes(name)) : catalogue;
        const { plans, plansInModes } = await import('../../bench/plans/plans.ts');
        const { runBench } = await import('../run-bench.ts');
        const { estimatedPlans } = await import('../../bench/estimates/explain-estimated.ts');
        const measure = options.estimates ? estimatedPlans : options.modes ? plansInModes : plans;
        const { result } = await runBench(
          context,
          [measure],
          { ...options, kind: 'explain', suite: 'quick' },
          chosen,
        );
        const { planModes: modes, warnings } = result;
        if (options.html) {
          const { renderStatementPlansPage } = await import('../../reports/html/plan-page.ts');
          await writePlans(context, options.html, renderStatementPlansPage(result));
        }
        const failed = warnings.filter(({ code }) => code === statementFailed);
        const lacking = warnings.filter(({ code }) => code === 'estimates-lack');
        context.answer(
          { plans: result.plans, ...(modes ? { planModes: modes } : {}), warnings },
          [
            ...result.plans.map(planText),
            ...(modes ?? []).map(modesText),
            ...result.skipped.map(({ part, why, how }) => `skipped ${part}: ${why} ${how}`),
            ...[...failed, ...lacking].map(({ message, advice }) => `${sentence(message)} ${advice}`),
          ].join('\n\n'),
        );
        if (result.skipped.length > 0) return exitCodes.component;
        return failed.length > 0 ? exitCodes.inconclusive : undefined;
      };
    },
  },
);

/** The reading of one file; of two, what changed. */
async function answerFiles(context: Context, files: readonly string[], options: ExplainOptions) {
  const { all, failOn, html } = options;
  if (files.length > 2 || (failOn && files.length < 2))
    throw usage(
      files.length > 2 ? `--plan is given ${files.length} times.` : '--fail-on needs two plans.',
      'Two plans are compared: --plan A.json --plan B.json',
    );
  if (all && files.length > 1) throw usage('--all shows one file.', `Give one: --plan ${files[0]} --all`);
  if (all) return answerAll(context, files[0]!, html);
  const { differenceOf, readingOf, readPlanFile, readPlanOf } = await import('../plan-file.ts');
  const { renderPlanFilesPage } = await import('../../reports/html/plan-page.ts');
  const [first, second] = await Promise.all(files.map(readPlanFile));
  if (!second) {
    const { document, text } = readingOf(first!);
    if (html) await writePlans(context, html, renderPlanFilesPage([readPlanOf(first!)]));
    context.answer(document, text);
    return undefined;
  }
  const { diff, text } = differenceOf(first!, second);
  if (html)
    await writePlans(context, html, renderPlanFilesPage([readPlanOf(first!), readPlanOf(second)], diff));
  const [before, after] = [first!, second].map((file) => readingOf(file).document);
  context.answer({ before, after, diff }, text);
  if (failOn === undefined) return undefined;
  if (first!.plan.blocks === null || second.plan.blocks === null) return exitCodes.inconclusive;
  return diff.verdict === failOn ? exitCodes.regression : exitCodes.done;
}

/** @throws Fault (usage) where the file cannot be written */
async function writePlans(context: Context, file: string, text: string, unread = 0): Promise<void> {
  await writePage(file, text);
  context.progress.note(
    `The plans are in ${file}${unread > 0 ? `; ${unread} could not be read and are not in it` : ''}.`,
  );
}

/** Every plan of a file; those that cannot be read with their place and reason. */
async function answerAll(context: Context, file: string, html: string | undefined) {
  const { readAllPlans, readingOf, readPlanOf } = await import('../plan-file.ts');
  const all = await readAllPlans(file);
  if (html) {
    const { renderPlanFilesPage } = await import('../../reports/html/plan-page.ts');
    const read = all.flatMap((one) => ('why' in one ? [] : [readPlanOf(one)]));
    const unread = all.length - read.length;
    await writePlans(context, html, renderPlanFilesPage(read), unread);
  }
  const plans = all.map((one) => {
    if ('why' in one) return { document: one, text: `${one.name} cannot be read: ${one.why}` };
    const { document, text } = readingOf(one);
    return { document: { name: one.name, ...document }, text: `${one.name}\n${text}` };
  });
  context.answer(
    { plans: plans.map(({ document }) => document) },
    plans.map(({ text }) => text).join('\n\n'),
  );
  return undefined;
}

const modesText = ({ statement, skew, tenants }: PlanModes): string =>
  [
    `${statement}: skew sensitivity ${skew === null ? 'not measured' : `${Number(skew.toPrecision(3))}x`}`,
    ...tenants.map(
      ({ tenantClass, pages, chosen }) =>
        `  ${tenantClass}: ${pages.custom ?? '?'} pages custom, ${pages.generic ?? '?'} generic, ${pages.auto ?? '?'} auto${chosen ? ` (${chosen})` : ''}`,
    ),
  ].join('\n');

const planText = (plan: PlanResult): string => {
  const { statement, variant, tenantClass, expectation, maxQError, tree } = plan;
  if (plan.estimated)
    return `${statement} as ${variant}, ${tenantClass}, estimated: cost ${plan.estimatedCost}, ${plan.estimatedRows} rows\n${tree ?? ''}`;
  const expected =
    expectation.ok === null ? '' : expectation.ok ? ', as expected' : `, NOT AS EXPECTED: ${expectation.why}`;
  const estimate = maxQError === null ? '' : `, worst q-error ${maxQError.toPrecision(3)}`;
  return `${statement} as ${variant}, ${tenantClass}${expected}${estimate}\n${tree ?? ''}`;
};
