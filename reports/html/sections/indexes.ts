import type { IndexResult } from '../../../result/result.ts';
import { count, duration, figure, size } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { mark } from '../mark.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const indexes: Section = {
  id: 'indexes',
  title: 'Indexes',
  content: (result) => {
    const all = result.index;
    if (all.length === 0) return absent(result, ['index'], 'This run changed no index.');
    return data(
      all.map(conclusion).join(' '),
      html`${all.map((each, at) => change(each, at, planLinks(result)))}`,
    );
  },
};

function conclusion({ answer, change: ddl, helped, regressed }: IndexResult): string {
  return answer ?? `${ddl} helps ${list(helped)} and slows ${list(regressed)}.`;
}

const list = (names: readonly string[]) => names.join(', ') || 'none';
const percent = (value: number) => `${figure(value)} %`;

const change = (
  each: IndexResult,
  at: number,
  links: PlanLinks,
): Html => html`<h3><code>${each.change}</code> ${verdictMark(each.verdict)}</h3>
<dl class="terms">
<div><dt>Helped</dt><dd>${list(each.helped)}</dd></div>
<div><dt>Regressed</dt><dd>${list(each.regressed)}</dd></div>
<div><dt>Unchanged</dt><dd>${list(each.unchanged)}</dd></div>
${each.locks && html`<div><dt>Locks</dt><dd>${list(each.locks)}</dd></div>`}
${each.hypothetical && html`<div><dt>HypoPG</dt><dd>${hypothetical(each.hypothetical)}</dd></div>`}
${each.candidate && html`<div><dt>Tried because</dt><dd>${each.candidate.why}</dd></div>`}
</dl>
${price(each, at)}
${each.forms && each.forms.length > 0 && forms(each.forms, at)}
${each.statements && each.statements.length > 0 && statements(each.statements, at, links)}
${[...(each.notes ?? []), ...(each.writeNotes ?? [])].map((note) => html`<p class="muted">${note}</p>`)}`;

function verdictMark(verdict: IndexResult['verdict']): Html | false {
  if (!verdict) return false;
  return mark(verdict === 'depends' ? null : verdict === 'keep', ['keep', 'do not', 'depends']);
}

const hypothetical = ({ usedBy, why }: NonNullable<IndexResult['hypothetical']>): string =>
  usedBy === null ? why : `would be used by ${list(usedBy)}. ${why}`;

type Form = NonNullable<IndexResult['forms']>[number];

const forms = (all: readonly Form[], at: number) =>
  table(
    `indexes-${at}-forms`,
    'Building it while others write and read',
    [
      column('How', ({ form, steps }: Form) =>
        form === 'plain' ? 'plain' : `CONCURRENTLY${steps > 1 ? `, ${steps} statements` : ''}`,
      ),
      figures<Form>('Build time', ({ ms }) => number(ms, duration)),
      figures<Form>('Longest wait of a write', ({ writeWaitMs }) => number(writeWaitMs, duration)),
      figures<Form>('Longest wait of a read', ({ readWaitMs }) => number(readWaitMs, duration)),
      column('Locks seen', ({ locks }: Form) => list(locks)),
    ],
    all,
  );

/** What each figure is without and with the change. */
interface Priced {
  readonly what: string;
  readonly before: number | null | undefined;
  readonly after: number | null | undefined;
  readonly format: (value: number) => string;
}

function price(
  { writePrice: after, writePriceBefore: before, workload, sizeBytes, buildMs }: IndexResult,
  at: number,
) {
  const rows: Priced[] = [
    {
      what: 'WAL per insert',
      before: before?.walBytesPerInsert,
      after: after.walBytesPerInsert,
      format: size,
    },
    {
      what: 'WAL per update',
      before: before?.walBytesPerUpdate,
      after: after.walBytesPerUpdate,
      format: size,
    },
    { what: 'HOT updates', before: before?.hotPct, after: after.hotPct, format: percent },
    ...(after.walBytesPerIndexedUpdate === undefined
      ? []
      : [
          {
            what: 'WAL per update of an indexed column',
            before: before?.walBytesPerIndexedUpdate,
            after: after.walBytesPerIndexedUpdate,
            format: size,
          },
        ]),
    ...(after.hotPctIndexed === undefined
      ? []
      : [
          {
            what: 'HOT updates of an indexed column',
            before: before?.hotPctIndexed,
            after: after.hotPctIndexed,
            format: percent,
          },
        ]),
    ...(workload
      ? [
          {
            what: 'Buffers of the weighed workload',
            before: workload.before,
            after: workload.after,
            format: count,
          },
        ]
      : []),
    { what: 'Size', before: undefined, after: sizeBytes, format: size },
    { what: 'Build time', before: undefined, after: buildMs, format: duration },
  ];
  return table(
    `indexes-${at}-price`,
    'What the change costs',
    [
      column('Figure', ({ what }: Priced) => what),
      figures<Priced>('Without', ({ before: value, format }) =>
        number(value, format, 'not measured without the change'),
      ),
      figures<Priced>('With', ({ after: value, format }) => number(value, format)),
    ],
    rows,
  );
}

type Changed = NonNullable<IndexResult['statements']>[number];

const statements = (all: readonly Changed[], at: number, links: PlanLinks) =>
  table(
    `indexes-${at}-statements`,
    'Statements that read more or fewer pages',
    [
      column('Statement', ({ statement, tenantClass }: Changed) => links.statement(statement, tenantClass)),
      column('Tenant', ({ tenantClass }: Changed) => tenantClass),
      figures<Changed>('Buffers without', ({ before }) => number(before, count)),
      figures<Changed>('Buffers with', ({ after }) => number(after, count)),
      column('Indexes', ({ indexes: used }: Changed) => list(used)),
    ],
    all,
  );
