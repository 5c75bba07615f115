import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { PlanModes, PlanResult } from '../../result/result.ts';
import { type Context, command } from '../command.ts';
import { type DataOptions, dataOptions } from '../options.ts';

type ExplainOptions = DataOptions & {
  plan?: string[];
  html?: string;
  modes?: true;
  statements?: string;
  out: string;
};

export const explain = command<ExplainOptions>(
  'explain [statements...]',
  'plans of the catalogue for whale, median and minnow; or the reading of any EXPLAIN file, or of two side by side',
  {
    options: [
      new Option(
        '--plan <file>',
        'read this file (JSON, text, a log of auto_explain) instead of asking a server; given twice, what changed from the first to the second',
      ).argParser((file: string, before: string[] = []) => [...before, file]),
      new Option('--html <file>', 'write two plans side by side to this file'),
      new Option('--modes', 'also the pages by plan mode: custom, generic and auto'),
      new Option('--statements <dir>', 'folder of statements; scenarios/statements when absent'),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
      ...dataOptions(),
    ],
    example: './olympus explain orders/recent --scale tiny',
    load: async () => {
      const { readCatalogue } = await import('../../scenarios/catalogue.ts');
      return async (context, options, ...names) => {
        if (options.plan) return answerFiles(context, options.plan, options.html);
        if (options.html) throw usage('--html shows two plans.', 'Name them: --plan A.json --plan B.json');
        const catalogue = await readCatalogue(options.statements ? [options.statements] : undefined);
        const known = catalogue.map(({ name }) => name);
        for (const name of names)
          if (!known.includes(name)) throw usage(`There is no statement "${name}".`, suggest(name, known));
        const chosen = names.length > 0 ? catalogue.filter(({ name }) => names.includes(name)) : catalogue;
        const { plans, plansInModes } = await import('../../bench/plans/plans.ts');
        const { runBench } = await import('../run-bench.ts');
        const measure = options.modes ? plansInModes : plans;
        const { result } = await runBench(
          context,
          [measure],
          { ...options, kind: 'explain', suite: 'quick' },
          chosen,
        );
        const { planModes: modes, warnings } = result;
        context.answer(
          { plans: result.plans, ...(modes ? { planModes: modes } : {}), warnings },
          [...result.plans.map(planText), ...(modes ?? []).map(modesText)].join('\n\n'),
        );
        return undefined;
      };
    },
  },
);

/** The reading of one file; of two, what changed. */
async function answerFiles(context: Context, files: readonly string[], page: string | undefined) {
  if (files.length > 2 || (page && files.length < 2))
    throw usage(
      files.length > 2 ? `--plan is given ${files.length} times.` : '--html shows two plans.',
      'Two plans are compared: --plan A.json --plan B.json',
    );
  const { differenceOf, readingOf, readPlanFile } = await import('../plan-file.ts');
  const [first, second] = await Promise.all(files.map(readPlanFile));
  if (!second) {
    const { document, text } = readingOf(first!);
    context.answer(document, text);
    return undefined;
  }
  const { diff, text } = differenceOf(first!, second);
  if (page) {
    const { renderPlanDiffPage } = await import('../../reports/html/plan-diff.ts');
    await writeFile(page, renderPlanDiffPage(diff));
    context.progress.note(`Side by side in ${page}.`);
  }
  const [before, after] = [first!, second].map((file) => readingOf(file).document);
  context.answer({ before, after, diff }, text);
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

const planText = ({ statement, variant, tenantClass, expectation, maxQError, tree }: PlanResult): string => {
  const expected =
    expectation.ok === null ? '' : expectation.ok ? ', as expected' : `, NOT AS EXPECTED: ${expectation.why}`;
  const estimate = maxQError === null ? '' : `, worst q-error ${maxQError.toPrecision(3)}`;
  return `${statement} as ${variant}, ${tenantClass}${expected}${estimate}\n${tree ?? ''}`;
};
