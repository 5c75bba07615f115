import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { PlanResult } from '../result/result.ts';
import { command } from './command.ts';
import { type DataOptions, dataOptions } from './options.ts';

type ExplainOptions = DataOptions & { plan?: string; statements?: string; out: string };

export const explain = command<ExplainOptions>(
  'explain [statements...]',
  'plans of the catalogue for whale, median and minnow; or the reading of any EXPLAIN (FORMAT JSON) file',
  {
    options: [
      new Option('--plan <file>', 'read this file instead of asking a server'),
      new Option('--statements <dir>', 'folder of statements; scenarios/statements when absent'),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
      ...dataOptions(),
    ],
    example: './olympus explain orders/recent --scale tiny',
    load: async () => {
      const { readCatalogue } = await import('../scenarios/catalogue.ts');
      return async (context, options, ...names) => {
        if (options.plan) {
          const { readingOf } = await import('./plan-file.ts');
          const { document, text } = readingOf(options.plan, await contentOf(options.plan));
          context.answer(document, text);
          return undefined;
        }
        const catalogue = await readCatalogue(options.statements ? [options.statements] : undefined);
        const known = catalogue.map(({ name }) => name);
        for (const name of names)
          if (!known.includes(name)) throw usage(`There is no statement "${name}".`, suggest(name, known));
        const chosen = names.length > 0 ? catalogue.filter(({ name }) => names.includes(name)) : catalogue;
        const { plans } = await import('../bench/plans/plans.ts');
        const { runBench } = await import('./run-bench.ts');
        const { result } = await runBench(context, [plans], { ...options, suite: 'quick' }, chosen);
        context.answer(
          { plans: result.plans, warnings: result.warnings },
          result.plans.map(planText).join('\n\n'),
        );
        return undefined;
      };
    },
  },
);

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(
      `Cannot read ${file}: ${(error as Error).message}`,
      'Name a file with the output of EXPLAIN.',
      error,
    );
  }
}

const planText = ({ statement, variant, tenantClass, expectation, maxQError, tree }: PlanResult): string => {
  const expected =
    expectation.ok === null ? '' : expectation.ok ? ', as expected' : `, NOT AS EXPECTED: ${expectation.why}`;
  const estimate = maxQError === null ? '' : `, worst q-error ${maxQError.toPrecision(3)}`;
  return `${statement} as ${variant}, ${tenantClass}${expected}${estimate}\n${tree ?? ''}`;
};
