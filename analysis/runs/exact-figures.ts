import type { PlanResult, Result } from '../../result/result.ts';

/** A figure that repeats: the same data and the same plan give the same number. */
export interface ExactFigure {
  readonly metric: string;
  /** What it is one of, in the plural. */
  readonly kind: string;
  readonly unit: string;
  readonly value: number;
  /** A tenth and three more are no difference yet: pages move a little between two loads of the same data. */
  readonly coarse: boolean;
}

/** Pages of plans, lists and nights, WAL of writes, foreign rows, rows that readers miss or see twice. */
export function exactFigures(result: Result): ExactFigure[] {
  const figures: (Omit<ExactFigure, 'value'> & { readonly value: number | null })[] = [
    ...result.plans.map((plan) => ({
      metric: `${planName(plan)}, pages`,
      ...{ kind: 'plans', unit: 'pages', coarse: true, value: pagesOf(plan) },
    })),
    ...result.pagination.map(({ statement, method, form, tenantClass, depth, buffers }) => ({
      metric: `${statement} ${form ?? method} ${tenantClass} at ${depth}, pages`,
      ...{ kind: 'pages of lists', unit: 'pages', coarse: true, value: buffers },
    })),
    ...result.index.flatMap(({ change, writePrice }) =>
      (['walBytesPerInsert', 'walBytesPerUpdate'] as const).map((key) => ({
        metric: `${change}, ${key === 'walBytesPerInsert' ? 'WAL per insert' : 'WAL per update'}`,
        ...{ kind: 'write prices', unit: 'B', coarse: true, value: writePrice[key] },
      })),
    ),
    ...(result.nightly?.metrics ?? [])
      .filter(({ exact, unit }) => exact && unit === 'pages')
      .map(({ metric, head }) => ({
        metric: `head of the night: ${metric}`,
        ...{ kind: 'statements of a night', unit: 'pages', coarse: true, value: head },
      })),
    {
      metric: 'rows of another tenant',
      ...{ kind: 'leaks', unit: 'rows', coarse: false, value: result.rls?.leaks.foreignRows ?? null },
    },
  ];
  return figures.filter((figure): figure is ExactFigure => figure.value !== null);
}

const pagesOf = ({ buffers: { hit, read } }: PlanResult) =>
  hit === null || read === null ? null : hit + read;

export const planName = ({ statement, variant, tenantClass }: PlanResult): string =>
  `${statement} as ${variant}, ${tenantClass}`;

export const shapesOf = ({ plans }: Pick<Result, 'plans'>): Map<string, PlanResult> =>
  new Map(plans.map((plan) => [planName(plan), plan]));

/** How many plans both runs have. */
export function plansOf(a: Result, b: Result): number {
  const names = shapesOf(a);
  return b.plans.filter((plan) => names.has(planName(plan))).length;
}
