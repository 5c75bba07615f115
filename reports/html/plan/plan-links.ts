import { planAnchor } from '../../../result/plan-anchor.ts';
import type { Result } from '../../../result/result.ts';
import { html } from '../html.ts';
import type { Cell } from '../table.ts';
import { shownPlans } from './shown-plans.ts';

/** Leads from wherever a statement is named to its plans on the same page. */
export interface PlanLinks {
  /** The name of a statement as a link to its plan for these tenants, else to all its plans; plain where it has none. */
  statement(name: string, tenantClass?: string | null): Cell;
  /** As `statement`, to the plan of one role. */
  plan(key: { statement: string; tenantClass: string; variant: string }): Cell;
  /** Addresses by the name of a statement, for the labels of a chart. */
  byLabel(names: readonly string[]): ReadonlyMap<string, string>;
}

export function planLinks({ plans }: Pick<Result, 'plans'>): PlanLinks {
  const shown = shownPlans(plans);
  const anchors = new Set(shown.map(planAnchor));
  const names = new Set(shown.map(({ statement }) => statement));
  const address = (name: string, tenantClass?: string | null): string | null => {
    if (!names.has(name)) return null;
    const exact = planAnchor({ statement: name, tenantClass: tenantClass ?? '', variant: 'app' });
    return `#${anchors.has(exact) ? exact : `statement/${name.replaceAll(/\s+/g, '-')}`}`;
  };
  const link = (name: string, to: string | null): Cell => ({
    show: to === null ? name : html`<a href="${encodeURI(to.toWellFormed())}">${name}</a>`,
  });
  return {
    statement: (name, tenantClass) => link(name, address(name, tenantClass)),
    plan: (key) => link(key.statement, anchors.has(planAnchor(key)) ? `#${planAnchor(key)}` : null),
    byLabel: (labels) =>
      new Map(
        labels.flatMap((label) => {
          const to = address(label);
          return to === null ? [] : [[label, to] as const];
        }),
      ),
  };
}
