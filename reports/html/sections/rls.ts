import { isInForce, policyForms, policyInForce, policyOfProject } from '../../../result/policy-forms.ts';
import type { RlsOverhead, RlsResult } from '../../../result/result.ts';
import { count, duration, figure, rate, ratio } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import { mark, markCell } from '../mark.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { type Cell, column, figures, number, table } from '../table.ts';
import { waysPast } from './rls-attacks.ts';
import { policyFindings } from './rls-findings.ts';

export const rls: Section = {
  id: 'rls',
  title: 'Row-level security',
  content: (result) => {
    if (!result.rls) return absent(result, ['rls'], notAsked('rls'));
    const { overhead, leaks, findings, attacks = [] } = result.rls;
    const links = planLinks(result);
    const leaked = attacks.filter(({ outcome }) => outcome === 'leaked').length;
    return data(
      `${leaks.rows === 0 ? 'No row was checked for its tenant' : leaks.foreignRows === 0 ? 'No tenant saw a row of another' : `${count(leaks.foreignRows)} rows of other tenants were seen`}${leaked > 0 ? `; ${count(leaked)} ways past the policies got through` : ''}; ${dearest(overhead)}`,
      html`${formsOf(overhead)}
${overhead.length > 0 && forest(overhead, links)}
${keptFromIndex(overhead, links)}
${findings && findings.length > 0 && policyFindings(findings)}
${leakCheck(leaks, links)}
${attacks.length > 0 && waysPast(attacks)}`,
    );
  },
};

/** The form in force first: what the others cost is only of use beside it. */
function dearest(overhead: readonly RlsOverhead[]): string {
  const known = overhead.filter((each) => each.ratio !== null).toSorted((a, b) => b.ratio! - a.ratio!);
  if (known.length === 0) return 'what the policies cost was not measured.';
  const worst = known.find(({ variant }) => isInForce(variant));
  const others = [...new Set(known.map(({ variant }) => variant))]
    .filter((variant) => !isInForce(variant))
    .map((variant) => known.find((each) => each.variant === variant)!);
  const words = ({ statement, ratio: times, tenantClass }: RlsOverhead) =>
    `${statement} at ${ratio(times!)} the owner’s time (${tenantClass})`;
  return [
    worst
      ? `under ${worst.variant === policyOfProject ? 'the policies in force' : `the form in force, “${worst.variant}”,`} the dearest statement is ${words(worst)}`
      : 'the form in force was not measured',
    ...others.map((other) => `under “${other.variant}” ${words(other)}`),
  ]
    .join('; ')
    .concat('.');
}

/** What each form is that was measured; one of a project's own speaks for itself. */
function formsOf(overhead: readonly RlsOverhead[]): Html | false {
  const measured = [...new Set(overhead.map(({ variant }) => variant))].filter((form) => policyForms[form]);
  if (measured.length === 0) return false;
  return html`<dl class="terms">${measured.map((form) => html`<div><dt>${form}${form === policyInForce && ' (in force)'}</dt><dd>${policyForms[form]}.</dd></div>`)}</dl>`;
}

/** One class of tenants is drawn (the first measured); the table has all. */
function forest(overhead: readonly RlsOverhead[], links: PlanLinks) {
  const tenant = overhead[0]!.tenantClass;
  const shown = overhead.filter(({ tenantClass }) => tenantClass === tenant);
  const rows = [...new Set(shown.map(({ statement }) => statement))];
  const variants = [...new Set(shown.map(({ variant }) => variant))].toSorted(
    (a, b) => Number(isInForce(b)) - Number(isInForce(a)),
  );
  return figureOf({
    id: 'rls-forest',
    title: `Time under each policy against the owner’s (${tenant})`,
    description:
      'Ratio of the time under row-level security to the owner’s with an explicit filter, with its confidence interval. The line at 1× means no overhead; an interval that crosses it shows none.',
    links: links.byLabel(rows),
    chart: {
      kind: 'dots',
      rows,
      x: { title: 'time against the owner with a filter (logarithmic)', log: true, tick: ratio },
      reference: 1,
      series: variants.map((variant) => ({
        name: variant,
        dots: shown
          .filter((each) => each.variant === variant && each.ratio !== null)
          .map((each) => ({
            row: rows.indexOf(each.statement),
            x: each.ratio!,
            low: each.low,
            high: each.high,
          })),
      })),
    },
    data: overheadTable(overhead, links),
  });
}

const overheadTable = (overhead: readonly RlsOverhead[], links: PlanLinks) =>
  table(
    'rls-table',
    'Overhead of each policy',
    [
      column('Statement', (each: RlsOverhead) => links.statement(each.statement, each.tenantClass)),
      column('Policy', (each: RlsOverhead) => each.variant),
      column('Tenant', (each: RlsOverhead) => each.tenantClass),
      figures<RlsOverhead>('Ratio', (each) => number(each.ratio, ratio, each.why)),
      figures<RlsOverhead>('From', ({ low, why }) => number(low, ratio, why)),
      figures<RlsOverhead>('To', ({ high, why }) => number(high, ratio, why)),
      figures<RlsOverhead>('Level', ({ level, why }) =>
        number(level, (value) => `${figure(value * 100)} %`, why),
      ),
      figures<RlsOverhead>('Pairs', ({ pairs }) => number(pairs, count)),
      figures<RlsOverhead>('Owner’s time', ({ offMs, why }) => number(offMs, duration, why)),
      figures<RlsOverhead>('Policy’s time', ({ variantMs, why }) => number(variantMs, duration, why)),
      figures<RlsOverhead>('Owner’s buffers', ({ offBuffers, why }) => number(offBuffers, count, why)),
      figures<RlsOverhead>('Policy’s buffers', ({ variantBuffers, why }) =>
        number(variantBuffers, count, why),
      ),
      figures<RlsOverhead>('Owner’s estimate', ({ estimate }) => estimateCell(estimate?.off, estimate?.scan)),
      figures<RlsOverhead>('Policy’s estimate', ({ estimate }) =>
        estimateCell(estimate?.variant, estimate?.scan),
      ),
    ],
    overhead,
  );

/** Rows that the planner expects of the scan whose estimate the policy changes most; what came is in the tooltip. */
function estimateCell(rows: NonNullable<RlsOverhead['estimate']>['off'] | undefined, scan?: string): Cell {
  if (!rows) return number(null, count, 'no scan is in both plans');
  const came = rows.actual === null ? '' : `, ${count(rows.actual)} came`;
  return {
    show: html`<span title="${scan}: ${count(rows.estimated)} rows expected${came}">${count(rows.estimated)}</span>`,
    sort: rows.estimated,
  };
}

interface Kept {
  readonly statement: string;
  readonly tenantClass: string;
  readonly relation: string;
  readonly clause: string;
  readonly functions: readonly string[];
  readonly variants: readonly string[];
  readonly offBuffers: number | null;
  readonly variantBuffers: number | null;
}

/** Conditions that policies keep from an index, the forms of the policy in which they do so in one row. */
function keptRows(overhead: readonly RlsOverhead[]): Kept[] {
  const all = overhead.flatMap((each) => (each.keptFromIndex ?? []).map((kept) => ({ each, kept })));
  const groups = Map.groupBy(
    all,
    ({ each, kept }) => `${each.statement}\n${each.tenantClass}\n${kept.clause}`,
  );
  return [...groups.values()].map((group) => {
    const { each, kept } = group[0]!;
    return {
      ...each,
      ...kept,
      variants: group.map((one) => one.each.variant),
      variantBuffers: Math.max(...group.map((one) => one.each.variantBuffers ?? 0)),
    };
  });
}

function keptFromIndex(overhead: readonly RlsOverhead[], links: PlanLinks): Html | false {
  const rows = keptRows(overhead);
  if (rows.length === 0) return false;
  return html`<h3>What the policies keep from an index</h3>
<p>A function that is not LEAKPROOF may not see a row before the policy has. Its condition becomes a filter above the policy, where the owner looks it up in an index. A LEAKPROOF operator (integer, text, uuid, timestamptz), or a definer function that filters by tenant itself, gets the index back.</p>
${table(
  'rls-kept',
  'Conditions that are an index condition for the owner and a filter under the policy',
  [
    column('Statement', ({ statement, tenantClass }: Kept) => links.statement(statement, tenantClass)),
    column('Tenant', ({ tenantClass }: Kept) => tenantClass),
    column('Condition', ({ relation, clause }: Kept) => ({
      show: html`<code>${relation}</code>: <code>${clause}</code>`,
      sort: clause,
    })),
    column('Not LEAKPROOF', ({ functions }: Kept) => functions.join(', ')),
    column('Policies', ({ variants }: Kept) => variants.join(', ')),
    figures<Kept>('Owner’s buffers', ({ offBuffers }) => number(offBuffers, count)),
    figures<Kept>('Policy’s buffers, at most', ({ variantBuffers }) => number(variantBuffers, count)),
  ],
  rows,
)}`;
}

type Leaks = RlsResult['leaks'];

const leakCheck = (
  { reads, rows, foreignRows, bulk, byStatement }: Leaks,
  links: PlanLinks,
) => html`<h3>Leak check</h3>
<p>${mark(rows === 0 ? null : foreignRows === 0, ['no foreign row', 'foreign rows', 'nothing was checked'])} ${count(reads)} reads under an identity returned ${count(rows)} rows; ${count(foreignRows)} of them belong to another tenant.${
  bulk &&
  ` Of the reads, ${count(bulk.reads)} ran in loops on the server under ${count(bulk.identities)} identities, ${Object.entries(
    bulk.via,
  )
    .map(([endpoint, n]) => `${count(n)} through ${endpoint}`)
    .join(', ')}${bulk.readsPerSecond === null ? '' : `, at ${rate(bulk.readsPerSecond)}`}.`
}</p>
${table(
  'rls-leaks',
  'Rows checked by statement',
  [
    column('Statement', (each: Leaks['byStatement'][number]) => links.statement(each.statement)),
    figures<Leaks['byStatement'][number]>('Rows checked', (each) => number(each.rows, count)),
    figures<Leaks['byStatement'][number]>('Foreign rows', (each) => number(each.foreignRows, count)),
    column('Answer', (each: Leaks['byStatement'][number]) =>
      markCell(each.rows === 0 ? null : each.foreignRows === 0, ['none', 'leak', 'no rows']),
    ),
  ],
  byStatement,
)}`;
